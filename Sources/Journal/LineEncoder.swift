import Routing

/// Writes values as JSON straight into bytes, without a tree in between: keys in the order in which the value gives
/// them, no blanks. A conversation is some twenty lines of the journal, so this is what the journal costs.
package struct LineEncoder {
    private let sink = JSONSink()

    package init() {}

    /// The value as one line, with its line feed, added to what is there already.
    package func append(_ value: some Encodable, to bytes: inout [UInt8]) throws {
        swap(&sink.bytes, &bytes)
        defer { swap(&sink.bytes, &bytes) }
        sink.open.removeAll(keepingCapacity: true)
        try sink.write(value, depth: 0)
        sink.bytes.append(UInt8(ascii: "\n"))
    }
}

/// The bytes, and the containers that are open. A container is closed by the next thing that is written outside it.
private final class JSONSink {
    struct Container {
        let end: UInt8
        var isEmpty = true
    }

    // Touched by one encoder at a time, and by nobody while it hands out control: checking each access at run time would
    // cost as much as writing does.
    @exclusivity(unchecked) var bytes: [UInt8] = []
    @exclusivity(unchecked) var open: [Container] = []

    /// A value that writes nothing is an empty object.
    func write(_ value: some Encodable, depth: Int) throws {
        let before = bytes.count
        try value.encode(to: SinkEncoder(sink: self, depth: depth))
        close(to: depth)
        if bytes.count == before { bytes += [UInt8(ascii: "{"), UInt8(ascii: "}")] }
    }

    func close(to depth: Int) {
        while open.count > depth, let last = open.popLast() { bytes.append(last.end) }
    }

    func beginObject(depth: Int) {
        close(to: depth)
        bytes.append(UInt8(ascii: "{"))
        open.append(Container(end: UInt8(ascii: "}")))
    }

    func beginArray(depth: Int) {
        close(to: depth)
        bytes.append(UInt8(ascii: "["))
        open.append(Container(end: UInt8(ascii: "]")))
    }

    /// Makes room for the next value of the container that is `depth` deep.
    func separate(depth: Int) {
        close(to: depth)
        guard depth > 0, depth <= open.count else { return }
        if !open[depth - 1].isEmpty { bytes.append(UInt8(ascii: ",")) }
        open[depth - 1].isEmpty = false
    }

    func key(_ key: String, depth: Int) {
        separate(depth: depth)
        string(key)
        bytes.append(UInt8(ascii: ":"))
    }

    func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { plain in
            if plain.contains(where: Self.isEscaped) {
                for byte in plain { escape(byte) }
            } else {
                bytes.append(contentsOf: plain)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
        default: bytes.append(byte)
        }
    }

    func number(_ value: some BinaryInteger) {
        var text = String(value)
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    func number(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(value, .init(codingPath: [], debugDescription: "JSON has no \(value)"))
        }
        bytes += "\(value)".utf8
    }

    func bool(_ value: Bool) {
        bytes += (value ? "true" : "false").utf8
    }

    func null() {
        bytes += "null".utf8
    }
}

private struct SinkEncoder: Encoder {
    let sink: JSONSink
    /// How many containers are open around the value.
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        sink.beginObject(depth: depth)
        return KeyedEncodingContainer(KeyedSink(sink: sink, depth: depth + 1))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        sink.beginArray(depth: depth)
        return UnkeyedSink(sink: sink, depth: depth + 1)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleSink(sink: sink, depth: depth) }
}

