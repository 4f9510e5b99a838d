import Glibc

/// The kernel's randomness, fetched for some tokens at a time: a system call for each would cost more than the token.
/// What is given out is not kept.
package struct KernelRandomness: RandomNumberGenerator, Sendable {
    /// getentropy(3) gives 256 bytes at most.
    private static let size = 32

    private var words: [UInt64] = []

    package init() {}

    package mutating func next() -> UInt64 {
        if let word = words.popLast() { return word }
        var fresh = [UInt64](repeating: 0, count: Self.size)
        let isFilled = fresh.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { getentropy($0, bytes.count) == 0 } ?? false
        }
        guard isFilled, let word = fresh.popLast() else {
            // The standard library waits until there is randomness, or ends the process: nobody guesses our tokens.
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
        words = fresh
        return word
    }
}
