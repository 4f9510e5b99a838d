import Yams

/// A value with its key, or an element of a list.
struct Entry {
    /// Empty for an element of a list.
    var key: String
    var keyMark: Mark?
    var node: Node

    /// Nothing was written: `key:` and the end of the line, `~` or `null`.
    var isEmpty: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// Line of the value; 0 if nobody knows.
    var line: Int { node.mark?.line ?? 0 }

    /// The elements of a list, `nil` if it is none.
    var elements: [Entry]? {
        guard case .sequence(let sequence) = node else { return nil }
        return sequence.map { Entry(key: "", keyMark: nil, node: $0) }
    }

    var isMapping: Bool {
        guard case .mapping = node else { return false }
        return true
    }

    /// The key as if it were a value, for mappings whose keys are names.
    var asName: Entry { Entry(key: "", keyMark: keyMark, node: .scalar(.init(key, .implicit, .any, keyMark))) }

    /// Text, `nil` if it is a list or a mapping.
    var text: String? {
        guard case .scalar(let scalar) = node else { return nil }
        return scalar.string
    }

    /// Written without quotes.
    var isPlain: Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.style == .plain
    }

    /// "a list", for messages.
    var kind: String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar, .alias: "text"
        }
    }
}
