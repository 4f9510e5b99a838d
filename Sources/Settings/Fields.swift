import Yams

/// One mapping while it is read: each key is taken once, and what nobody took is unknown.
struct Fields {
    let reading: Reading
    /// For messages: `in queue "sales"`; empty at the top.
    var place: String
    private let node: Node?
    private var entries: [String: Entry] = [:]
    private var order: [String] = []
    private var known: [String] = []
    /// Keys that were there and were taken: nobody means them by another one.
    private var taken: Set<String> = []

    /// An empty or missing mapping has no keys; anything else is reported and read as empty.
    init(_ entry: Entry?, place: String, reading: Reading) {
        self.reading = reading
        self.place = place
        node = entry?.node
        guard let entry, !entry.isEmpty else { return }
        guard case .mapping(let mapping) = entry.node else {
            reading.error(
                "\(entry.key.isEmpty ? "this" : entry.key) must be a mapping of keys and values, not \(entry.kind)",
                at: entry)
            return
        }
        collect(mapping)
    }

    private mutating func collect(_ mapping: Node.Mapping) {
        var doubles: [String: Int] = [:]
        for (keyNode, value) in mapping {
            guard case .scalar(let scalar) = keyNode else {
                reading.error("a key must be text", at: reading.span(of: keyNode))
                continue
            }
            let (key, _) = reading.written(scalar.string)
            let entry = Entry(key: key, keyMark: scalar.mark, node: value)
            if let first = doubles[key] {
                reading.error(
                    "key \"\(key)\" is written twice\(placed), first in line \(first)",
                    at: reading.span(ofKey: entry), next: "keep one of the two")
                continue
            }
            doubles[key] = scalar.mark?.line ?? 0
            entries[key] = entry
            order.append(key)
        }
    }

    private var placed: String { place.isEmpty ? "" : " \(place)" }

    /// Where to point when a key is missing.
    var span: SourceSpan { node.map(reading.span(of:)) ?? .wholeFile }

    /// The entry of a key, `nil` if it is not there. A key without value is reported and counts as not there.
    mutating func take(_ key: String) -> Entry? {
        guard let entry = takeEvenEmpty(key) else { return nil }
        guard !entry.isEmpty else {
            reading.error(
                "\(key) has no value", at: entry, next: "write a value, or delete the key to get its default")
            return nil
        }
        return entry
    }

    mutating func takeEvenEmpty(_ key: String) -> Entry? {
        known.append(key)
        guard let entry = entries.removeValue(forKey: key) else { return nil }
        taken.insert(key)
        return entry
    }

    /// The entry of a key that must be there.
    mutating func require(_ key: String) -> Entry? {
        if entries[key] == nil {
            known.append(key)
            reading.error("\(key) is missing\(placed)", at: span, next: "add \"\(key): ...\"")
            return nil
        }
        return take(key)
    }

    /// All entries in the order of the file, for mappings whose keys are names.
    mutating func takeAll() -> [Entry] {
        let all = order.compactMap { entries[$0] }
        entries = [:]
        return all
    }

    /// Reports what nobody took.
    func finish() {
        let unused = known.filter { !taken.contains($0) }
        for key in order {
            guard let entry = entries[key] else { continue }
            let isCyrillic = key.unicodeScalars.contains { (0x400...0x4FF).contains($0.value) }
            reading.error(
                "unknown key \"\(reading.shown(key))\"\(placed)\(isCyrillic ? ", with Cyrillic letters" : "")",
                at: reading.span(ofKey: entry),
                suggestion: Suggestion.nearest(to: key, in: unused),
                next: known.isEmpty ? nil : "known here: \(known.joined(separator: ", "))")
        }
    }
}

// MARK: - Values

extension Fields {
    /// A value with a default, which also stands in for a broken one.
    mutating func value<T>(_ key: String, default fallback: T, _ parse: (Entry) -> T?) -> T {
        take(key).flatMap(parse) ?? fallback
    }

    /// A value that may be `none`.
    mutating func optional<T>(_ key: String, default fallback: T?, _ parse: (Entry) -> T?) -> T? {
        guard let entry = take(key) else { return fallback }
        return entry.text == "none" && entry.isPlain ? nil : parse(entry) ?? fallback
    }

    /// A mapping below the top.
    mutating func section<T>(_ key: String, _ read: (inout Fields) -> T) -> T {
        var fields = Fields(takeEvenEmpty(key), place: "in \(key)", reading: reading)
        let value = read(&fields)
        fields.finish()
        return value
    }

    /// The elements of a list; empty if there is none. More than `limit` are reported and not read.
    mutating func list(_ key: String, limit: Int) -> [Entry] {
        guard let entry = takeEvenEmpty(key), !entry.isEmpty else { return [] }
        guard let elements = entry.elements else {
            reading.error("\(key) must be a list, not \(entry.kind)", at: entry, next: "begin each element with \"- \"")
            return []
        }
        guard elements.count <= limit else {
            reading.error("\(key) has \(elements.count) elements, more than \(limit)", at: reading.span(ofKey: entry))
            return []
        }
        return elements
    }

    /// A list of mappings, each read by `read`, which gives `nil` for what cannot be used.
    mutating func mappings<T>(_ key: String, limit: Int, _ read: (inout Fields) -> T?) -> [T] {
        list(key, limit: limit).compactMap { entry in
            guard entry.isMapping else {
                reading.error("an element of \(key) must be a mapping, not \(entry.kind)", at: entry)
                return nil
            }
            var fields = Fields(entry, place: "in an element of \(key)", reading: reading)
            let value = read(&fields)
            fields.finish()
            return value
        }
    }
}
