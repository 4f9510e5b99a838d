/// One metric of the Prometheus text format, version 0.0.4, with its samples.
package struct Metric: Sendable {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    package struct Sample: Sendable {
        /// Added to the metric's name: `_bucket`, `_sum`, `_count` of a histogram.
        package var suffix: String
        /// In the order in which they are written; few values each, never a call's.
        package var labels: [(name: String, value: String)]
        package var value: Double

        package init(_ value: Double, _ labels: [(name: String, value: String)] = [], suffix: String = "") {
            self.value = value
            self.labels = labels
            self.suffix = suffix
        }
    }

    /// With its unit at the end (`_seconds`, `_bytes`), and `_total` if it only grows.
    package var name: String
    package var kind: Kind
    package var help: String
    package var samples: [Sample]

    package init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    package init(_ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger) {
        self.init(name, kind, help, [Sample(Double(value))])
    }
}

extension [Metric] {
    /// As a scraper reads it. A metric without samples is left out.
    package var text: String {
        var lines: [String] = []
        for metric in self where !metric.samples.isEmpty {
            lines.append("# HELP \(metric.name) \(metric.help)")
            lines.append("# TYPE \(metric.name) \(metric.kind.rawValue)")
            for sample in metric.samples {
                let labels = sample.labels.map { "\($0.name)=\"\($0.value.escaped)\"" }.joined(separator: ",")
                lines.append(
                    metric.name + sample.suffix + (labels.isEmpty ? "" : "{\(labels)}") + " " + sample.value.plain)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// Inside the quotes of a label.
    fileprivate var escaped: String {
        guard contains(where: { $0 == "\\" || $0 == "\"" || $0.isNewline }) else { return self }
        return replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

extension Double {
    /// Whole numbers without a fraction.
    fileprivate var plain: String {
        if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: self).map(String.init) ?? "\(self)"
    }
}
