/// An address that nothing is taken from for a time, because it only tried what it may not.
package struct BanDTO: Codable, Hashable, Sendable {
    /// Numeric; of IPv6 the network, as in `2001:db8:0:1::/64`.
    package var address: String
    /// Until it is listened to again.
    package var seconds: Int
    /// 1 for its first ban; each is twice as long as the one before.
    package var times: Int

    package init(address: String, seconds: Int, times: Int) {
        self.address = address
        self.seconds = seconds
        self.times = times
    }
}

/// `GET /v1/bans`: the longest first.
package struct BanListDTO: Codable, Hashable, Sendable {
    package var bans: [BanDTO]
}
