import ArgumentParser
import ControlAPI
import Foundation
import Logging
import Reports
import Routing
import Storage

/// What commands that read the records have in common. They read the database itself: the server need not run.
struct ReportOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server's database.", valueName: "path"))
    var database = "state/burdock.db"

    @Option(help: ArgumentHelp("From then on: a time, or a span such as 7d. Default today.", valueName: "when"))
    var since: String?

    @Option(help: ArgumentHelp("Until then. Default now.", valueName: "when"))
    var until: String?

    @Flag(help: "Print JSON, one object a line.")
    var json = false

    @Flag(help: "Print CSV.")
    var csv = false

    @Flag(help: "With --csv: semicolons between the values, for spreadsheets that write a decimal comma.")
    var semicolon = false

    @Flag(help: "With --csv: begin with a byte order mark, by which some spreadsheets know UTF-8.")
    var bom = false

    func validate() throws {
        guard !(json && csv) else { throw ValidationError("Choose one of --json and --csv") }
        guard csv || !(semicolon || bom) else { throw ValidationError("--semicolon and --bom go with --csv") }
    }

    func period() throws -> Period { try Records.period(since: since, until: until) }

    func open() throws -> SQLiteCallStore { try Records.open(database) }

    /// Prints the table in the form that is asked for; as a table of these columns for people, with these headings.
    func show(_ table: ExportTable, _ columns: [(name: String, heading: String)], empty: String) {
        if csv { return Terminal.print(writer.write(table), terminator: "") }
        if json { return Terminal.print(JSONLinesWriter().write(table), terminator: "") }
        guard !table.rows.isEmpty else { return Terminal.print(empty) }
        Terminal.print(
            ReportRendering.table(table, columns).render(width: Terminal.columns, color: Terminal.colorsOutput))
    }

    var writer: CSVWriter {
        var writer = CSVWriter()
        writer.separator = semicolon ? .semicolon : .comma
        writer.hasByteOrderMark = bom
        return writer
    }
}

/// Tables of reports for a terminal.
enum ReportRendering {
    static func table(_ table: ExportTable, _ columns: [(name: String, heading: String)]) -> Table {
        let places = columns.compactMap { column in
            table.columns.firstIndex(of: column.name).map { (place: $0, heading: column.heading) }
        }
        var rendered = Table(
            places.map { place, heading in
                table.rows.allSatisfy { $0[place].isNumber } ? .number(heading) : .flexible(heading)
            })
        for row in table.rows { rendered.add(places.map { Cell(row[$0.place].words) }) }
        return rendered
    }
}

extension Field {
    fileprivate var isNumber: Bool {
        switch self {
        case .count, .share, .time, .none: true
        case .text, .date, .flag: false
        }
    }

    fileprivate var words: String {
        switch self {
        case .none: "-"
        case .text(let text): text
        case .count(let count): Texts.count(count)
        case .share(let share): "\(Int((share * 100).rounded())) %"
        case .time(let time): Texts.duration(Double(time.wholeNanoseconds) / 1e9)
        case .date(let time):
            LocalTime(Timestamp(time)).day + " " + LocalTime(Timestamp(time)).clock
        case .flag(let flag): flag ? "yes" : ""
        }
    }
}
