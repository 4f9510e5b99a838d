/// Branches, tags and Call-IDs: hexadecimal numbers that nobody can guess (RFC 3261 §8.1.1.7, §19.3).
struct Tokens {
    private var generator: any RandomNumberGenerator

    init(_ generator: any RandomNumberGenerator) {
        self.generator = generator
    }

    mutating func number() -> UInt64 { generator.next() }
    mutating func tag() -> String { String(generator.next(), radix: 16) }
    mutating func branch() -> String { "z9hG4bK" + tag() }
    mutating func callID() -> String { tag() + tag() }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}
