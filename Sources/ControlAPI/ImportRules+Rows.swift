import Routing
import Storage

extension ImportRules {
    /// Why a row does not become a task.
    struct Refusal: Error {
        let reason: String
        let detail: String

        init(_ reason: String, _ detail: String) {
            self.reason = reason
            self.detail = detail
        }
    }

    /// - Parameters:
    ///   - columns: names of the card's fields.
    ///   - operators: made for the batch.
    ///   - now: when to call where the row does not say.
    func draft(
        of row: ImportRowsDTO.Row, dialer: DialerID, columns: [String], operators: inout OperatorLookup, now: WallTime
    ) throws(Refusal) -> TaskDraft {
        TaskDraft(
            dialer: dialer, number: try number(row.number), due: row.due?.wall ?? now,
            responsible: try operators.find(row.operator), group: try group(row.group),
            card: try card(row, columns: columns))
    }

    private func number(_ text: String) throws(Refusal) -> CustomerNumber {
        guard let number = normalize(text) else { throw Refusal("no telephone number", "\"\(text.prefix(40))\"") }
        guard number.text.hasPrefix("+") else {
            throw Refusal("too short for a customer's number", "\"\(number.text)\"")
        }
        guard !number.text.hasPrefix("+0") else {
            throw Refusal(
                "a number without its country", "\"\(text.prefix(40))\"; set numbers.country in the configuration")
        }
        return number
    }

    private func group(_ text: String?) throws(Refusal) -> GroupID? {
        guard let text, !text.isEmpty else { return nil }
        guard groups.contains(GroupID(text)) else { throw Refusal("unknown group", "\"\(text.prefix(80))\"") }
        return GroupID(text)
    }

    /// `nil` if there is nothing to show.
    private func card(_ row: ImportRowsDTO.Row, columns: [String]) throws(Refusal) -> TaskCard? {
        let fields = zip(columns, row.values ?? []).filter { !$0.1.isEmpty }.map { TaskCard.Field($0.0, $0.1) }
        do throws(TaskCard.Fault) {
            let card = try TaskCard(name: row.name, fields: fields)
            return card.isEmpty ? nil : card
        } catch {
            throw Refusal("too much for a card", error.description)
        }
    }
}

/// Finds operators by what rows call them; the same words come again and again.
struct OperatorLookup {
    private let operators: [String: OperatorID]
    private var found: [String: Result<OperatorID, ImportRules.Refusal>] = [:]
    /// To compare a word with those of all operators takes long: not for more than these.
    private var suggestions = 20

    init(_ rules: ImportRules) {
        operators = rules.operators
    }

    /// `nil` if the row names nobody.
    mutating func find(_ text: String?) throws(ImportRules.Refusal) -> OperatorID? {
        guard let text, !text.isEmpty else { return nil }
        if let known = found[text] { return try known.get() }
        let result: Result<OperatorID, ImportRules.Refusal> =
            if let name = operators[text.lowercased()] { .success(name) } else { .failure(refusal(of: text)) }
        found[text] = result
        return try result.get()
    }

    private mutating func refusal(of text: String) -> ImportRules.Refusal {
        var advice = ""
        if suggestions > 0, let word = Spelling.closest(to: text, among: operators.keys.sorted()) {
            advice = "; did you mean \(word)?"
        }
        suggestions -= 1
        return ImportRules.Refusal("unknown operator", "\"\(text.prefix(80))\"\(advice)")
    }
}