private struct KeyedSink<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sink: JSONSink
    let depth: Int

    var codingPath: [any CodingKey] { [] }

    private func key(_ key: Key) { sink.key(key.stringValue, depth: depth) }

    func encodeNil(forKey key: Key) { self.key(key); sink.null() }
    func encode(_ value: Bool, forKey key: Key) { self.key(key); sink.bool(value) }
    func encode(_ value: String, forKey key: Key) { self.key(key); sink.string(value) }
    func encode(_ value: Double, forKey key: Key) throws { self.key(key); try sink.number(value) }
    func encode(_ value: Float, forKey key: Key) throws { self.key(key); try sink.number(Double(value)) }
    func encode(_ value: Int, forKey key: Key) { self.key(key); sink.number(value) }
    func encode(_ value: Int8, forKey key: Key) { self.key(key); sink.number(value) }
    func encode(_ value: Int16, forKey key: Key) { self.key(key); sink.number(value) }
    func encode(_ value: Int32, forKey key: Key) { self.key(key); sink.number(value) }
    func encode(_ value: Int64, forKey key: Key) { self.key(key); sink.number(value) }
    func encode(_ value: UInt, forKey key: Key) { self.key(key); sink.number(value) }
    func encode(_ value: UInt8, forKey key: Key) { self.key(key); sink.number(value) }
    func encode(_ value: UInt16, forKey key: Key) { self.key(key); sink.number(value) }
    func encode(_ value: UInt32, forKey key: Key) { self.key(key); sink.number(value) }
    func encode(_ value: UInt64, forKey key: Key) { self.key(key); sink.number(value) }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        self.key(key)
        try sink.write(value, depth: depth)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        self.key(key)
        return SinkEncoder(sink: sink, depth: depth).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        self.key(key)
        return SinkEncoder(sink: sink, depth: depth).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { SinkEncoder(sink: sink, depth: depth) }
    func superEncoder(forKey key: Key) -> any Encoder { self.key(key); return SinkEncoder(sink: sink, depth: depth) }
}

private struct UnkeyedSink: UnkeyedEncodingContainer {
    let sink: JSONSink
    let depth: Int
    private(set) var count = 0

    init(sink: JSONSink, depth: Int) {
        self.sink = sink
        self.depth = depth
    }

    var codingPath: [any CodingKey] { [] }

    private mutating func next() {
        sink.separate(depth: depth)
        count += 1
    }

    mutating func encodeNil() { next(); sink.null() }
    mutating func encode(_ value: Bool) { next(); sink.bool(value) }
    mutating func encode(_ value: String) { next(); sink.string(value) }
    mutating func encode(_ value: Double) throws { next(); try sink.number(value) }
    mutating func encode(_ value: Float) throws { next(); try sink.number(Double(value)) }
    mutating func encode(_ value: Int) { next(); sink.number(value) }
    mutating func encode(_ value: Int8) { next(); sink.number(value) }
    mutating func encode(_ value: Int16) { next(); sink.number(value) }
    mutating func encode(_ value: Int32) { next(); sink.number(value) }
    mutating func encode(_ value: Int64) { next(); sink.number(value) }
    mutating func encode(_ value: UInt) { next(); sink.number(value) }
    mutating func encode(_ value: UInt8) { next(); sink.number(value) }
    mutating func encode(_ value: UInt16) { next(); sink.number(value) }
    mutating func encode(_ value: UInt32) { next(); sink.number(value) }
    mutating func encode(_ value: UInt64) { next(); sink.number(value) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        next()
        try sink.write(value, depth: depth)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        next()
        return SinkEncoder(sink: sink, depth: depth).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        next()
        return SinkEncoder(sink: sink, depth: depth).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        next()
        return SinkEncoder(sink: sink, depth: depth)
    }
}

private struct SingleSink: SingleValueEncodingContainer {
    let sink: JSONSink
    let depth: Int

    var codingPath: [any CodingKey] { [] }

    func encodeNil() { sink.null() }
    func encode(_ value: Bool) { sink.bool(value) }
    func encode(_ value: String) { sink.string(value) }
    func encode(_ value: Double) throws { try sink.number(value) }
    func encode(_ value: Float) throws { try sink.number(Double(value)) }
    func encode(_ value: Int) { sink.number(value) }
    func encode(_ value: Int8) { sink.number(value) }
    func encode(_ value: Int16) { sink.number(value) }
    func encode(_ value: Int32) { sink.number(value) }
    func encode(_ value: Int64) { sink.number(value) }
    func encode(_ value: UInt) { sink.number(value) }
    func encode(_ value: UInt8) { sink.number(value) }
    func encode(_ value: UInt16) { sink.number(value) }
    func encode(_ value: UInt32) { sink.number(value) }
    func encode(_ value: UInt64) { sink.number(value) }
    func encode<Value: Encodable>(_ value: Value) throws { try sink.write(value, depth: depth) }
}
