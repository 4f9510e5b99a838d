/// `GET /v1/status`: the server in a few figures.
package struct StatusDTO: Codable, Hashable, Sendable {
    package struct Operators: Codable, Hashable, Sendable {
        package var total: Int
        /// Their phones can be called.
        package var registered: Int
        package var ready: Int
        /// Ringing, talking, or talking with a VIP while a customer is held.
        package var busy: Int
        package var wrapUp: Int
        package var paused: Int
        package var offline: Int
    }

    package struct Calls: Codable, Hashable, Sendable {
        /// Not talking to anybody yet, also while a phone rings for them.
        package var waiting: Int
        package var talking: Int
        /// On hold for a VIP call.
        package var held: Int
    }

    package struct Ports: Codable, Hashable, Sendable {
        package var inUse: Int
        package var total: Int
    }

    package var version: String
    package var startedAt: Timestamp
    package var uptimeSeconds: Double
    /// About to stop: running calls go on, new ones are refused.
    package var draining: Bool
    /// Addresses on which SIP is received, `udp 0.0.0.0:5060`.
    package var listeners: [String]
    package var operators: Operators
    package var calls: Calls
    package var rtpPorts: Ports
    /// Path of the database file.
    package var database: String
}
