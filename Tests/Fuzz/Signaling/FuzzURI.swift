/// A name-addr or addr-spec as headers carry it, and as we would send it on.
@Sendable func fuzzURI(_ input: [UInt8]) {
    guard !input.contains(0), input.count <= GuardLimits.line else { return }
    let text = String(decoding: input, as: UTF8.self)
    precondition(SIPText.quoted(text).utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    precondition(SIPText.escapedUser(text).utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    precondition(!SIPText.unescaped(text).utf8.contains(0))
    _ = (NumericAddress(text), AddressMatcher(text)?.matches("192.0.2.1"), SIPText.isHost(text))
    guard let address = OsipAddress(parsing: text) else { return }
    precondition(SIPText.isSafeURI(address.uri))
    precondition(address.displayName?.unicodeScalars.contains { $0.value < 0x20 } != true)
    // What was read once is read again in the same way.
    guard let again = OsipAddress(parsing: "<\(address.uri)>") else { return }
    precondition(again.scheme == address.scheme && SIPText.isSafeURI(again.uri))
}
