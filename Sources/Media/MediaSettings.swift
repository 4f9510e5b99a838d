/// Everything the media engine is configured with.
package struct MediaSettings: Sendable {
    /// RTP takes even ports of it, RTCP the odd ones above them.
    package var ports: ClosedRange<UInt16>
    /// Numeric address to receive on; `0.0.0.0` for all.
    package var address: String
    /// Media threads, 1…64.
    package var threads: Int
    /// Sound files by name: WAV, 16 bit PCM, mono or stereo, 8 to 48 kHz.
    package var sounds: [SoundName: String]
    /// A peer that should send and does not for so long has fallen silent.
    package var rtpTimeout: Duration = .seconds(60)
    /// What makes frames of our own and RTCP into packets.
    package var backend = RTPBackendKind.ortp
    /// Mean distance of two RTCP reports of one stream (RFC 3550 §6.2).
    package var reportInterval: Duration = .seconds(5)

    package init(
        ports: ClosedRange<UInt16> = 10_000...20_000, address: String = "0.0.0.0", threads: Int = 1,
        sounds: [SoundName: String] = [:]
    ) {
        self.ports = ports
        self.address = address
        self.threads = threads
        self.sounds = sounds
    }
}

/// The two ways to terminate a stream; a bridge is relayed natively with either.
package enum RTPBackendKind: Hashable, Sendable, CaseIterable {
    /// An `RtpSession` of oRTP for each connected stream.
    case ortp
    /// Nothing but our own code.
    case native
}
