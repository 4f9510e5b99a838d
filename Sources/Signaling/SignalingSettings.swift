/// Everything the signalling engine is configured with. Checked where the configuration is read.
package struct SignalingSettings: Sendable {
    package struct Listener: Hashable, Sendable {
        package enum Transport: String, Hashable, Sendable, CaseIterable {
            case udp, tcp
        }

        package var transport: Transport
        /// Numeric address; `0.0.0.0` and `::` listen on all.
        package var address: String
        /// 0 takes a free one (tests).
        package var port: UInt16

        package init(transport: Transport, address: String, port: UInt16) {
            self.transport = transport
            self.address = address
            self.port = port
        }
    }

    /// A peer that may send us calls for any line: by source address, or by digest; and one through which we may call
    /// customers.
    package struct Trunk: Hashable, Sendable {
        /// Where our calls through the trunk go, over UDP.
        package struct Outgoing: Hashable, Sendable {
            /// Numeric address.
            package var host: String
            package var port: UInt16
            /// For answering the trunk's challenges (401, 407); both or neither. Nobody else is ever answered with
            /// them.
            package var user: String?
            /// Never logged.
            package var secret: String?
            /// Host part of Request-URI, To and From, for trunks that want their name there: a name or an address.
            /// `nil`: `host` in the first two, and our own address in From.
            package var domain: String?

            package init(
                host: String, port: UInt16 = 5_060, user: String? = nil, secret: String? = nil, domain: String? = nil
            ) {
                self.host = host
                self.port = port
                self.user = user
                self.secret = secret
                self.domain = domain
            }
        }

        package var name: String
        /// Numeric addresses or CIDR blocks ("192.0.2.0/24"); empty: known by digest only.
        package var addresses: [String]
        /// For digest: user name and secret the trunk authenticates its INVITEs with.
        package var user: String?
        package var secret: String?
        /// `nil`: nobody is called through the trunk.
        package var outgoing: Outgoing?

        package init(
            name: String, addresses: [String], user: String? = nil, secret: String? = nil, outgoing: Outgoing? = nil
        ) {
            self.name = name
            self.addresses = addresses
            self.user = user
            self.secret = secret
            self.outgoing = outgoing
        }
    }

    /// Somebody who registers with us.
    package struct User: Hashable, Sendable {
        package var name: String
        package var secret: String

        package init(name: String, secret: String) {
            self.name = name
            self.secret = secret
        }
    }

    /// Session timers (RFC 4028): how a call is seen to be over whose end nobody could tell us.
    package struct SessionTimers: Hashable, Sendable {
        /// Seconds within which a session is to be refreshed: what we ask for, and the most that we grant. From
        /// `minimum` to 86,400.
        package var expires: Int
        /// Seconds: a peer that wants to refresh more often is refused with 422. RFC 4028 §5 asks for 90 at least.
        package var minimum: Int
        /// A peer that does not know session timers is refreshed by us all the same, which tells whether it is there.
        package var refreshesUnaware: Bool

        package init(expires: Int = 1_800, minimum: Int = 90, refreshesUnaware: Bool = true) {
            self.expires = expires
            self.minimum = minimum
            self.refreshesUnaware = refreshesUnaware
        }
    }

    package var listeners: [Listener]
    /// Put into Via, Contact and SDP in place of the address of the route to the peer; `nil`: that address.
    package var advertisedAddress: String?
    /// Digest realm.
    package var realm: String
    package var trunks: [Trunk]
    package var users: [User]
    /// Granted to a REGISTER: the asked value held between these two, in seconds.
    package var registrationExpires: ClosedRange<Int> = 60...3_600
    /// A phone or trunk that gives no response at all to our INVITE for so long is unreachable.
    package var noResponse: Duration = .seconds(5)
    /// `nil`: no session timers; sessions last until somebody ends them. Counts for calls that begin later.
    package var sessionTimers: SessionTimers? = SessionTimers()
    /// Live server transactions; beyond it requests are answered 503 without state.
    package var maxTransactions: Int = 20_000
    /// Bindings of one user; one more is refused.
    package var maxBindings: Int = 10
    /// TCP connections in all, and from one address; one more is closed at once.
    package var maxConnections: Int = 2_000
    package var maxConnectionsPerAddress: Int = 100
    /// What a challenge offers, in this order. MD5 alone is what every phone takes: many that know nothing else
    /// (baresip 1, older hardware) give up when SHA-256 is offered beside it, though RFC 8760 asks them to choose.
    package var digestAlgorithms: [DigestAlgorithm] = [.md5]
    /// How much trying is put up with before an address is not listened to for a while.
    package var abuse = AbuseLimits()
    /// SIP's own timers; only tests change them.
    package var timing = SIPTiming()

    package init(
        listeners: [Listener], advertisedAddress: String? = nil, realm: String = "burdock", trunks: [Trunk] = [],
        users: [User] = []
    ) {
        self.listeners = listeners
        self.advertisedAddress = advertisedAddress
        self.realm = realm
        self.trunks = trunks
        self.users = users
    }
}
