import COsip2

/// What offer/answer needs of an SDP body (RFC 8866): its media streams, where they want their packets, and their
/// attributes. Parsed by libosip2, which gets a body of bounded size and in good order (`normalized`).
package struct SessionDescription: Hashable, Sendable {
    package struct Attribute: Hashable, Sendable {
        package var name: String
        /// `nil` for a flag such as `sendrecv`.
        package var value: String?
    }

    package struct Media: Hashable, Sendable {
        /// `audio`, `video`, …
        package var kind: String
        package var port: UInt16
        /// `RTP/AVP`, `RTP/SAVP`, …
        package var profile: String
        /// Payload types of RTP, in order of preference; at least one.
        package var formats: [String]
        /// The stream's own `c=` address, else the session's. As written: may be a host name.
        package var address: String?
        package var attributes: [Attribute]

        /// The value of the first attribute of a name.
        package func attribute(_ name: String) -> String? {
            attributes.first { $0.name == name }?.value
        }
    }

    /// Session level.
    package var attributes: [Attribute]
    package var media: [Media]
    /// The first `t=` line, which an answer repeats (RFC 3264 section 6).
    package var start: UInt64
    package var stop: UInt64

    static let maxBytes = GuardLimits.body
    static let maxLines = GuardLimits.bodyLines
    static let maxLineBytes = 512
    static let maxMedia = 16
    static let maxFormats = 64

    /// - Throws: `malformed` for what is no SDP, and for what is beyond the limits.
    package init(parsing body: [UInt8]) throws(NegotiationError) {
        guard let lines = Self.normalized(body) else { throw .malformed }
        // libosip2 looks beyond the end after a final `m=` line: there it finds zeros.
        let text = (lines + [UInt8](repeating: 0, count: 16)).map { CChar(bitPattern: $0) }

        var created: UnsafeMutablePointer<sdp_message_t>?
        guard sdp_message_init(&created) == OSIP_SUCCESS, let sdp = created else { throw .malformed }
        defer { sdp_message_free(sdp) }
        let status = text.withUnsafeBufferPointer { sdp_message_parse(sdp, $0.baseAddress) }
        guard status == OSIP_SUCCESS else { throw .malformed }

        start = Self.number(sdp_message_t_start_time_get(sdp, 0)) ?? 0
        stop = Self.number(sdp_message_t_stop_time_get(sdp, 0)) ?? 0
        attributes = Self.attributes(of: sdp, at: -1)
        media = []
        let sessionAddress = Self.text(sdp_message_c_addr_get(sdp, -1, 0))
        while let kind = Self.text(sdp_message_m_media_get(sdp, Int32(media.count))) {
            guard media.count < Self.maxMedia else { throw .malformed }
            media.append(try Self.stream(of: sdp, at: Int32(media.count), kind: kind, sessionAddress: sessionAddress))
        }
    }

    private static func stream(
        of sdp: UnsafeMutablePointer<sdp_message_t>, at index: Int32, kind: String, sessionAddress: String?
    ) throws(NegotiationError) -> Media {
        guard let port = number(sdp_message_m_port_get(sdp, index)).flatMap({ UInt16(exactly: $0) }),
            let profile = text(sdp_message_m_proto_get(sdp, index))
        else { throw .malformed }
        var formats: [String] = []
        while formats.count < maxFormats, let format = text(sdp_message_m_payload_get(sdp, index, Int32(formats.count)))
        {
            formats.append(format)
        }
        // These three come back to the peer in an answer.
        let echoed = [kind, profile] + formats
        guard !formats.isEmpty, echoed.allSatisfy({ $0.utf8.allSatisfy(Ascii.isVisible) && $0.utf8.count <= 64 })
        else { throw .malformed }
        return Media(
            kind: kind, port: port, profile: profile, formats: formats,
            address: text(sdp_message_c_addr_get(sdp, index, 0)) ?? sessionAddress,
            attributes: attributes(of: sdp, at: index))
    }

    /// Attributes of a stream, or of the session at -1. Their number is bounded by that of the lines.
    private static func attributes(of sdp: UnsafeMutablePointer<sdp_message_t>, at index: Int32) -> [Attribute] {
        var attributes: [Attribute] = []
        while let name = text(sdp_message_a_att_field_get(sdp, index, Int32(attributes.count))) {
            let value = text(sdp_message_a_att_value_get(sdp, index, Int32(attributes.count)))
            attributes.append(Attribute(name: name, value: value))
        }
        return attributes
    }

    private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private static func number(_ pointer: UnsafeMutablePointer<CChar>?) -> UInt64? {
        guard let text = text(pointer), text.utf8.allSatisfy(Ascii.isDigit) else { return nil }
        return UInt64(text)
    }
}

/// Why an offer or answer cannot be used.
package enum NegotiationError: Error, Hashable {
    /// No SDP, or beyond the limits.
    case malformed
    /// No audio stream over plain RTP with a codec that we speak: 488.
    case noCommonCodec
    /// No audio stream at all, or it is switched off: 488.
    case noAudio
    /// The stream's address is a host name (which is never looked up), missing, or not of one host.
    case unsupported
}
