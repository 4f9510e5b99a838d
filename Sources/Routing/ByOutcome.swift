/// One value for some of the outcomes of an attempt. Written in the order of the outcomes, so that equal ones give the
/// same bytes, which a dictionary does not.
package struct ByOutcome<Value: Hashable & Codable & Sendable>: Hashable, Sendable {
    private var values: [AttemptOutcome: Value] = [:]

    package init() {}

    package subscript(outcome: AttemptOutcome) -> Value? {
        get { values[outcome] }
        set { values[outcome] = newValue }
    }

    package var isEmpty: Bool { values.isEmpty }
}

extension ByOutcome: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ outcome: AttemptOutcome) {
            stringValue = outcome.rawValue
        }

        init?(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for outcome in AttemptOutcome.allCases {
            values[outcome] = try container.decodeIfPresent(Value.self, forKey: Key(outcome))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for outcome in AttemptOutcome.allCases {
            try container.encodeIfPresent(values[outcome], forKey: Key(outcome))
        }
    }
}
