import COsip2
import CTelephony

/// A datagram on its way in: the guard, our answer without the parser, libosip2, and everything that is read of what
/// it made. The first byte chooses between datagram and stream.
@Sendable func fuzzMessage(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let bytes = Array(input.dropFirst())
    let transport: GuardTransport = first & 1 == 0 ? .datagram : .stream
    switch bytes.withUnsafeBytes({ MessageGuard.inspect($0, over: transport) }) {
    case .keepAlive, .drop:
        return
    case .answer(let status, let reason, let index):
        precondition(index.isRequest && index.method != "ACK")
        _ = answer(bytes, status, reason)
    case .message(let index):
        let end = index.headerLength + index.contentLength
        precondition(index.headerLength > 0 && index.contentLength >= 0 && end <= bytes.count)
        precondition(!bytes[..<end].contains(0))
        let whole = Array(bytes[..<end].drop { $0 == Ascii.carriageReturn || $0 == Ascii.lineFeed })
        let headers = HeaderLines(whole)
        if index.isRequest {
            let response = answer(whole, 200, "OK")
            precondition(response.withUnsafeBytes { isResponse(MessageGuard.inspect($0, over: .datagram)) })
        }
        read(whole, headers, index)
        serialise(whole)
    }
}

private func isResponse(_ verdict: GuardVerdict) -> Bool {
    switch verdict {
    case .message(let index): !index.isRequest
    // Longer than the request by what was added, and so perhaps beyond a limit.
    case .drop: true
    case .keepAlive, .answer: false
    }
}

private func answer(_ bytes: [UInt8], _ status: Int, _ reason: String) -> [UInt8] {
    let response = bytes.withUnsafeBytes {
        StatelessResponse.make(
            status: status, reason: reason, to: $0, source: .init(address: "192.0.2.1", port: 5_060), toTag: "tag")
    }
    guard let response else { preconditionFailure("what is to be answered has a Via") }
    precondition(response.count <= bytes.count + 256)
    precondition(response.filter { $0 == Ascii.carriageReturn }.count == response.filter { $0 == Ascii.lineFeed }.count)
    return response
}

private func read(_ bytes: [UInt8], _ headers: HeaderLines, _ index: MessageIndex) {
    guard let message = OsipMessage(parsing: bytes) else { return }
    _ = (message.requestScheme, message.requestUser, message.from, message.to)
    for address in message.contacts(limit: 11) ?? [] { precondition(SIPText.isSafeURI(address.uri)) }
    for route in message.recordRoutes { precondition(route.utf8.allSatisfy { $0 > 0x20 }) }
    _ = message.contactURI
    for value in headers.values("p-asserted-identity").flatMap({ $0.split(separator: ",") }) {
        _ = OsipAddress(parsing: String(value))?.user
    }
    _ = (headers.tokens("require"), headers.first("authorization").flatMap { DigestCredentials($0) })
    _ = TransactionKey(request: index)
    let body = Array(bytes[index.headerLength.clamped(to: bytes.count)...])
    _ = try? SessionDescription(parsing: body)
}

/// The transactions of libosip2 copy messages, and write them.
private func serialise(_ bytes: [UInt8]) {
    guard let message = OsipMessage(parsing: bytes)?.release() else { return }
    defer { osip_message_free(message) }
    var copy: UnsafeMutablePointer<osip_message_t>?
    guard osip_message_clone(message, &copy) == 0, let copy else { return }
    defer { osip_message_free(copy) }
    osip_message_force_update(copy)
    var text: UnsafeMutablePointer<CChar>?
    var length = 0
    guard osip_message_to_str(copy, &text, &length) == 0 else { return }
    ct_osip_free(text)
}

extension Int {
    fileprivate func clamped(to limit: Int) -> Int { Swift.min(Swift.max(self, 0), limit) }
}
