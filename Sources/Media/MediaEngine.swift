/// RTP as the rest of the house sees it: streams, and for each stream what its party hears.
///
/// Commands may come from any thread; each is carried out by the media thread within its next millisecond slot, in
/// the order given for one stream. Events come in batches, on a media thread: the receiver hands them over by value.
package protocol MediaEngine: Sendable {
    /// Takes an RTP/RTCP port pair from the range and opens a stream on it that hears silence and sends nothing yet.
    func open() throws(MediaError) -> OpenStream
    func perform(_ command: MediaCommand)
}

/// Takes the events of a media engine, on a media thread. Must not block.
package typealias MediaEventHandler = @Sendable ([MediaEvent]) -> Void

/// One party's RTP stream, both directions. Never reused in the life of a process.
package struct StreamID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package var description: String { "stream-\(rawValue)" }
}

package struct OpenStream: Hashable, Sendable {
    package var id: StreamID
    /// Even; RTCP is received one above.
    package var port: UInt16

    package init(id: StreamID, port: UInt16) {
        self.id = id
        self.port = port
    }
}

package enum MediaCommand: Hashable, Sendable {
    /// The peer's side as negotiated, first or changed. From here on the stream sends what its party hears.
    case connect(StreamID, RemoteEndpoint)
    /// What the stream's party hears from now on; ends whatever it heard before. An overlay goes on above it.
    case hear(StreamID, HeardSource)
    /// Play a sound once, then go over to the next source. Answered by one `soundEnded`. Before the first connect it
    /// waits; while the peer may not be sent to it runs on unheard.
    case play(StreamID, SoundPlayback, then: HeardSource)
    /// Mix a sound over what the party hears, which is lowered meanwhile. Answered by one `soundEnded`. A second
    /// overlay takes the place of the first.
    case overlay(StreamID, SoundPlayback)
    case stopOverlay(StreamID)
    /// While on, the party's telephone-events are reported and not passed to whoever hears the party.
    case captureKeys(StreamID, Bool)
    /// Ends the stream and frees its ports. Unfinished playbacks end with `completed: false`.
    case close(StreamID)
}

/// An entry of the hearing map.
package enum HeardSource: Hashable, Sendable {
    case party(StreamID)
    /// Repeated without a gap.
    case sound(SoundName)
    /// Nothing is sent but RTCP.
    case silence
}

package struct SoundName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// A tone of 0.2 s that the engine makes itself.
    package static let beep = SoundName("beep")
    /// What is heard while a phone that is called rings, made by the engine.
    package static let ringback = SoundName("ringback")
    /// One second without a sound, made by the engine: unlike `HeardSource.silence` it is sent, as packets.
    package static let silence = SoundName("silence")

    package var description: String { text }
}

package struct SoundPlayback: Hashable, Sendable {
    /// Chosen by the caller, unique while it plays; comes back in `soundEnded`.
    package var id: UInt64
    package var sound: SoundName
    /// Played one after the other behind it, without a pause: the words of a sentence. An overlay plays the first only.
    package var next: [SoundName]

    package init(id: UInt64, sound: SoundName, next: [SoundName] = []) {
        self.id = id
        self.sound = sound
        self.next = next
    }
}

package struct RemoteEndpoint: Hashable, Sendable {
    /// Numeric IPv4 or IPv6 address.
    package var address: String
    package var port: UInt16
    package var rtcpPort: UInt16
    package var codec: MediaCodec
    /// Payload type of RFC 4733 telephone-event, if negotiated.
    package var telephoneEvent: UInt8?
    /// We may send: the peer is not `sendonly` or `inactive`.
    package var sends: Bool
    /// What the peer sends is heard by others: the peer is not `recvonly` or `inactive`.
    package var receives: Bool
    /// Host that the peer's signalling comes from. If given, a peer behind NAT may send from there or from `address`,
    /// and from nowhere else; if `nil`, from anywhere that proves itself in the first seconds.
    package var signallingAddress: String?

    package init(
        address: String, port: UInt16, rtcpPort: UInt16, codec: MediaCodec, telephoneEvent: UInt8?,
        sends: Bool = true, receives: Bool = true, signallingAddress: String? = nil
    ) {
        self.address = address
        self.port = port
        self.rtcpPort = rtcpPort
        self.codec = codec
        self.telephoneEvent = telephoneEvent
        self.sends = sends
        self.receives = receives
        self.signallingAddress = signallingAddress
    }
}

/// G.711 in its two laws; the raw value is the static payload type (RFC 3551 section 6).
package enum MediaCodec: UInt8, Hashable, Sendable, CaseIterable {
    case pcmu = 0
    case pcma = 8
}

package enum MediaEvent: Hashable, Sendable {
    case soundEnded(StreamID, playback: UInt64, completed: Bool)
    /// A key, once for each press (RFC 4733 event with a new timestamp).
    case keyPressed(StreamID, Character)
    /// Nothing has come from the peer for `rtpTimeout`, though it should send. Once, until packets come again.
    case fellSilent(StreamID)
    /// The stream is closed and its ports are free. Last event of a stream.
    case closed(StreamID, StreamStatistics)
}

/// Counted from open to close.
package struct StreamStatistics: Hashable, Sendable {
    package var packetsReceived: UInt64 = 0
    package var packetsSent: UInt64 = 0
    /// Dropped because they came from elsewhere than the one source the stream listens to.
    package var packetsFromStrangers: UInt64 = 0
    /// By sequence numbers (RFC 3550 appendix A.3); 0 if more came than expected.
    package var packetsLost: UInt64 = 0

    package init() {}
}

package enum MediaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole port range is in use.
    case noPortFree(ClosedRange<UInt16>)
    /// The machine refused a socket, a thread or a timer.
    case system(operation: String, code: Int32)
    /// A sound could not be loaded; says which, what is wrong and what would do.
    case sound(name: String, path: String, problem: String)

    package var description: String {
        switch self {
        case .noPortFree(let range):
            "no RTP port is free in \(range.lowerBound)-\(range.upperBound); widen media.ports in the configuration"
        case .system(let operation, let code):
            "\(operation) failed with error number \(code)"
        case .sound(let name, let path, let problem):
            "sound \"\(name)\" (\(path)): \(problem)"
        }
    }
}
