/// What happened on the SIP side. Per leg: `incoming` or our `invite` first, `ended` exactly once and last.
package enum SignalingEvent: Sendable {
    /// A new call. 100 has been sent; nothing else yet.
    case incoming(IncomingCall)
    /// The phone that we call rings: 180, or 183 without usable media. At most once.
    case ringing(LegID)
    /// The network that we call through has something to be heard before the answer: ring-back, an announcement (180 or
    /// 183 with an answer that fits). Comes again when the media changes, which several phones behind a forking proxy and
    /// UPDATE make it do: the newest counts, until `answered` says what the call has.
    case earlyMedia(LegID, RemoteMedia)
    /// Our call was answered, the answer fits and was acknowledged.
    case answered(LegID, RemoteMedia)
    /// An incoming leg was accepted and its media is known: with the 200, or with the ACK after a late offer.
    case established(LegID, RemoteMedia)
    /// The peer changed its media: hold, resume, another address (re-INVITE or UPDATE). Already answered.
    case modified(LegID, RemoteMedia)
    /// A key by SIP INFO (application/dtmf-relay, application/dtmf).
    case keyPressed(LegID, Character)
    /// The phone of this leg asks for its call to be transferred (REFER). Answered by `acceptTransfer` or
    /// `refuseTransfer` soon: after 16·T1 it is refused. Only from legs of users, and one at a time for a leg.
    case transferRequested(LegID, TransferTarget)
    case ended(LegID, LegEnd)
    /// The user has at least one live binding now, and had none before.
    case registered(user: String)
    /// Where the user can be reached has changed, or is so for longer: to be given back to the next process.
    case remember(RegistrationRecord)
    /// The user's last binding is gone: removed by the phone, or run out.
    case unregistered(user: String)
}

/// Where a phone wants its call to go.
package enum TransferTarget: Hashable, Sendable {
    /// Without consultation: what the phone's user dialled, unescaped, and the host it was written with (empty for a
    /// `tel` URI), which is seldom anything but our own.
    case number(user: String, host: String)
    /// After consultation: the two are to be connected that this leg's call and the other leg's call have as their other
    /// parties. The other leg is the same phone's second call through us.
    case call(LegID)
}

/// A call that reached us.
package struct IncomingCall: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        /// A configured trunk, by name.
        case trunk(String)
        /// One of our users; the request was authenticated.
        case user(String)
    }

    package var leg: LegID
    package var source: Source
    /// User part of the Request-URI, unescaped.
    package var dialled: String
    /// Caller's number as the network gave it: P-Asserted-Identity from a trunk, else From. `nil` if withheld.
    package var number: String?
    /// Display name, without quotes and control characters. `nil` if there is none.
    package var name: String?
    /// For the log, never for matching.
    package var sipCallID: String
    /// The call is to take the place of this leg, which is up, or is a phone that we ring (Replaces, RFC 3891): whoever
    /// accepts it hangs the other up.
    package var replaces: LegID?

    package init(
        leg: LegID, source: Source, dialled: String, number: String?, name: String?, sipCallID: String,
        replaces: LegID? = nil
    ) {
        self.leg = leg
        self.source = source
        self.dialled = dialled
        self.number = number
        self.name = name
        self.sipCallID = sipCallID
        self.replaces = replaces
    }
}

/// One Contact of a 3xx response (RFC 3261 §8.1.3.4).
package struct Redirection: Hashable, Sendable {
    /// User part, unescaped, without parameters; of a `tel` URI the number. Empty if there is none.
    package var user: String
    /// Empty for a `tel` URI.
    package var host: String
    /// How much it is wanted, in thousandths.
    package var q: Int

    package init(user: String, host: String, q: Int = 1_000) {
        self.user = user
        self.host = host
        self.q = q
    }
}

/// How a leg came to its end.
package struct LegEnd: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// BYE from the peer.
        case peerHungUp
        /// CANCEL from the peer before our final response.
        case peerCancelled
        /// The peer answered our INVITE with a final status of 300 to 699.
        case refused
        /// The peer never responded to our INVITE at all, or the user has no registration.
        case unreachable
        /// Ended on our command, also when an answer crossed our CANCEL.
        case byUs
        /// No ACK within 64·T1, no common codec, a transport error, a trunk through which nobody can be called, a caller
        /// who required what they then did not keep to (504), a session that the peer did not refresh (408) or knows
        /// nothing of (481).
        case failed
    }

    package var kind: Kind
    /// The SIP status that says why, if a response did: 486, 603, 408, 488 …
    package var status: Int?
    /// Where a refusal by 3xx says that the callee is instead, most wanted first; at most `maxContacts`. Never
    /// followed by the engine.
    package var contacts: [Redirection] = []

    package static let maxContacts = 8

    package init(_ kind: Kind, status: Int? = nil) {
        self.kind = kind
        self.status = status
    }
}
