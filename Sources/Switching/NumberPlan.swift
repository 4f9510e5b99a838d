package import Routing

/// How a number is brought to E.164 form: what people and trunks write becomes what lists and ties are kept by.
package struct NumberPlan: Hashable, Sendable {
    /// Country code without a plus sign ("380"); `nil`: national numbers stay as they are.
    package var country: String?
    /// Dialled before a national number ("0").
    package var trunkPrefix: String
    /// Dialled before a country code ("00").
    package var internationalPrefix: String

    /// E.164: at most 15 digits. Below 8, a number with no prefix is taken for an internal one.
    static let digits = 8...15

    package init(country: String? = nil, trunkPrefix: String = "0", internationalPrefix: String = "00") {
        self.country = country
        self.trunkPrefix = trunkPrefix
        self.internationalPrefix = internationalPrefix
    }

    /// `nil` for what is no telephone number: names, empty text, more than 15 digits.
    package func normalize(_ text: some StringProtocol) -> CustomerNumber? {
        guard text.utf8.count <= 64 else { return nil }
        var digits = ""
        var isInternational = false
        for character in text {
            switch character {
            case "0"..."9": digits.append(character)
            case "+" where digits.isEmpty && !isInternational: isInternational = true
            case " ", "-", ".", "(", ")", "/", "\u{a0}": continue
            default: return nil
            }
        }
        if !isInternational {
            if !internationalPrefix.isEmpty, digits.hasPrefix(internationalPrefix) {
                digits.removeFirst(internationalPrefix.count)
            } else if let country, !trunkPrefix.isEmpty, digits.hasPrefix(trunkPrefix) {
                digits = country + digits.dropFirst(trunkPrefix.count)
            } else if digits.count < Self.digits.lowerBound {
                return digits.isEmpty ? nil : CustomerNumber(digits)
            }
        }
        guard !digits.isEmpty, digits.count <= Self.digits.upperBound else { return nil }
        return CustomerNumber("+" + digits)
    }
}
