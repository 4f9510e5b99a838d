extension Configuration {
    /// Key `outgoing` of a trunk: how calls are sent through it, over UDP.
    package struct Outgoing: Hashable, Sendable {
        /// Numeric; IPv6 without brackets.
        package var address: String
        /// Default 5060.
        package var port: UInt16 = 5_060
        /// For digest, when the provider asks for it; both or neither.
        package var user: String?
        /// Never logged.
        package var secret: String?
        /// Host part of the SIP addresses that the provider is to see; `nil` (`none`,
        /// default): the numeric address.
        package var domain: String?
        /// Calls through it at once; `nil` (`none`, default): no limit. 1 to 10,000.
        package var channels: Int?

        package init(address: String) {
            self.address = address
        }
    }
}
