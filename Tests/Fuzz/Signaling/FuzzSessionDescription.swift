/// A body as offer and as answer.
@Sendable func fuzzSessionDescription(_ input: [UInt8]) {
    var callee = OfferAnswer(
        media: LocalMedia(port: 20_000, codecs: [.pcma, .pcmu]), address: "192.0.2.10", sessionID: 1)
    if let (answer, remote) = try? callee.answer(to: input) {
        precondition(remote.port != 0 && NumericAddress(remote.address) != nil)
        precondition((try? SessionDescription(parsing: Array(answer.utf8))) != nil)
        precondition(answer.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0D || $0 == 0x0A })
    }
    var caller = OfferAnswer(
        media: LocalMedia(port: 20_000, codecs: [.pcma, .pcmu]), address: "192.0.2.10", sessionID: 2)
    _ = caller.makeOffer()
    if let remote = try? caller.accept(answer: input) { precondition(NumericAddress(remote.address) != nil) }
}
