package import Routing

/// What the CRM knows of a customer, to be shown to the operator before they are called (product.md section 6).
package struct CustomerCard: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package var key: String
        package var value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    package var name: String?
    /// In the order in which they are shown.
    package var fields: [Field]
    /// `nil`: the CRM does not say.
    package var isVIP: Bool?
    package var note: String?

    package init(name: String? = nil, fields: [Field] = [], isVIP: Bool? = nil, note: String? = nil) {
        self.name = name
        self.fields = fields
        self.isVIP = isVIP
        self.note = note
    }
}

/// For whom a card is wanted.
package struct CardRequest: Hashable, Sendable {
    package var number: CustomerNumber
    package var dialer: DialerID
    package var task: TaskID

    package init(number: CustomerNumber, dialer: DialerID, task: TaskID) {
        self.number = number
        self.dialer = dialer
        self.task = task
    }
}

/// The CRM's reply: `{"name": …, "fields": …, "vip": …, "note": …}`, all of it optional. Fields are a list of
/// `{"key": …, "value": …}`, or an object, whose members have no order and are sorted. What is longer than its limit is
/// cut short.
struct CardReply: Decodable {
    static let mostFields = 64

    let card: CustomerCard

    private enum CodingKeys: CodingKey {
        case name, fields, vip, note
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let fields = try container.decodeIfPresent(Fields.self, forKey: .fields)?.all ?? []
        card = CustomerCard(
            name: try container.decodeIfPresent(String.self, forKey: .name).map { $0.line(128) },
            fields: Array(fields.prefix(Self.mostFields)),
            isVIP: try container.decodeIfPresent(Bool.self, forKey: .vip),
            note: try container.decodeIfPresent(String.self, forKey: .note).map { $0.text(4_096) })
    }

    private struct Fields: Decodable {
        private struct Pair: Decodable {
            let key: String
            let value: Value
        }

        let all: [CustomerCard.Field]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let pairs = try? container.decode([Pair].self) {
                all = pairs.map { Self.field($0.key, $0.value) }
            } else {
                all = try container.decode([String: Value].self).sorted { $0.key < $1.key }.map(Self.field)
            }
        }

        private static func field(_ key: String, _ value: Value) -> CustomerCard.Field {
            CustomerCard.Field(key: key.line(64), value: value.text.line(1_024))
        }
    }

    /// Text, a number, a truth, or nothing.
    private struct Value: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                text = ""
            } else if let value = try? container.decode(Bool.self) {
                text = value ? "true" : "false"
            } else if let value = try? container.decode(Int64.self) {
                text = String(value)
            } else if let value = try? container.decode(Double.self) {
                text = String(value)
            } else {
                text = try container.decode(String.self)
            }
        }
    }
}

extension String {
    /// One line of it, of at most so many characters.
    fileprivate func line(_ limit: Int) -> String {
        String(map { $0.isNewline || $0.unicodeScalars.allSatisfy(\.isControl) ? " " : $0 }.prefix(limit))
    }

    /// Lines stay.
    fileprivate func text(_ limit: Int) -> String {
        String(filter { $0.isNewline || !$0.unicodeScalars.allSatisfy(\.isControl) }.prefix(limit))
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
