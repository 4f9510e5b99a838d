import Glibc

/// An IPv4 or IPv6 address by value. An IPv4 address that came in IPv6 clothes (`::ffff:192.0.2.1`) is an IPv4 one.
struct NumericAddress: Hashable, Sendable {
    enum Family: Hashable, Sendable {
        case ipv4, ipv6
    }

    var family: Family
    /// 32 or 128 bits, most significant first.
    var bits: UInt128

    /// `nil` for a host name, and for everything that is no address in its usual notation.
    init?(_ text: String) {
        // 45 characters is the longest textual IPv6 address.
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        // Plain bytes instead of `in_addr`: whose module that type belongs to depends on what else is imported.
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(family: .ipv4, bits: bytes.prefix(4).reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
            return
        }
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        let bits = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        if bits >> 32 == 0xFFFF {
            self.init(family: .ipv4, bits: bits & 0xFFFF_FFFF)
        } else {
            self.init(family: .ipv6, bits: bits)
        }
    }

    private init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = bits
    }

    var width: Int { family == .ipv4 ? 32 : 128 }

    /// In dotted notation, if it is an IPv4 address.
    var dotted: String? {
        guard family == .ipv4 else { return nil }
        return [24, 16, 8, 0].map { String((bits >> $0) & 0xFF) }.joined(separator: ".")
    }

    /// `0.0.0.0` or `::`.
    var isUnspecified: Bool { bits == 0 }

    /// Names one host: neither multicast nor broadcast.
    var isUnicast: Bool {
        switch family {
        case .ipv4: bits >> 28 != 0xE && bits != 0xFFFF_FFFF
        case .ipv6: bits >> 120 != 0xFF
        }
    }
}
