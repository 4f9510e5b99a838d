package import Routing

/// How long something takes that does not take equally long each time.
package enum RandomDuration: Hashable, Sendable {
    case fixed(Duration)
    /// Equally likely between the two.
    case uniform(Duration, Duration)
    /// Without memory: however long it has lasted, it lasts as long again on average.
    case exponential(mean: Duration)
    /// The logarithm is normal: what conversations in real call centres look like.
    case logNormal(mean: Duration, deviation: Duration)
    /// One of these, each as likely as any other; none: zero.
    case observed([Duration])

    package static let none = RandomDuration.fixed(.zero)

    /// The average of many.
    package var mean: Duration {
        switch self {
        case .fixed(let duration): duration
        case .uniform(let least, let most): (least + most) / 2
        case .exponential(let mean), .logNormal(let mean, _): mean
        case .observed(let all): all.isEmpty ? .zero : all.reduce(.zero, +) / all.count
        }
    }

    /// One draw, never negative.
    package func draw(using dice: inout SplitMix64) -> Duration {
        switch self {
        case .fixed(let duration):
            return max(.zero, duration)
        case .uniform(let least, let most):
            let (least, most) = (seconds(least), seconds(most))
            return duration(least + (most - least) * dice.fraction())
        case .exponential(let mean):
            return duration(-seconds(mean) * logarithm(1 - dice.fraction()))
        case .logNormal(let mean, let deviation):
            // Mean m and deviation s of the value belong to σ² = ln(1 + s²/m²) and µ = ln m - σ²/2 of its logarithm.
            let (mean, deviation) = (max(seconds(mean), 1e-9), seconds(deviation))
            let variance = logarithm(1 + deviation * deviation / (mean * mean))
            let level = logarithm(mean) - variance / 2
            return duration(powerOfE(level + variance.squareRoot() * dice.normal()))
        case .observed(let all):
            let index = Int(dice.fraction() * Double(all.count))
            return index < all.count ? max(.zero, all[index]) : .zero
        }
    }

    private func duration(_ seconds: Double) -> Duration {
        .nanoseconds(Int64(min(max(seconds, 0), Self.mostSeconds) * 1e9))
    }

    /// Ten years: what nobody waits for, and far from any overflow.
    private static let mostSeconds = 3.2e8
}

/// In seconds, as a number to calculate with.
package func seconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) + Double(attoseconds) * 1e-18
}

extension SplitMix64 {
    /// Dice for one of many: neighbours have nothing in common.
    init(seed: UInt64, stream: UInt64) {
        var mixer = SplitMix64(seed: seed ^ (stream &* 0xD1B5_4A32_D192_ED03))
        self.init(seed: mixer.next())
    }

    /// In [0, 1).
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// `true` with the given probability.
    mutating func chance(_ probability: Double) -> Bool { fraction() < probability }

    /// Around 0, with deviation 1: George Marsaglia's polar method.
    mutating func normal() -> Double {
        while true {
            let (x, y) = (2 * fraction() - 1, 2 * fraction() - 1)
            let square = x * x + y * y
            guard square > 0, square < 1 else { continue }
            return x * (-2 * logarithm(square) / square).squareRoot()
        }
    }
}

// The standard library has no logarithm, and those of C libraries differ in the last digit: with these the same seed
// is the same day on every machine.

/// Natural logarithm of a positive number: the exponent apart, the rest by the series of the inverse hyperbolic tangent.
func logarithm(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return value > 0 ? .infinity : -.infinity }
    let ratio = (value.significand - 1) / (value.significand + 1)
    let square = ratio * ratio
    var term = ratio
    var sum = 0.0
    var divisor = 1.0
    // The ratio is at most 1/3: after 18 terms nothing is added any more.
    while divisor <= 37 {
        sum += term / divisor
        term *= square
        divisor += 2
    }
    return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
}

/// e to that power: powers of two apart, the rest by Taylor's series.
func powerOfE(_ power: Double) -> Double {
    let power = min(max(power, -700), 700)
    let twos = (power / 0.693_147_180_559_945_3).rounded()
    let rest = power - twos * 0.693_147_180_559_945_3
    var term = 1.0
    var sum = 1.0
    for divisor in 1...16 {
        term *= rest / Double(divisor)
        sum += term
    }
    return Double(sign: .plus, exponent: Int(twos), significand: sum)
}
