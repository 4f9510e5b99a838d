import ControlAPI
import Import
import Routing

/// What `burdock import` says before and after.
enum ImportRendering {
    /// Rows that are shown before anything is imported.
    static let previewRows = 5
    /// Reasons that the summary names.
    private static let shownReasons = 5

    // MARK: - Before

    static func columns(_ file: CSVFile, _ mapping: ColumnMapping, zone: LocalZone, color: Bool) -> String {
        let title = Style.bold.apply(to: file.path.printable.fitted(into: 40), color: color)
        var lines = [
            "\(title)   \(Texts.count(file.rows, "row")), \(file.encoding.name), \(file.separator.name)"
        ]
        func line(_ title: String, _ text: String) {
            for (index, part) in Texts.wrapped(text, columns: Terminal.columns - 13).enumerated() {
                lines.append("  " + (index == 0 ? title : "").padding(to: 11) + part)
            }
        }
        for field in LeadField.allCases {
            guard let column = mapping.fields[field] else { continue }
            line(field.rawValue, name(column, mapping))
        }
        if !mapping.card.isEmpty {
            line("card", mapping.card.map { "\(ColumnName.letters($0.column)) \($0.name)" }.joined(separator: ", "))
        }
        if !mapping.skipped.isEmpty {
            line("left out", mapping.skipped.sorted().map { name($0, mapping) }.joined(separator: ", "))
        }
        if mapping.fields[.due] != nil { line("times", "in \(zone.name)") }
        return lines.joined(separator: "\n")
    }

    private static func name(_ column: Int, _ mapping: ColumnMapping) -> String {
        let header = mapping.headers.indices.contains(column) ? mapping.headers[column] : ""
        return ColumnName.letters(column) + (header.isEmpty ? "" : " " + header)
    }

    /// - Parameters:
    ///   - rows: with what the file's side makes of them.
    ///   - answer: what the server makes of those that are leads.
    static func preview(
        _ rows: [(number: Int, outcome: LeadReader.Outcome)], _ answer: ImportAnswerDTO, _ mapping: ColumnMapping,
        now: Timestamp, color: Bool
    ) -> String {
        var table = Table([
            .number("row"), .fixed("number"), .flexible("operator"), .fixed("due"), .flexible("name", least: 8),
            .flexible("card", least: 8), .flexible("", least: 12),
        ])
        let checked = Dictionary((answer.checked ?? []).map { ($0.row, $0) }) { first, _ in first }
        let refused = Dictionary(answer.rejected.map { ($0.row, $0.reason) }) { first, _ in first }
        for row in rows {
            switch row.outcome {
            case .nothing: continue
            case .rejected(let rejection):
                table.add([Cell("\(row.number)"), "", "", "", "", "", Cell(rejection.reason, .red)])
            case .lead(let lead, _):
                let due = lead.due.map { LocalTime(Timestamp(WallTime(milliseconds: $0))).relative(to: LocalTime(now)) }
                table.add(
                    Cell("\(row.number)"), Cell(checked[row.number]?.number ?? lead.number),
                    Cell(checked[row.number]?.operator ?? lead.operator ?? ""), Cell(due ?? "now"),
                    Cell(lead.name ?? ""), Cell(card(lead, mapping)), Cell(refused[row.number] ?? "", .red))
            }
        }
        return table.render(width: Terminal.columns, color: color)
    }

    private static func card(_ lead: Lead, _ mapping: ColumnMapping) -> String {
        zip(mapping.card, lead.values).filter { !$0.1.isEmpty }.map { field, value in
            value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }.joined(separator: ", ")
    }

    // MARK: - After

    static func summary(_ summary: ImportSummary, color: Bool) -> String {
        let verb = summary.dryRun ? "would be imported" : "imported"
        let share = summary.seconds > 0 ? Int((Double(summary.rows) / summary.seconds).rounded()) : 0
        let title =
            switch summary.end {
            case .finished: summary.dryRun ? "Looked at" : "Done"
            case .interrupted: "Stopped"
            case .failed: "Broken off"
            }
        let rows = "\(Texts.count(summary.rows, "row")) in \(Texts.duration(summary.seconds))"
        var lines = [Style.bold.apply(to: title, color: color) + ": \(rows) (\(Texts.count(share)) rows/s)"]
        func line(_ count: Int, _ text: String, _ style: Style = .plain) {
            guard count > 0 else { return }
            let digits = Texts.count(count)
            lines.append(
                String(repeating: " ", count: max(11 - digits.count, 2)) + style.apply(to: digits, color: color)
                    + "  " + text)
        }
        line(summary.imported, verb, .green)
        line(summary.updated, "updated: the customer had an open task; the later row holds")
        line(summary.skipped, "skipped: imported before")
        line(summary.rejected, "rejected" + (summary.rejects.map { ": see \($0.printable)" } ?? ""), .red)
        let reasons = summary.reasons.sorted { ($1.rows, $0.reason) < ($0.rows, $1.reason) }
        for reason in reasons.prefix(shownReasons) { line(reason.rows, "  " + reason.reason.printable, .dim) }
        if reasons.count > shownReasons {
            lines.append("             and \(reasons.count - shownReasons) other reasons")
        }
        line(summary.wasDue, "of all were due in the past, which means now")
        if summary.end != .finished, !summary.dryRun {
            lines.append("The same command goes on from here; nothing is imported twice.")
        }
        return lines.joined(separator: "\n")
    }
}
