/// Dice for tests: the same seed throws the same numbers on every machine and in every run.
///
/// xorshift64* by George Marsaglia and Sebastiano Vigna. Not the generator of the product, so that a test which throws
/// dice beside it does not throw the same ones.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        // Zero would stay zero; small seeds are spread, so that neighbours have nothing in common.
        state = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15
        if state == 0 { state = 1 }
        for _ in 0..<4 { _ = next() }
    }

    package mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    /// Exponentially distributed around the mean.
    package mutating func exponential(mean: Double) -> Double {
        -mean * Self.logarithm(1 - Double.random(in: 0..<1, using: &self))
    }

    /// `true` with the given probability.
    package mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    /// Natural logarithm of a number in (0, 1], without Foundation: the exponent apart, the rest by series.
    private static func logarithm(_ value: Double) -> Double {
        let mantissa = value.significand
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var term = ratio
        var sum = 0.0
        for divisor in stride(from: 1.0, through: 41, by: 2) {
            sum += term / divisor
            term *= square
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }
}
