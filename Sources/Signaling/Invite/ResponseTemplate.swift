/// Everything in the responses to one request that is the request's own: Via, From, To with our tag, Call-ID, CSeq.
struct ResponseTemplate {
    private let core: ArraySlice<UInt8>
    /// Lines that belong into a response which makes a dialog.
    private let recordRoutes: [String]

    /// `nil` if the request lacks what a response needs.
    init?(request: [UInt8], headers: HeaderLines, source: Flow, toTag: String) {
        let response = request.withUnsafeBytes {
            StatelessResponse.make(
                status: 200, reason: "OK", to: $0,
                source: StatelessResponse.Source(address: source.peerAddress, port: source.peerPort), toTag: toTag)
        }
        guard let response, let first = response.firstIndex(of: Ascii.lineFeed),
            response.count > Self.ending.count + first
        else { return nil }
        core = response[(first + 1)..<(response.count - Self.ending.count)]
        recordRoutes = headers.values("record-route").map { "Record-Route: \($0)" }
    }

    /// - Parameter headers: our own lines, without line ends.
    func response(_ status: Int, headers: [String] = [], makesDialog: Bool = false, body: String? = nil) -> [UInt8] {
        var bytes = Array("SIP/2.0 \(status) \(SIPText.reason(status))\r\n".utf8)
        bytes.reserveCapacity(core.count + 512 + (body?.utf8.count ?? 0))
        bytes += core
        if makesDialog {
            for line in recordRoutes { bytes += Array("\(line)\r\n".utf8) }
        }
        for line in headers { bytes += Array("\(line)\r\n".utf8) }
        if let body {
            bytes += Array("Content-Type: application/sdp\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
        } else {
            bytes += Self.ending
        }
        return bytes
    }

    private static let ending = Array("Content-Length: 0\r\n\r\n".utf8)
}
