/// Telephone numbers as they come out of spreadsheets.
///
/// What is done here does not depend on the country: marks that cannot be seen, Excel's way to write large numbers, and
/// what is no single number. The server brings the rest to E.164 by its own rules.
package enum NumberCell {
    /// - Returns: digits, after a plus sign if there is one.
    package static func read(_ cell: String) throws(Rejection) -> String {
        if let number = simple(cell) { return number }
        let text = plain(cell)
        guard !text.isEmpty else { throw Rejection("no telephone number", "the cell is empty") }
        if let whole = try withoutExponent(text, cell) ?? withoutDecimals(text) { return whole }
        try refuseMore(in: text, cell)
        var number = ""
        for character in withoutTrunkZero(text) {
            switch character {
            case "0"..."9": number.append(character)
            case "+" where number.isEmpty: number.append(character)
            case " ", "-", ".", "(", ")", "/": continue
            default: throw notANumber(cell)
            }
        }
        guard number.contains(where: { $0 != "+" }) else { throw notANumber(cell) }
        return number
    }

    /// Nearly all cells: digits, perhaps after a plus sign, with spaces and dashes. `nil`: a closer look is needed.
    private static func simple(_ cell: String) -> String? {
        var number = ""
        for byte in cell.utf8 {
            switch byte {
            case 0x30...0x39: number.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x2b where number.isEmpty: number = "+"
            case 0x20, 0x2d: continue
            default: return nil
            }
        }
        return number.utf8.count > 1 ? number : nil
    }

    private static func notANumber(_ cell: String) -> Rejection {
        Rejection("no telephone number", "\"\(cell.prefix(40))\"")
    }

    // MARK: - Marks

    /// Without invisible marks, without what Excel puts before a text, with one kind of spaces and dashes.
    private static func plain(_ cell: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in cell.unicodeScalars {
            switch scalar.value {
            case 0x20...0x7e: scalars.append(scalar)
            case 0x00a0, 0x2000...0x200a, 0x202f, 0x3000, 0x09: scalars.append(" ")
            case 0x2010...0x2015, 0x2212, 0xfe63, 0xff0d: scalars.append("-")
            case 0x00ad, 0x200b...0x200f, 0x202a...0x202e, 0x2060...0x2069, 0xfeff: continue
            case 0x2019, 0x02bc: scalars.append("'")
            default: scalars.append(scalar)
            }
        }
        var text = String(scalars).trimmed
        if text.hasPrefix("=\""), text.hasSuffix("\""), text.count >= 3 {
            text = String(text.dropFirst(2).dropLast()).trimmed
        }
        while text.first == "'" { text = String(text.dropFirst()).trimmed }
        if text.lowercased().hasPrefix("tel:") { text = String(text.dropFirst(4)).trimmed }
        return text
    }

    /// `+44 (0)20 …`: the zero is dialled only within the country.
    private static func withoutTrunkZero(_ text: String) -> String {
        text.hasPrefix("+") ? text.replacing("(0)", with: "") : text
    }

    // MARK: - Excel

    /// `3.80671234567E+11`, if that is the whole number. Excel shows, and saves, fewer digits than it has: `3.8067E+11`
    /// might be any of ten million numbers. `nil`: it is not written so.
    private static func withoutExponent(_ text: String, _ cell: String) throws(Rejection) -> String? {
        let parts = text.uppercased().split(separator: "E", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("+"), let exponent = Int(parts[1].dropFirst()), exponent <= 20
        else { return nil }
        let digits = parts[0].split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
        guard digits[0].count == 1, digits.allSatisfy(\.isAllDigits) else { return nil }
        var fraction = digits.count > 1 ? String(digits[1]) : ""
        while fraction.count > exponent, fraction.last == "0" { fraction.removeLast() }
        guard fraction.count == exponent else {
            throw Rejection(
                "Excel has cut digits off", "\"\(cell.prefix(40))\"; format the column as text and export again")
        }
        return digits[0] + fraction
    }

    /// `380671234567.0`, as programs write what they take for a quantity. `nil`: it is not written so.
    private static func withoutDecimals(_ text: String) -> String? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
        guard parts.count == 2, (7...15).contains(parts[0].count), parts[0].isAllDigits,
            (1...2).contains(parts[1].count), parts[1].allSatisfy({ $0 == "0" })
        else { return nil }
        return String(parts[0])
    }

    // MARK: - More than a number

    /// What a person may dial and we cannot: a second number, or digits that are to be dialled after the answer.
    private static func refuseMore(in text: String, _ cell: String) throws(Rejection) {
        let digitsOfParts = text.split { $0 == "," || $0 == ";" || $0 == "/" || $0.isNewline }
            .map { part in part.count { $0.isASCII && $0.isNumber } }
        if digitsOfParts.count(where: { $0 >= 7 }) > 1 {
            throw Rejection("more than one number", "\"\(cell.prefix(60))\"")
        }
        let isMark = { (character: Character) in "#*,;".contains(character) || character.isLetter }
        guard let mark = text.firstIndex(where: isMark) else { return }
        let before = text[..<mark].count { $0.isASCII && $0.isNumber }
        let after = text[mark...].contains { $0.isASCII && $0.isNumber }
        if before >= 5, after { throw Rejection("a number with an extension", "\"\(cell.prefix(40))\"") }
    }
}

extension Rejection: Error {}

extension StringProtocol {
    var isAllDigits: Bool { !isEmpty && utf8.allSatisfy { (0x30...0x39).contains($0) } }

    var trimmed: String {
        // Most cells have nothing to trim, and to find out whether a character is a space takes long.
        let bytes = Substring(self).utf8
        if let first = bytes.first, let last = bytes.last, (0x21...0x7e).contains(first), (0x21...0x7e).contains(last) {
            return String(self)
        }
        var rest = Substring(self)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
