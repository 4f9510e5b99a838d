package import Routing

/// The words of what is said by voice: sounds that are played one after the other (sounds/README.md).
///
/// Every language that is not known is spoken by the rules of English, with the words of its own folder.
package struct Speech {
    private enum Grammar {
        case slavic, english
    }

    /// Larger numbers are spoken as this one: nobody counts on.
    package static let largestNumber = 999

    private let grammar: Grammar

    /// - Parameter language: the folder that the sounds are taken from.
    package init(language: String) {
        grammar = ["uk", "ru"].contains(language) ? .slavic : .english
    }

    /// - Parameter startKey: of reminders; `nil`: there is none.
    package func words(_ phrase: Phrase, startKey: Key?) -> [String] {
        switch phrase {
        case .waitingRequests(let count):
            let number = min(max(count, 0), Self.largestNumber)
            let key = startKey.map { ["press-to-begin"] + Self.key($0) } ?? []
            return ["reminder"] + Self.number(number) + [requests(number)] + key
        case .dateAndTime(let local):
            let date = ["will-call", "day-\(local.day)", "month-\(local.month)", "at"]
            return date + Self.number(local.hour) + Self.minute(local.minute)
        }
    }

    /// The noun in the form that the number asks for (Unicode CLDR, plural rules of uk, ru and en).
    private func requests(_ number: Int) -> String {
        switch grammar {
        case .english: return number == 1 ? "request-one" : "request-many"
        case .slavic:
            if (11...14).contains(number % 100) { return "request-many" }
            return switch number % 10 {
            case 1: "request-one"
            case 2, 3, 4: "request-few"
            default: "request-many"
            }
        }
    }

    /// 0…999: hundreds, tens and ones, as all three languages say them.
    private static func number(_ number: Int) -> [String] {
        guard number > 0 else { return ["number-0"] }
        var parts: [Int] = []
        if number >= 100 { parts.append(number / 100 * 100) }
        let rest = number % 100
        if rest > 20 {
            parts.append(rest / 10 * 10)
            if rest % 10 > 0 { parts.append(rest % 10) }
        } else if rest > 0 {
            parts.append(rest)
        }
        return parts.map { "number-\($0)" }
    }

    /// As on a digital clock: "zero five".
    private static func minute(_ minute: Int) -> [String] {
        minute < 10 ? ["number-0"] + number(minute) : number(minute)
    }

    /// Letters are on no telephone that people hold in their hands, and have no word.
    private static func key(_ key: Key) -> [String] {
        switch key.character {
        case "*": ["star"]
        case "#": ["hash"]
        default: key.character.isNumber ? ["number-\(key.character)"] : []
        }
    }
}
