// Stands in for swift-crypto in the fuzzers, which want the parsers around the hashes and not the hashes: building the
// real one with coverage takes minutes, and its hashes cost more than what is tried.

public struct SymmetricKey: Sendable {
    let bytes: [UInt8]

    public init(data: some Sequence<UInt8>) { bytes = Array(data) }
}

/// FNV-1a, repeated to the length of the digest that it stands for.
private func digest(_ bytes: some Sequence<UInt8>, length: Int) -> [UInt8] {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (0..<length).map { UInt8(truncatingIfNeeded: state >> UInt64($0 % 8 * 8)) }
}

public protocol HashFunction {
    static func hash(data: some Sequence<UInt8>) -> [UInt8]
}

public enum SHA256: HashFunction {
    public static func hash(data: some Sequence<UInt8>) -> [UInt8] { digest(data, length: 32) }
}

public enum Insecure {
    public enum MD5: HashFunction {
        public static func hash(data: some Sequence<UInt8>) -> [UInt8] { digest(data, length: 16) }
    }
}

public enum HMAC<Hash: HashFunction> {
    public static func authenticationCode(for data: some Sequence<UInt8>, using key: SymmetricKey) -> [UInt8] {
        Hash.hash(data: key.bytes + Array(data))
    }
}
