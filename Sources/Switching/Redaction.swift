/// Numbers as they may stand in a log: enough to recognise, too little to call (style: redacted at info).
package enum Redaction {
    /// The first four and the last two characters of a longer number, with dots between.
    package static func shorten(_ number: String?) -> String {
        guard let number else { return "withheld" }
        guard number.count > 7 else { return number }
        return "\(number.prefix(4))…\(number.suffix(2))"
    }
}
