/// The offer/answer state of one leg (RFC 3264): one audio stream over RTP/AVP, every other stream refused.
///
/// A negotiation that fails changes nothing: what was agreed before stays in force (RFC 3261 section 14.1).
package struct OfferAnswer: Sendable {
    /// Payload type of telephone-event in our own offers.
    static let telephoneEvent: UInt8 = 101
    /// Packets of so many milliseconds, the default of RFC 3551.
    static let packetTime = 20

    /// One `m=` line of the session. Once there, it keeps its place (RFC 3264 section 8).
    struct Line: Hashable, Sendable {
        var kind: String
        var profile: String
        var format: String
    }

    let media: LocalMedia
    let address: String
    let sessionID: UInt64
    /// Of the body sent last; grows by one whenever a body differs from it.
    var version: UInt64 = 0
    /// What was sent last, without its origin line.
    var lastContent: String?
    var lines: [Line] = []
    /// Our stream's place among the lines.
    var audioIndex = 0
    /// In use since the last negotiation that succeeded.
    var remote: RemoteMedia?

    /// - Parameters:
    ///   - address: numeric; where the peer is to send its RTP.
    ///   - sessionID: of the origin line; any number that is not used again soon.
    package init(media: LocalMedia, address: String, sessionID: UInt64) {
        self.media = media
        self.address = address
        // Peers keep it in signed integers.
        self.sessionID = sessionID & UInt64(Int64.max)
    }

    /// Answers the peer's first or a later offer.
    package mutating func answer(
        to offer: [UInt8]
    ) throws(NegotiationError) -> (body: String, remote: RemoteMedia) {
        let description = try SessionDescription(parsing: offer)
        let (index, accepted) = try selectStream(of: description)
        lines = description.media.map { Line(kind: $0.kind, profile: $0.profile, format: $0.formats.first ?? "0") }
        audioIndex = index
        remote = accepted
        let stream = audioLines(
            codecs: [accepted.codec], telephoneEvent: accepted.telephoneEvent, direction: accepted.direction.mirrored)
        return (body(stream, start: description.start, stop: description.stop), accepted)
    }

    /// A first offer, or a new one within the session.
    package mutating func makeOffer() -> String {
        if lines.isEmpty {
            lines = [Line(kind: "audio", profile: "RTP/AVP", format: "0")]
            audioIndex = 0
        }
        let stream = audioLines(codecs: media.codecs, telephoneEvent: Self.telephoneEvent, direction: .sendReceive)
        return body(stream, start: 0, stop: 0)
    }

    /// What was sent last, as an offer that changes nothing (RFC 4028 §7.4): its origin line says so. A new offer if
    /// nothing was sent.
    package mutating func repeatOffer() -> String {
        guard let lastContent else { return makeOffer() }
        return origin + lastContent
    }

    /// Takes the peer's answer to `makeOffer`.
    package mutating func accept(answer: [UInt8]) throws(NegotiationError) -> RemoteMedia {
        let description = try SessionDescription(parsing: answer)
        guard description.media.indices.contains(audioIndex) else { throw .malformed }
        let stream = description.media[audioIndex]
        guard stream.kind == "audio" else { throw .malformed }
        guard stream.port != 0 else { throw .noAudio }
        let accepted = try remoteMedia(of: stream, in: description, preferring: nil)
        remote = accepted
        return accepted
    }

    // MARK: - Choosing

    /// The first audio stream that can be used; else the reason why the best one cannot.
    private func selectStream(
        of description: SessionDescription
    ) throws(NegotiationError) -> (index: Int, remote: RemoteMedia) {
        var reason: NegotiationError?
        for (index, stream) in description.media.enumerated() where stream.kind == "audio" && stream.port != 0 {
            do throws(NegotiationError) {
                return (index, try remoteMedia(of: stream, in: description, preferring: remote?.codec))
            } catch {
                if reason != .unsupported { reason = error }
            }
        }
        throw reason ?? .noAudio
    }

    /// - Parameter preferring: the codec in use, which is kept while the peer still has it; else its own first
    ///   choice, so that two bridged legs of the same network meet in one codec.
    private func remoteMedia(
        of stream: SessionDescription.Media, in description: SessionDescription, preferring current: AudioCodec?
    ) throws(NegotiationError) -> RemoteMedia {
        guard stream.profile == "RTP/AVP" else { throw .noCommonCodec }
        let mappings = PayloadMappings(stream)
        let common = stream.formats.compactMap { mappings.codec($0) }.filter { media.codecs.contains($0) }
        guard let first = common.first else { throw .noCommonCodec }
        guard let text = stream.address, let host = NumericAddress(text), host.isUnicast else { throw .unsupported }
        let direction = RemoteMedia.Direction(of: stream, in: description)
        return RemoteMedia(
            address: host.dotted ?? text, port: stream.port, rtcpPort: Self.rtcpPort(of: stream),
            codec: current.flatMap { common.contains($0) ? $0 : nil } ?? first,
            telephoneEvent: stream.formats.compactMap { mappings.telephoneEvent($0) }.first,
            // RFC 3264 section 8.4: an unspecified address is the old way to say "do not send to me".
            direction: host.isUnspecified ? direction.withoutReceiving : direction)
    }

    /// `a=rtcp:port` (RFC 3605), else the port above. Its address, if it has one, is not used.
    private static func rtcpPort(of stream: SessionDescription.Media) -> UInt16 {
        let above = stream.port == .max ? stream.port : stream.port + 1
        guard let value = stream.attribute("rtcp")?.split(separator: " ").first, let port = UInt16(value), port != 0
        else { return above }
        return port
    }
}

