/// What a PRACK acknowledges, the value of its RAck (RFC 3262 §7.2): `776656 1 INVITE`.
struct ResponseAcknowledgement: Hashable {
    /// RSeq of the provisional response.
    var number: UInt32
    /// CSeq number of the INVITE.
    var sequence: UInt32

    init(number: UInt32, sequence: UInt32) {
        self.number = number
        self.sequence = sequence
    }

    /// `nil` for what cannot be read, and for what answers another method.
    init?(_ value: String) {
        let parts = value.split { $0 == " " || $0 == "\t" }
        guard parts.count == 3, parts[2] == "INVITE", let number = Self.number(parts[0]),
            let sequence = Self.number(parts[1])
        else { return nil }
        self.init(number: number, sequence: sequence)
    }

    /// Digits only.
    static func number(_ text: some StringProtocol) -> UInt32? {
        text.utf8.allSatisfy(Ascii.isDigit) ? UInt32(text) : nil
    }
}
