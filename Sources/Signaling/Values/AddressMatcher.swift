/// One entry of a trunk's address list: an address, or a block of them in CIDR notation.
///
/// An IPv4 entry also matches the same address written as IPv4-mapped IPv6; an IPv6 block never matches IPv4.
package struct AddressMatcher: Hashable, Sendable {
    private let network: NumericAddress
    /// Bits that need not agree.
    private let hostBits: Int

    /// `nil` if the text is neither an address nor a block. Host bits behind the prefix are allowed and ignored.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, var network = NumericAddress(String(first)) else { return nil }
        var hostBits = 0
        if parts.count == 2 {
            guard let prefix = Self.prefix(parts[1], of: network, mapped: first.contains(":")) else { return nil }
            hostBits = network.width - prefix
        }
        network.bits = (network.bits >> hostBits) << hostBits
        self.network = network
        self.hostBits = hostBits
    }

    /// - Parameter numericAddress: as the socket reports it; a zone behind `%` is ignored. Names never match.
    package func matches(_ numericAddress: String) -> Bool {
        let address = numericAddress.prefix { $0 != "%" }
        guard let address = NumericAddress(String(address)), address.family == network.family else { return false }
        return (address.bits >> hostBits) == (network.bits >> hostBits)
    }

    /// Prefix length within the address's own family: that of a mapped block counts from its IPv4 part on.
    private static func prefix(_ text: Substring, of network: NumericAddress, mapped: Bool) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy(Ascii.isDigit), var prefix = Int(text)
        else { return nil }
        if mapped, network.family == .ipv4 { prefix -= 96 }
        return (0...network.width).contains(prefix) ? prefix : nil
    }
}
