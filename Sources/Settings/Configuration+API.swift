extension Configuration {
    /// Key `api`: the HTTP API over TCP, for the CRM and operators' desks.
    package struct API: Hashable, Sendable {
        /// Loopback, unless told otherwise.
        package var listen: Endpoint
        /// Connections at once; one more waits. 1 to 10,000, default 256.
        package var connections = 256
        /// Requests of one token a second, in the long run. 1 to 10,000, default 50.
        package var requests = 50
        /// Requests of one token at once, if it was quiet before. 1 to 10,000, default 100.
        package var burst = 100
        /// Requests without a valid token of one address a minute. 1 to 10,000, default 60.
        package var strangers = 60

        package init(listen: Endpoint) {
            self.listen = listen
        }
    }
}

extension Configuration.Endpoint {
    /// It can be reached from this machine only.
    package var isLoopback: Bool { address == "::1" || address.hasPrefix("127.") }
}
