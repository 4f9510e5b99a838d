import Foundation

/// The samples as a table for people or as one JSON document.
struct Report {
    var samples: Samples
    var runs: Int
    var seconds: Double

    private struct Document: Encodable {
        struct Entry: Encodable {
            var name: String
            var title: String
            var unit: String
            var median: Double
            var minimum: Double
            var maximum: Double
            var runs: [Double]
            var target: Double?
            var pass: Bool?
        }

        var figures: [Entry]
        var notes: [String]
        var runs: Int
        var seconds: Double
        var cores: Int
        var optimised: Bool
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let figures = Figure.allCases.compactMap { figure -> Document.Entry? in
            guard let values = samples.values[figure], let median = samples.median(of: figure),
                let low = values.min(), let high = values.max()
            else { return nil }
            return Document.Entry(
                name: figure.rawValue, title: figure.title.trimmingCharacters(in: .whitespaces), unit: figure.unit,
                median: Self.rounded(median), minimum: Self.rounded(low), maximum: Self.rounded(high),
                runs: values.map(Self.rounded), target: figure.target, pass: figure.target.map { median <= $0 })
        }
        let document = Document(
            figures: figures, notes: samples.notes, runs: runs, seconds: Self.rounded(seconds),
            cores: ProcessInfo.processInfo.activeProcessorCount, optimised: Self.optimised)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    func table() -> String {
        var lines = [Self.row("figure", "median", "spread", "target")]
        lines.append(String(repeating: "─", count: 79))
        for figure in Figure.allCases {
            guard let values = samples.values[figure], let median = samples.median(of: figure),
                let low = values.min(), let high = values.max()
            else { continue }
            let target = figure.target.map { "≤ \(Self.number($0)) \(median <= $0 ? "pass" : "FAIL")" } ?? ""
            let spread = values.count > 1 ? "\(Self.number(low))…\(Self.number(high))" : ""
            lines.append(Self.row(figure.title, "\(Self.number(median)) \(figure.unit)", spread, target))
        }
        lines += samples.notes.map { "note: \($0)" }
        if !Self.optimised {
            lines.append("note: built without optimisation: the baselines are slower than they should be")
        }
        lines.append("\(runs) \(runs == 1 ? "run" : "runs") in \(Int(seconds)) s; spread: least…most of the runs")
        return lines.joined(separator: "\n")
    }

    private static var optimised: Bool {
        #if DEBUG
            false
        #else
            true
        #endif
    }

    private static func row(_ title: String, _ median: String, _ spread: String, _ target: String) -> String {
        let line = padded(title, 38) + padded(median, 12, left: true) + padded(spread, 16, left: true) + "  " + target
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
        let fill = String(repeating: " ", count: max(0, width - text.count))
        return left ? fill + text : text + fill
    }

    /// Three significant digits.
    private static func number(_ value: Double) -> String {
        switch abs(value) {
        case 0: "0"
        case ..<1: String(format: "%.3f", value)
        case ..<10: String(format: "%.2f", value)
        case ..<100: String(format: "%.1f", value)
        default: String(format: "%.0f", value)
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
