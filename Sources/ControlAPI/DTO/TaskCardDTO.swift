import Storage

/// A task's card: what the operator sees of the customer (product.md section 6).
package struct TaskCardDTO: Codable, Hashable, Sendable {
    /// At most 200 characters.
    package var name: String?
    /// At most 50: names of at most 100 characters, values of at most 2,000.
    package var fields: [String: String]?
    /// Names of fields in the order in which they are shown. Fields that are not in it follow by name; absent: all do.
    package var order: [String]?

    package init(name: String? = nil, fields: [String: String]? = nil, order: [String]? = nil) {
        self.name = name
        self.fields = fields
        self.order = order
    }

    init(_ card: TaskCard) {
        name = card.name
        fields = Dictionary(card.fields.map { ($0.name, $0.value) }) { first, _ in first }
        order = card.fields.map(\.name)
    }

    /// All names of fields, in order.
    package var names: [String] {
        let values = fields ?? [:]
        var left = Set(values.keys)
        let first = (order ?? []).filter { left.remove($0) != nil }
        return first + left.sorted()
    }

    /// - Throws: `Problem` that says what is too much.
    func card() throws -> TaskCard {
        let values = fields ?? [:]
        do {
            return try TaskCard(name: name, fields: names.map { TaskCard.Field($0, values[$0] ?? "") })
        } catch {
            throw Problem(
                .badBody, "This is no card: \(error)",
                next: #"Send, for example, {"name": "Oksana", "fields": {"city": "Kyiv"}}"#)
        }
    }
}
