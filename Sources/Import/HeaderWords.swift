/// What a column of a list of leads can be for.
package enum LeadField: String, CaseIterable, Sendable {
    /// The customer's telephone number; the only one that has to be there.
    case number
    /// E-mail or short name of the operator whose task it is first.
    case `operator`
    /// When to call; empty: now.
    case due
    /// The customer's name.
    case name
    /// The skill group behind the operator.
    case group
}

/// Words by which people head such columns in Ukrainian, Russian and English. Whole headers only: a "date of birth" is no
/// time to call, and the "e-mail" of a list of leads is rather the customer's.
enum HeaderWords {
    static func field(of header: String) -> LeadField? { fields[plain(header)] }

    /// What the file of rejected rows adds.
    static func isOurs(_ header: String) -> Bool { [rowHeader, reasonHeader].contains(plain(header)) }

    static let rowHeader = "rejected row"
    static let reasonHeader = "rejected because"

    /// Lower case, letters and digits, single spaces; without apostrophes and a count at the end ("Phone 1").
    static func plain(_ header: String) -> String {
        var text = ""
        for character in header.lowercased() {
            switch character {
            case "'", "’", "ʼ", "`": continue
            case "ё": text.append("е")
            case _ where character.isLetter || character.isNumber: text.append(character)
            default: if text.last != " ", !text.isEmpty { text.append(" ") }
            }
        }
        text = text.trimmed
        return text.hasSuffix(" 1") ? String(text.dropLast(2)) : text
    }

    private static let fields: [String: LeadField] = {
        let words: [LeadField: [String]] = [
            .number: [
                "телефон", "номер телефону", "номер телефона", "номер", "тел", "моб", "мобільний", "мобильный",
                "мобільний телефон", "мобильный телефон", "контактний телефон", "контактный телефон", "телефон клієнта",
                "телефон клиента", "phone", "phone number", "number", "tel", "telephone", "mobile", "mobile phone",
                "cell", "cell phone", "msisdn", "customer number",
            ],
            .operator: [
                "оператор", "менеджер", "відповідальний", "ответственный", "email оператора", "e mail оператора",
                "пошта оператора", "почта оператора", "email менеджера", "e mail менеджера", "operator", "agent",
                "manager", "responsible", "owner", "assigned to", "operator email", "operator e mail", "agent email",
                "agent e mail", "responsible email", "responsible e mail",
            ],
            .due: [
                "коли", "коли дзвонити", "коли телефонувати", "час дзвінка", "дата дзвінка", "дата і час",
                "дата та час", "передзвонити", "передзвонити о", "когда", "когда звонить", "время звонка",
                "дата звонка", "дата и время", "перезвонить", "due", "due at", "due date", "when", "call at",
                "call time", "call date", "callback", "callback at", "callback time", "start", "start time",
                "scheduled at",
            ],
            .name: [
                "імя", "піб", "імя клієнта", "піб клієнта", "клієнт", "прізвище та імя", "імя та прізвище", "контакт",
                "имя", "фио", "имя клиента", "фио клиента", "клиент", "фамилия и имя", "имя и фамилия", "name",
                "full name", "customer", "customer name", "client", "client name", "contact", "contact name",
            ],
            .group: ["група", "группа", "відділ", "отдел", "group", "skill group", "team", "department"],
        ]
        return words.reduce(into: [:]) { fields, entry in
            for word in entry.value { fields[word] = entry.key }
        }
    }()
}
