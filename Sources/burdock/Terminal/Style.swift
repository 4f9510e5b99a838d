/// How a piece of text looks where colour is allowed (ECMA-48 SGR). Meaning is always in the words as well.
enum Style: String {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case magenta = "35"

    func apply(to text: String, color: Bool) -> String {
        guard color, self != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
    }
}
