import ArgumentParser
import ControlAPI
import Foundation
import Import
import Routing

/// `burdock import`: a list of leads from a spreadsheet.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Makes tasks of the rows of a CSV file.",
        discussion: """
            burdock import leads.csv --dialer back
            burdock import leads.csv --dialer back --dry-run
            burdock import leads.csv --dialer back --map number=B,operator=D,due=E,name=A --yes

            The columns for number, operator (by e-mail), due, name and group are known by their headers in Ukrainian, \
            Russian or English, or said with --map; every other one becomes a field of the operator's card. Five rows are \
            shown before anything is imported.

            Separators and encoding (UTF-8, UTF-16, Windows-1251) are found out. A row with a fault goes to the file of \
            rejected rows with the reason, the others go on. After Ctrl-C, or if the server stops, the same command goes \
            on where it was: no row of a file is imported twice into a dialer.
            """)

    @Argument(help: "The file.")
    var file: String

    @Option(help: ArgumentHelp("The dialer that is to call.", valueName: "name"))
    var dialer: String

    @Option(
        help: ArgumentHelp(
            "What a column is for, by letter, place or header: number=B, operator=, due=, name=, group=, skip=.",
            valueName: "field=column,…"))
    var map: [String] = []

    @Flag(inversion: .prefixedNo, help: "The first row has headers, or has none. Default: find out.")
    var header: Bool?

    @Flag(help: "Look at all rows, and import none.")
    var dryRun = false

    @Option(help: ArgumentHelp("Where rejected rows go. Default: leads.rejected.csv.", valueName: "file"))
    var rejects: String?

    @Flag(name: .shortAndLong, help: "Do not ask before the import.")
    var yes = false

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if options.json, !yes, !dryRun { throw ValidationError("--json goes with --yes or --dry-run") }
        let paths = [file, rejectsPath].map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        if paths[0] == paths[1] { throw ValidationError("--rejects names the file that is imported") }
    }

    func run() async throws {
        let session = ControlSession(socket: options.socket)
        let result: Result<ImportSummary?, any Error>
        do {
            result = .success(try await importFile(session))
        } catch {
            result = .failure(error)
        }
        await session.close()
        try report(result)
    }

    private func report(_ result: Result<ImportSummary?, any Error>) throws {
        switch result {
        case .success(let summary?):
            try show(summary)
            if summary.end == .interrupted { throw ExitCode(Interruption.status) }
        case .success(nil): return
        case .failure(let stopped as ImportStopped):
            try show(stopped.summary)
            throw fail(stopped.cause)
        case .failure(let error): throw fail(error)
        }
    }

    private func show(_ summary: ImportSummary) throws {
        guard options.json else {
            return Terminal.print(ImportRendering.summary(summary, color: Terminal.colorsOutput))
        }
        Terminal.print(String(decoding: try ControlJSON.encoder().encode(summary), as: UTF8.self))
    }

    /// Says what went wrong and what to do.
    private func fail(_ error: any Error) -> any Error {
        let failure: ClientFailure
        switch error {
        case let known as ClientFailure: failure = known
        case let fault as FileFault:
            let (problem, advice) = fault.description(of: file)
            failure = .other(problem, next: advice)
        case let fault as MappingFault: failure = .other(fault.problem, next: fault.advice)
        default: return error
        }
        Terminal.printError(failure.render(color: Terminal.colorsErrors))
        return ExitCode.failure
    }

    // MARK: - Step by step

    /// - Returns: `nil`: whoever was asked does not want it.
    private func importFile(_ session: ControlSession) async throws -> ImportSummary? {
        let csv = try CSVFile(path: file)
        let mapping = try ColumnMapping(
            sample: csv.sample, hasHeader: header, choices: try map.flatMap { try ColumnChoice.read($0) })
        var new = NewImportDTO(dialer: dialer, file: name, sha256: csv.sha256, dryRun: true)
        let known = try await session.answer(to: .post("imports", body: new), ImportDTO.self)
        let zone = LocalZone(known.zone)
        let leads = LeadReader(mapping: mapping, zone: zone, now: Timestamp.now.wall.milliseconds)
        if !options.json {
            Terminal.print(ImportRendering.columns(csv, mapping, zone: zone, color: Terminal.colorsOutput))
            Terminal.print("\n" + (try await preview(csv, mapping, leads, session)) + "\n")
        }
        guard try isWanted(csv, mapping, known) else { return nil }
        new.dryRun = dryRun
        let begun = dryRun ? known : try await session.answer(to: .post("imports", body: new), ImportDTO.self)
        let run = try ImportRun(
            file: csv, mapping: mapping, leads: leads,
            path: dryRun ? checkPath : "imports/\(ControlRequest.encoded(begun.import))/rows",
            confirmation: dryRun ? nil : .get("imports", begun.import), done: RowStretches(begun.done),
            rejects: RejectsFile(path: rejectsPath, separator: csv.separator, headers: mapping.headers),
            session: session,
            summary: ImportSummary(file: name, dialer: dialer, import: begun.import, dryRun: dryRun))
        return try await carryOut(run)
    }

    private func carryOut(_ run: ImportRun) async throws -> ImportSummary {
        var run = run
        let interruption = Interruption()
        let began = ContinuousClock.now
        func summary() -> ImportSummary {
            var summary = run.summary
            let elapsed = ContinuousClock.now - began
            summary.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
            if summary.rejected > 0 { summary.rejects = rejectsPath }
            summary.reasons.sort { ($1.rows, $0.reason) < ($0.rows, $1.reason) }
            return summary
        }
        do {
            try await run.run { interruption.hasHappened }
        } catch {
            var summary = summary()
            summary.end = .failed
            throw ImportStopped(summary: summary, cause: error)
        }
        return summary()
    }

    private func preview(
        _ csv: CSVFile, _ mapping: ColumnMapping, _ leads: LeadReader, _ session: ControlSession
    ) async throws -> String {
        let rows = csv.sample.map { (number: $0.number, outcome: leads.read($0)) }
            .filter { $0.outcome != .nothing }
            .prefix(ImportRendering.previewRows)
        let body = ImportRowsDTO(
            columns: mapping.card.map(\.name),
            rows: rows.compactMap { row in
                if case .lead(let lead, _) = row.outcome { ImportRowsDTO.Row(lead) } else { nil }
            })
        let request = try ControlRequest.post(body: body)
        let answer = try await session.answer(
            to: ControlRequest(path: checkPath, method: request.method), ImportAnswerDTO.self)
        return ImportRendering.preview(Array(rows), answer, mapping, now: .now, color: Terminal.colorsOutput)
    }

    private func isWanted(_ csv: CSVFile, _ mapping: ColumnMapping, _ known: ImportDTO) throws -> Bool {
        guard !dryRun, !yes else { return true }
        guard isatty(STDIN_FILENO) == 1 else {
            throw ClientFailure.other(
                "nobody is there to be asked whether that is right", next: "Add --yes, or look first with --dry-run")
        }
        let before = known.imported + known.updated
        if before > 0 { Terminal.print("Imported already, and left out: \(Texts.count(before, "row")).") }
        let rows = Texts.count(csv.rows - (mapping.headerRow == nil ? 0 : 1), "row")
        Terminal.print("Import \(rows) into the dialer \"\(dialer.printable)\"? [y/N] ", terminator: "")
        return ["y", "yes", "т", "так", "д", "да"].contains((readLine() ?? "").lowercased())
    }

    private var checkPath: String { "imports/check?dialer=\(ControlRequest.encoded(dialer))" }

    private var name: String { String(URL(fileURLWithPath: file).lastPathComponent.prefix(255)) }

    private var rejectsPath: String {
        rejects ?? URL(fileURLWithPath: file).deletingPathExtension().relativePath + ".rejected.csv"
    }
}

