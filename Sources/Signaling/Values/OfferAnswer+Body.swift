extension OfferAnswer {
    /// Our stream: its `m=` line and attributes.
    func audioLines(
        codecs: [AudioCodec], telephoneEvent: UInt8?, direction: RemoteMedia.Direction
    ) -> [String] {
        let types = codecs.map(\.rawValue) + (telephoneEvent.map { [$0] } ?? [])
        var lines = ["m=audio \(media.port) RTP/AVP \(types.map(String.init).joined(separator: " "))"]
        for codec in codecs { lines.append("a=rtpmap:\(codec.rawValue) \(codec.encodingName)/8000") }
        if let telephoneEvent {
            lines.append("a=rtpmap:\(telephoneEvent) telephone-event/8000")
            lines.append("a=fmtp:\(telephoneEvent) 0-16")
        }
        lines.append("a=ptime:\(Self.packetTime)")
        lines.append("a=\(direction.attribute)")
        return lines
    }

    /// The whole body. Every stream but ours is refused by port 0, in its place (RFC 3264 section 6).
    mutating func body(_ audio: [String], start: UInt64, stop: UInt64) -> String {
        var content = ["s=-", "c=IN \(family) \(address)", "t=\(start) \(stop)"]
        for (index, line) in lines.enumerated() {
            content += index == audioIndex ? audio : ["m=\(line.kind) 0 \(line.profile) \(line.format)"]
        }
        let text = content.joined(separator: "\r\n") + "\r\n"
        if text != lastContent {
            version += 1
            lastContent = text
        }
        return origin + text
    }

    private var family: String { address.utf8.contains(Ascii.colon) ? "IP6" : "IP4" }

    /// The first two lines.
    var origin: String { "v=0\r\no=- \(sessionID) \(version) IN \(family) \(address)\r\n" }
}
