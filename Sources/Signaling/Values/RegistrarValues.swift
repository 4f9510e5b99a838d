/// The way a registration came: one TCP connection, or one UDP peer. Requests to the user go back the same way.
package struct FlowID: Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }
}

/// One Contact of a REGISTER.
package struct ContactValue: Hashable, Sendable {
    /// As written, without angle brackets and header parameters.
    package var uri: String
    /// The `expires` parameter in seconds; `nil` if there is none, or none that can be read.
    package var expires: Int?
    /// Thousandths, 0 to 1,000 (RFC 3261 section 20.10).
    package var q: Int

    package init(uri: String, expires: Int? = nil, q: Int = 1_000) {
        self.uri = uri
        self.expires = expires
        self.q = q
    }
}

/// A REGISTER of an authenticated user.
package struct RegisterRequest: Hashable, Sendable {
    /// Name of one of our users: the address-of-record.
    package var user: String
    /// Empty in a query, and beside a wildcard.
    package var contacts: [ContactValue]
    /// `Contact: *`.
    package var wildcard: Bool
    /// The Expires header in seconds; `nil` if there is none, or none that can be read.
    package var expiresHeader: Int?
    package var callID: String
    package var cseq: UInt32
    package var flow: FlowID
    /// Address and port it came from, for people to read.
    package var source: String
    /// Values of Path (RFC 3327), topmost first.
    package var path: [String]

    package init(
        user: String, contacts: [ContactValue], wildcard: Bool = false, expiresHeader: Int? = nil, callID: String,
        cseq: UInt32, flow: FlowID, source: String, path: [String] = []
    ) {
        self.user = user
        self.contacts = contacts
        self.wildcard = wildcard
        self.expiresHeader = expiresHeader
        self.callID = callID
        self.cseq = cseq
        self.flow = flow
        self.source = source
        self.path = path
    }
}

/// Where a user can be reached.
package struct Binding: Hashable, Sendable {
    package var contact: String
    package var flow: FlowID
    package var source: String
    package var callID: String
    package var cseq: UInt32
    /// Monotonic seconds.
    package var expiresAt: Int64
    /// Thousandths.
    package var q: Int
    /// Route to the contact, from the Path of its registration.
    package var path: [String]
}

/// What a REGISTER did.
package struct RegisterOutcome: Hashable, Sendable {
    /// 200; 400, 403, 423 or 500 if nothing was changed.
    package var status: Int
    /// The user's live bindings afterwards, newest first; for the Contact headers of a 200.
    package var bindings: [Binding] = []
    /// For the Min-Expires header of a 423.
    package var minExpires: Int?
    /// The user has a binding now and had none before.
    package var becameRegistered = false
    /// The user's last binding is gone.
    package var becameUnregistered = false
}
