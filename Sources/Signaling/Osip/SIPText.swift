/// Small rules of SIP's text form: what has to be cleaned, quoted and escaped before it goes into a message.
enum SIPText {
    /// Undoes %xx (RFC 3261 §25.1 `escaped`). A broken escape and an escaped control character stay as they are.
    static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        let source = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
                let high = hexValue(source[index + 1]), let low = hexValue(source[index + 2]),
                !isControl(high << 4 | low)
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(source[index])
                index += 1
            }
        }
        // swift-format-ignore: the lossy form is wanted, the bytes come from a peer
        return String(decoding: result, as: UTF8.self)
    }

    /// Escapes everything but unreserved characters, `+`, `*` and `#`-free telephone marks, for a URI's user part.
    static func escapedUser(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8.prefix(128) {
            if isUnreserved(byte) || byte == UInt8(ascii: "+") {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                result.append(hexDigit(byte >> 4))
                result.append(hexDigit(byte & 0x0F))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Removes surrounding quotes, escapes and control characters; `nil` if nothing is left. At most 128 characters.
    static func plainDisplayName(_ text: String) -> String? {
        var name = Substring(text)
        while let first = name.first, first.isWhitespace { name.removeFirst() }
        while let last = name.last, last.isWhitespace { name.removeLast() }
        if name.count >= 2, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
        var result = ""
        var escaped = false
        for scalar in name.unicodeScalars {
            if !escaped, scalar == "\\" {
                escaped = true
                continue
            }
            escaped = false
            guard scalar.value >= 0x20, scalar.value != 0x7F, !(0x80...0x9F).contains(scalar.value) else { continue }
            result.unicodeScalars.append(scalar)
        }
        let cut = String(result.prefix(128))
        return cut.isEmpty ? nil : cut
    }

    /// A quoted-string (RFC 3261 §25.1) without control characters.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in (plainDisplayName(text) ?? "").unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    /// Whether a URI can stand between angle brackets without ending them or the line.
    static func isSafeURI(_ uri: String) -> Bool {
        !uri.isEmpty && uri.utf8.count <= 1_024
            && uri.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
    }

    /// A name or a numeric address, with brackets or without, and nothing that ends it.
    static func isHost(_ text: String) -> Bool {
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        return NumericAddress(inner) != nil || (!text.isEmpty && text.utf8.allSatisfy(Ascii.isToken))
    }

    /// Host for a URI or Via: IPv6 addresses get their brackets, unless they have them.
    static func host(_ address: String) -> String {
        address.utf8.contains(UInt8(ascii: ":")) && !address.hasPrefix("[") ? "[\(address)]" : address
    }

    /// Standard reason phrase of a status (RFC 3261 §21 and its extensions).
    static func reason(_ status: Int) -> String { reasons[status] ?? "Unspecified" }

    private static let reasons: [Int: String] = [
        100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted", 302: "Moved Temporarily",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        406: "Not Acceptable", 408: "Request Timeout", 410: "Gone", 413: "Request Entity Too Large",
        415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension",
        422: "Session Interval Too Small", 423: "Interval Too Brief", 480: "Temporarily Unavailable",
        481: "Call/Transaction Does Not Exist",
        482: "Loop Detected", 483: "Too Many Hops", 484: "Address Incomplete", 486: "Busy Here",
        487: "Request Terminated", 488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending",
        500: "Server Internal Error", 501: "Not Implemented", 503: "Service Unavailable", 504: "Server Time-out",
        505: "Version Not Supported", 513: "Message Too Large", 600: "Busy Everywhere", 603: "Decline",
        604: "Does Not Exist Anywhere", 606: "Not Acceptable",
    ]

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "-_.!~*'()".utf8.contains(byte)
        }
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
