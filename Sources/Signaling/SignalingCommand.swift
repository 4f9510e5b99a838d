/// What the signalling engine is told to do. A command for a leg that is over, or in a state where it makes no
/// sense, does nothing.
package enum SignalingCommand: Hashable, Sendable {
    /// Answer an incoming leg with 200. Followed by `established`, or by `ended` (no codec in common: 488; no ACK).
    case accept(LegID, media: LocalMedia)
    /// Answer an incoming leg with a final status of 300 to 699. Followed by `ended`.
    case reject(LegID, status: Int)
    /// Send 180 on an incoming leg. At most once.
    case ring(LegID)
    /// Call a registered user through its registered path, or a number through a trunk. Followed by exactly one of
    /// `answered` and `ended`; after `answered`, by one `ended`.
    case invite(LegID, OutgoingCall)
    /// End a leg by whatever its state asks for: CANCEL, BYE or a final response. Followed by `ended`, if that has
    /// not been delivered.
    case hangUp(LegID)
    /// Take on the transfer that the leg's phone asked for: 202. What becomes of it is told by `reportTransfer`.
    case acceptTransfer(LegID)
    /// Refuse it, with a status of 300 to 699; 603 is "no".
    case refuseTransfer(LegID, status: Int)
    /// Tell the phone how far its transfer has come: 180 it rings, 200 done, 503 failed. 200 and above is the last word.
    /// A transfer that has succeeded is reported before the leg is hung up.
    case reportTransfer(LegID, status: Int)
}

/// Where our own RTP for a leg is received. The address is filled in by the engine: the one of the route to the peer.
package struct LocalMedia: Hashable, Sendable {
    /// Even, RTCP is one above.
    package var port: UInt16
    /// In order of preference, not empty.
    package var codecs: [AudioCodec]

    package init(port: UInt16, codecs: [AudioCodec]) {
        self.port = port
        self.codecs = codecs
    }
}

/// RFC 3551 static payload types that we speak.
package enum AudioCodec: UInt8, Hashable, Sendable, CaseIterable {
    case pcmu = 0
    case pcma = 8
}

/// Where and how the peer wants its RTP, as negotiated (RFC 3264).
package struct RemoteMedia: Hashable, Sendable {
    /// What the peer does with the stream, from its own point of view.
    package enum Direction: Hashable, Sendable {
        case sendReceive
        /// Hold: the peer sends and does not want to hear us.
        case sendOnly
        case receiveOnly
        case inactive
    }

    /// Numeric IPv4 or IPv6 address.
    package var address: String
    package var port: UInt16
    package var rtcpPort: UInt16
    package var codec: AudioCodec
    /// Payload type of RFC 4733 telephone-event, if it was negotiated.
    package var telephoneEvent: UInt8?
    package var direction: Direction
    /// Numeric address that the peer's signalling comes from: the only other host whose RTP may be believed.
    package var signallingAddress: String?

    package init(
        address: String, port: UInt16, rtcpPort: UInt16, codec: AudioCodec, telephoneEvent: UInt8?,
        direction: Direction, signallingAddress: String? = nil
    ) {
        self.address = address
        self.port = port
        self.rtcpPort = rtcpPort
        self.codec = codec
        self.telephoneEvent = telephoneEvent
        self.direction = direction
        self.signallingAddress = signallingAddress
    }

    func signalled(from address: String) -> RemoteMedia {
        var media = self
        media.signallingAddress = address
        return media
    }
}

/// A call that we make.
package struct OutgoingCall: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        /// A registered user, by name.
        case user(String)
        /// A number, as the trunk of this name takes it. The trunk has an outgoing side.
        case trunk(String, number: String)
    }

    package var target: Target
    /// Shown in From: the number (user part) and name of the customer to an operator, of the dialer to a customer.
    /// `nil`: anonymous (RFC 3323).
    package var callerNumber: String?
    package var callerName: String?
    package var media: LocalMedia
    /// The phone is asked to answer by itself. Only for users: nobody answers for a customer.
    package var autoAnswer: Bool

    package init(
        target: Target, callerNumber: String?, callerName: String?, media: LocalMedia, autoAnswer: Bool = false
    ) {
        self.target = target
        self.callerNumber = callerNumber
        self.callerName = callerName
        self.media = media
        self.autoAnswer = autoAnswer
    }
}
