/// What an operator sees of the customer before and while they are called: a name and fields that whoever asked for the
/// task filled in (product.md section 6).
///
/// It is kept beside the task, not in it: there may be a million open tasks, and the router needs nothing of this.
package struct TaskCard: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        /// 1…100 characters, different from the others'.
        package let name: String
        /// At most 2,000 characters, with line breaks if need be.
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Why something is no card.
    package enum Fault: Error, Hashable, Sendable {
        case nameTooLong
        case tooManyFields
        case fieldWithoutName
        case fieldNameTooLong(String)
        case sameFieldTwice(String)
        case valueTooLong(field: String)
    }

    /// Characters, counted as Unicode scalars, and fields at most.
    package static let longestName = 200
    package static let mostFields = 50
    package static let longestFieldName = 100
    package static let longestValue = 2_000

    /// `nil`: it is not known.
    package let name: String?
    /// In the order in which they are shown.
    package let fields: [Field]

    package var isEmpty: Bool { name == nil && fields.isEmpty }

    package init(name: String?, fields: [Field] = []) throws(Fault) {
        if let name, name.unicodeScalars.count > Self.longestName { throw .nameTooLong }
        guard fields.count <= Self.mostFields else { throw .tooManyFields }
        var names = Set<String>()
        for field in fields {
            guard !field.name.isEmpty else { throw .fieldWithoutName }
            guard field.name.unicodeScalars.count <= Self.longestFieldName else { throw .fieldNameTooLong(field.name) }
            guard field.value.unicodeScalars.count <= Self.longestValue else { throw .valueTooLong(field: field.name) }
            guard names.insert(field.name).inserted else { throw .sameFieldTwice(field.name) }
        }
        self.name = name?.isEmpty == true ? nil : name
        self.fields = fields
    }
}

extension TaskCard.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nameTooLong: "the name has more than \(TaskCard.longestName) characters"
        case .tooManyFields: "there are more than \(TaskCard.mostFields) fields"
        case .fieldWithoutName: "a field has no name"
        case .fieldNameTooLong(let name):
            "the name of the field \"\(name.prefix(20))…\" has more than \(TaskCard.longestFieldName) characters"
        case .sameFieldTwice(let name): "the field \"\(name)\" comes twice"
        case .valueTooLong(let field): "the field \"\(field)\" has more than \(TaskCard.longestValue) characters"
        }
    }
}
