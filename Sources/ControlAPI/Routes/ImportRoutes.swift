import Foundation
import Hummingbird
import Logging
import Routing
import Storage

/// `/v1/imports` and below
struct ImportRoutes {
    static let mostRows = 10_000
    static let bodyLimit = 4 << 20
    private static let mostStretches = 10_000
    private static let shown = 10
    private static let example =
        #"{"columns": ["city"], "rows": [[2, "0671234567", "anna", null, "Oksana", null, "Kyiv"]]}"#

    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.post("imports") { request, context in try await begin(request, context) }
        group.get("imports/{id}") { request, context in try await show(request, context) }
        group.post("imports/check") { request, _ in try await check(request) }
        group.post("imports/{id}/rows") { request, context in try await take(request, context) }
    }

    // MARK: - Beginning

    private func begin(_ request: Request, _ context: ControlContext) async throws -> Response {
        let body = try await context.body(
            NewImportDTO.self, of: request,
            example: #"{"dialer": "back", "file": "leads.csv", "sha256": "64 digits in hexadecimal"}"#)
        guard body.sha256.utf8.count == 64, body.sha256.allSatisfy(\.isHexDigit) else {
            throw Problem(.badBody, "sha256 is not 64 digits in hexadecimal", next: "See: sha256sum leads.csv")
        }
        guard body.file.count <= 255 else { throw Problem(.badBody, "The file's name is longer than 255 characters") }
        let dialer = try await dialer(body.dialer)
        let id = ImportID(sha256: body.sha256, dialer: dialer)
        let new = StoredImport(
            id: id, dialer: dialer, file: body.file, sha256: body.sha256.lowercased(),
            begunAt: plane.clocks().wall)
        if body.dryRun != true {
            try await recorded { () throws(StorageError) in try await plane.beginImport(new) }
            context.logger.info("An import begins, or goes on", metadata: ["import": "\(id)"])
        }
        let stored = try await recorded { () throws(StorageError) in try await plane.storedImport(id) }
        return try .json(try await dto(stored ?? new))
    }

    private func show(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        return try .json(try await dto(try await stored(context)))
    }

    private func dto(_ one: StoredImport) async throws -> ImportDTO {
        let done = try await recorded { () throws(StorageError) in
            try await plane.importedStretches(of: one.id, limit: Self.mostStretches)
        }
        return ImportDTO(
            import: one.id.name, dialer: one.dialer.name, file: one.file,
            zone: await plane.importRules(for: one.dialer).zone, imported: one.imported, updated: one.updated,
            done: done.map { [$0.lowerBound, $0.upperBound] })
    }

    private func stored(_ context: ControlContext) async throws -> StoredImport {
        let id = ImportID(try context.pathName("id"))
        guard let one = try await recorded({ () throws(StorageError) in try await plane.storedImport(id) }) else {
            throw Problem(
                .noSuchImport, "No import is called \"\(id)\"", next: "Begin it with POST /v1/imports")
        }
        return one
    }

    private func dialer(_ name: String) async throws -> DialerID {
        let view = await plane.view()
        guard view.dialerNames.contains(name) else { throw Problem.noSuchDialer(name, view: view) }
        return DialerID(name)
    }

    // MARK: - Rows

    private func check(_ request: Request) async throws -> Response {
        let query = try Query(request, known: ["dialer"])
        guard let name = query.text("dialer") else {
            throw Problem(.badParameter, "It is not said for which dialer", next: "Write check?dialer=back")
        }
        let dialer = try await dialer(name)
        let (good, rejected) = try await sorted(try await rows(request), for: dialer)
        let checked = good.prefix(Self.shown).map {
            ImportAnswerDTO.Checked(
                row: $0.row, number: $0.draft.number.text, operator: $0.draft.responsible?.name)
        }
        return try .json(
            ImportAnswerDTO(imported: good.count, updated: 0, skipped: 0, rejected: rejected, checked: checked))
    }

    private func take(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let body = try await rows(request)
        let one = try await stored(context)
        // Without its dialer the tasks would rest, and nobody would know.
        _ = try await dialer(one.dialer.name)
        let (good, rejected) = try await sorted(body, for: one.dialer)
        let outcome = try await recorded { () throws(StorageError) in
            try await plane.importRows(good, of: one.id)
        }
        guard let outcome else {
            throw Problem(
                .conflict, "Somebody else imports this file into the dialer \"\(one.dialer)\" just now",
                next: "Wait until they are done; nothing is imported twice")
        }
        return try .json(
            ImportAnswerDTO(
                imported: outcome.imported, updated: outcome.updated, skipped: outcome.skipped, rejected: rejected))
    }

    private func rows(_ request: Request) async throws -> ImportRowsDTO {
        guard let bytes = try? await request.body.collect(upTo: Self.bodyLimit) else {
            throw Problem(
                .bodyTooLarge, "The body may have \(Self.bodyLimit) bytes at most", next: "Send fewer rows at once")
        }
        guard let body = try? ControlJSON.decoder().decode(ImportRowsDTO.self, from: Data(bytes.readableBytesView))
        else {
            throw Problem(
                .badBody, "The body is not the JSON that is expected here",
                next: "Send, for example, \(Self.example)")
        }
        guard body.rows.count <= Self.mostRows else {
            throw Problem(.badBody, "There are more than \(Self.mostRows) rows", next: "Send fewer rows at once")
        }
        let places = 1...ImportedRows.largestRow
        guard body.rows.allSatisfy({ places.contains($0.row) }) else {
            throw Problem(.badBody, "Rows are numbered from 1 to \(ImportedRows.largestRow)")
        }
        return body
    }

    /// Those that can become tasks, and those that cannot.
    private func sorted(
        _ body: ImportRowsDTO, for dialer: DialerID
    ) async throws -> (good: [ImportRow], rejected: [ImportAnswerDTO.Rejection]) {
        let rules = await plane.importRules(for: dialer)
        let now = plane.clocks().wall
        var operators = OperatorLookup(rules)
        var good: [ImportRow] = []
        good.reserveCapacity(body.rows.count)
        var rejected: [ImportAnswerDTO.Rejection] = []
        for row in body.rows {
            do throws(ImportRules.Refusal) {
                let draft = try rules.draft(
                    of: row, dialer: dialer, columns: body.columns ?? [], operators: &operators, now: now)
                good.append(ImportRow(row: row.row, draft: draft))
            } catch {
                rejected.append(.init(row: row.row, reason: error.reason, detail: error.detail))
            }
        }
        return (good, rejected)
    }
}
