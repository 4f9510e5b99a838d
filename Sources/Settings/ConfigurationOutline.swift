import Yams

/// What stands in a configuration file, one line for each value under its key, made to be compared with another
/// reading of it: `queues.sales.max_wait` is `5 min`.
package struct ConfigurationOutline: Hashable, Sendable {
    private struct Line: Hashable, Sendable {
        var key: String
        /// The element of a list that it is part of: `queues.sales`.
        var element: String?
        var text: String

        /// As people may see it.
        var shown: String { key.hasSuffix("secret") ? "(hidden)" : text }
        var needsRestart: Bool {
            ConfigurationOutline.fixedKeys.contains { key == $0 || key.hasPrefix($0 + ".") }
        }
    }

    /// Keys whose values a running server keeps: sockets, threads and files that calls are using.
    package static let fixedKeys = [
        "sip.listen", "media.listen", "media.ports", "media.threads", "state", "metrics", "api", "journal",
    ]
    /// What tells the elements of lists apart, tried in this order.
    private static let names = ["name", "number", "operator", "queue"]
    /// Deeper than any configuration that was read.
    private static let mostLevels = 16

    private var lines: [Line] = []

    init(_ document: YAMLDocument) {
        if let root = document.root { add(root, key: "", element: nil, level: 0) }
    }

    private mutating func add(_ node: Node, key: String, element: String?, level: Int) {
        guard level < Self.mostLevels else { return }
        switch node {
        case .mapping(let mapping):
            for (name, value) in mapping {
                guard case .scalar(let scalar) = name else { continue }
                add(
                    value, key: key.isEmpty ? scalar.string : "\(key).\(scalar.string)", element: element,
                    level: level + 1)
            }
        case .sequence(let sequence):
            addList(Array(sequence), key: key, element: element, level: level)
        case .scalar(let scalar):
            lines.append(Line(key: key, element: element, text: scalar.string))
        case .alias:
            break
        }
    }

    /// Elements with a name are known by it, others by their place; a list of plain values is one value.
    private mutating func addList(_ list: [Node], key: String, element: String?, level: Int) {
        let texts = list.compactMap(\.scalar?.string)
        guard texts.count < list.count else {
            lines.append(Line(key: key, element: element, text: "[\(texts.joined(separator: ", "))]"))
            return
        }
        for (index, node) in list.enumerated() {
            let name = Self.names.lazy.compactMap { node.mapping?[$0]?.scalar?.string }.first ?? "\(index + 1)"
            add(node, key: "\(key).\(name)", element: element ?? "\(key).\(name)", level: level + 1)
        }
    }

    // MARK: - Comparing

    /// What became different from `old` to this: changed, new and missing values, in the order of the files.
    package func changes(since old: ConfigurationOutline) -> [ConfigurationChange] {
        let before = Dictionary(old.lines.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(lines.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let changed = lines.compactMap { line -> ConfigurationChange? in
            guard let earlier = before[line.key], earlier.text != line.text else { return nil }
            return ConfigurationChange(
                key: line.key, old: earlier.shown, new: line.shown, needsRestart: line.needsRestart)
        }
        let added = Self.summary(of: lines.filter { before[$0.key] == nil }, unless: old.elements)
        let removed = Self.summary(of: old.lines.filter { after[$0.key] == nil }, unless: elements)
        return changed
            + added.map { ConfigurationChange(key: $0.key, old: nil, new: $0.text, needsRestart: $0.needsRestart) }
            + removed.map { ConfigurationChange(key: $0.key, old: $0.text, new: nil, needsRestart: $0.needsRestart) }
    }

    /// This, with what a running server keeps of `old`.
    package func keepingFixed(of old: ConfigurationOutline) -> ConfigurationOutline {
        var kept = self
        kept.lines = lines.filter { !$0.needsRestart } + old.lines.filter(\.needsRestart)
        return kept
    }

    private var elements: Set<String> { Set(lines.compactMap(\.element)) }

    /// A whole new element is one line.
    private static func summary(of lines: [Line], unless known: Set<String>) -> [Line] {
        var summary: [Line] = []
        for line in lines {
            guard let element = line.element, !known.contains(element) else {
                summary.append(Line(key: line.key, element: nil, text: line.shown))
                continue
            }
            let part = "\(line.key.dropFirst(element.count + 1)): \(line.shown)"
            if summary.last?.key == element {
                summary[summary.count - 1].text += ", " + part
            } else {
                summary.append(Line(key: element, element: nil, text: part))
            }
        }
        return summary
    }
}

/// One difference between two readings of a configuration.
package struct ConfigurationChange: Hashable, Sendable {
    /// `queues.sales.max_wait`; of an element of a list that is new or gone as a whole `queues.sales`.
    package var key: String
    /// As it stood in the file; `nil`: nothing did. Secrets are not shown.
    package var old: String?
    package var new: String?
    /// A running server goes on with the old value.
    package var needsRestart: Bool

    package init(key: String, old: String?, new: String?, needsRestart: Bool) {
        self.key = key
        self.old = old
        self.new = new
        self.needsRestart = needsRestart
    }
}

extension ConfigurationChange: CustomStringConvertible {
    /// In the manner of a diff: `+` new, `-` gone, `~` changed.
    package var description: String {
        let text =
            switch (old, new) {
            case (let old?, let new?): "~ \(key): \(old) -> \(new)"
            case (nil, let new?): "+ \(key): \(new)"
            case (let old?, nil): "- \(key): \(old)"
            case (nil, nil): "  \(key)"
            }
        return needsRestart ? text + " (needs a restart)" : text
    }
}
