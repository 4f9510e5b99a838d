// How events, decisions and all that is in them are written down, for recordings that can be replayed. Most of it is as
// the compiler makes it; here is what reads better as one plain value than as an object with one field.

/// Written as one plain value.
package protocol PlainlyCoded: Codable {
    associatedtype Plain: Codable

    var plain: Plain { get }
    /// `nil`: the value is none of these.
    init?(plain: Plain)
}

extension PlainlyCoded {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let plain = try container.decode(Plain.self)
        guard let value = Self(plain: plain) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(plain) is no \(Self.self)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(plain)
    }
}

extension CallID: PlainlyCoded {
    package var plain: String { description }
    package init?(plain: String) { self.init(plain) }
}

/// An identifier that is a counter's number, written as that.
protocol Numbered: PlainlyCoded where Plain == UInt64 {
    var rawValue: UInt64 { get }
    init(rawValue: UInt64)
}

extension Numbered {
    package var plain: UInt64 { rawValue }
    package init?(plain: UInt64) { self.init(rawValue: plain) }
}

extension TaskID: Numbered {}
extension RingID: Numbered {}
extension PlaybackID: Numbered {}

/// An identifier that is a name of the configuration, written as that.
protocol Named: PlainlyCoded where Plain == String {
    var name: String { get }
    init(_ name: String)
}

extension Named {
    package var plain: String { name }
    package init?(plain: String) { self.init(plain) }
}

extension OperatorID: Named {}
extension QueueID: Named {}
extension DialerID: Named {}
extension GroupID: Named {}
extension Sound: Named {}

extension CustomerNumber: PlainlyCoded {
    package var plain: String { text }
    package init?(plain: String) { self.init(plain) }
}

extension Key: PlainlyCoded {
    package var plain: String { description }
    package init?(plain: String) {
        guard plain.count == 1, let character = plain.first else { return nil }
        self.init(character)
    }
}

/// Nanoseconds since the origin of the one who recorded.
extension Instant: PlainlyCoded {
    package var plain: Int64 { nanoseconds }
    package init?(plain: Int64) { self.init(nanoseconds: plain) }
}

// MARK: - Dictionaries

/// One key of a dictionary with its value. A dictionary whose keys are no strings is written as a list of these.
struct Kept<Key: Codable, Value: Codable>: Codable {
    let key: Key
    let value: Value
}

extension Kept: Sendable where Key: Sendable, Value: Sendable {}

extension Dictionary where Key: Codable & Comparable, Value: Codable {
    /// In the order of the keys, so that equal dictionaries give the same bytes.
    func kept() -> [Kept<Key, Value>] {
        sorted { $0.key < $1.key }.map { Kept(key: $0.key, value: $0.value) }
    }
}

extension Array {
    /// - Throws: `DecodingError` if a key comes twice.
    func dictionary<Key: Hashable, Value>() throws -> [Key: Value] where Element == Kept<Key, Value> {
        var dictionary: [Key: Value] = [:]
        for entry in self where dictionary.updateValue(entry.value, forKey: entry.key) != nil {
            throw DecodingError.corrupted("\(entry.key) comes twice")
        }
        return dictionary
    }
}

extension DecodingError {
    /// Well formed, but not true.
    static func corrupted(_ problem: String) -> DecodingError {
        .dataCorrupted(Context(codingPath: [], debugDescription: problem))
    }
}