/// What the payload types of one stream mean.
private struct PayloadMappings {
    /// Encoding name in lower case with its clock rate, by payload type.
    private var encodings: [String: String] = [:]

    init(_ stream: SessionDescription.Media) {
        for attribute in stream.attributes where attribute.name == "rtpmap" {
            let parts = (attribute.value ?? "").split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count >= 2 else { continue }
            let type = String(parts[0])
            // The first mapping counts.
            if encodings[type] == nil { encodings[type] = parts[1].lowercased() }
        }
    }

    /// Only under its static payload type (RFC 3551 section 6), and not if that is mapped to something else.
    func codec(_ format: String) -> AudioCodec? {
        guard let type = UInt8(format), let codec = AudioCodec(rawValue: type) else { return nil }
        guard let encoding = encodings[format] else { return codec }
        let name = "\(codec.encodingName)/8000".lowercased()
        return encoding == name || encoding == name + "/1" ? codec : nil
    }

    func telephoneEvent(_ format: String) -> UInt8? {
        guard let type = UInt8(format), type < 128 else { return nil }
        let encoding = encodings[format]
        return encoding == "telephone-event/8000" || encoding == "telephone-event/8000/1" ? type : nil
    }
}

extension AudioCodec {
    /// As RFC 3551 registers it.
    var encodingName: String {
        switch self {
        case .pcmu: "PCMU"
        case .pcma: "PCMA"
        }
    }
}

extension RemoteMedia.Direction {
    /// The stream's attribute, else the session's, else both ways (RFC 8866 section 6.7).
    init(of stream: SessionDescription.Media, in description: SessionDescription) {
        let named = [stream.attributes, description.attributes].lazy
            .compactMap { $0.lazy.compactMap { Self(attribute: $0.name) }.first }
        self = named.first ?? .sendReceive
    }

    private init?(attribute: String) {
        switch attribute {
        case "sendrecv": self = .sendReceive
        case "sendonly": self = .sendOnly
        case "recvonly": self = .receiveOnly
        case "inactive": self = .inactive
        default: return nil
        }
    }

    var attribute: String {
        switch self {
        case .sendReceive: "sendrecv"
        case .sendOnly: "sendonly"
        case .receiveOnly: "recvonly"
        case .inactive: "inactive"
        }
    }

    /// The same stream from the other side.
    var mirrored: Self {
        switch self {
        case .sendReceive: .sendReceive
        case .sendOnly: .receiveOnly
        case .receiveOnly: .sendOnly
        case .inactive: .inactive
        }
    }

    var withoutReceiving: Self {
        switch self {
        case .sendReceive, .sendOnly: .sendOnly
        case .receiveOnly, .inactive: .inactive
        }
    }
}