/// An import that came to no end, with how far it came.
private struct ImportStopped: Error {
    let summary: ImportSummary
    let cause: any Error
}

extension MappingFault {
    var problem: String {
        switch self {
        case .unreadable(let text): "\"\(text)\" does not say what a column is for"
        case .noSuchField(let word): "there is no field \"\(word)\""
        case .noSuchColumn(let column, let columns):
            "the file has no column \"\(column)\": it has \(Texts.count(columns, "column"))"
        case .columnTwice(let column): "the column \"\(column)\" is named twice"
        case .fieldTwice(let field): "two columns are named for \"\(field.rawValue)\""
        case .noNumber: "no column is known to have the telephone numbers"
        case .tooManyCardFields(let count):
            "\(count) columns would become fields of the card, which has \(ColumnMapping.mostCardFields) at most"
        }
    }

    var advice: String? {
        switch self {
        case .unreadable: "Write it as --map number=B,name=A"
        case .noSuchField: "Known are number, operator, due, name, group and skip"
        case .noSuchColumn: "Name columns by letter (B), by place (2) or by header"
        case .columnTwice, .fieldTwice: nil
        case .noNumber(let headers):
            "Say which with --map number=B"
                + (headers.isEmpty
                    ? ""
                    : ". The columns are "
                        + headers.prefix(12).enumerated().map { "\(ColumnName.letters($0)) \($1)" }.joined(
                            separator: ", "))
        case .tooManyCardFields: "Leave some out with --map skip=F,skip=G"
        }
    }
}
