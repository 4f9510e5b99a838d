import Glibc

/// A numeric IP address or block, in the text form the rest of the house uses.
struct Address: Hashable {
    /// Network byte order, 4 or 16 bytes.
    var bytes: [UInt8]
    /// Bits that count; all of them for a single address.
    var prefix: Int

    var isIPv6: Bool { bytes.count == 16 }
    var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    /// A single address.
    init?(_ text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        // Longer than any address; also keeps what is handed to C short.
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        if inet_pton(AF_INET, text, &buffer) == 1 {
            bytes = Array(buffer.prefix(4))
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            bytes = buffer
        } else {
            return nil
        }
        prefix = bytes.count * 8
    }

    /// A single address or a CIDR block.
    init?(block text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, var address = Address(String(first)) else { return nil }
        if parts.count == 2 {
            guard !parts[1].isEmpty, parts[1].utf8.count <= 3,
                parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let bits = Int(parts[1]),
                bits <= address.prefix
            else { return nil }
            address.prefix = bits
        }
        self = address
    }

    /// The block without bits that do not count.
    var network: Address {
        var network = self
        for bit in prefix..<max(prefix, bytes.count * 8) {
            network.bytes[bit / 8] &= ~(0x80 >> UInt8(bit % 8))
        }
        return network
    }

    var text: String {
        var buffer = [CChar](repeating: 0, count: 64)
        guard inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        let end = buffer.firstIndex(of: 0) ?? buffer.endIndex
        let address = String(decoding: buffer[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return prefix == bytes.count * 8 ? address : "\(address)/\(prefix)"
    }
}
