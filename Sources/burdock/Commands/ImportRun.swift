import ControlAPI
import Import
import Routing

/// Sends a file to the server, batch by batch: while one is under way the next is made. However long the file is, two
/// batches are in memory.
struct ImportRun {
    /// Rows of a batch at most, and bytes of its JSON as far as they can be reckoned before. The server takes 4 MiB.
    static let batchRows = 10_000
    private static let batchBytes = 3_900_000

    /// Rows on their way to the server, and those between them that it will never see.
    private struct Batch {
        var rows: [ImportRowsDTO.Row] = []
        /// For the file of rejected rows.
        var originals: [Int: CSVRow] = [:]
        var rejections: [(row: CSVRow, rejection: Rejection)] = []
        var bytes = 0
        var lastRow = 0

        var isEmpty: Bool { rows.isEmpty && rejections.isEmpty && lastRow == 0 }
        var size: Int { max(rows.count, rejections.count) }
    }

    private let batchRows: Int
    private let columns: [String]
    private let leads: LeadReader
    private let path: String
    private let confirmation: ControlRequest?
    private let session: ControlSession
    private var reader: CSVReader
    private var done: RowStretches
    private let rejects: RejectsFile?
    private var progress: Progress
    /// Read, and too large for the batch before.
    private var waiting: (lead: Lead, row: CSVRow, bytes: Int)?
    private(set) var summary: ImportSummary

    /// - Parameters:
    ///   - path: of the requests that take rows, below `/v1`.
    ///   - confirmation: is answered when all rows are on the server's disk; `nil`: none will be.
    ///   - done: rows that need not be sent.
    ///   - rejects: `nil`: rejected rows are only counted.
    init(
        file: CSVFile, mapping: ColumnMapping, leads: LeadReader, path: String, confirmation: ControlRequest?,
        done: RowStretches,
        rejects: RejectsFile?, session: ControlSession, summary: ImportSummary, batchRows: Int = Self.batchRows
    ) throws(FileFault) {
        self.batchRows = batchRows
        columns = mapping.card.map(\.name)
        self.leads = leads
        self.path = path
        self.confirmation = confirmation
        self.done = done
        self.rejects = rejects
        self.session = session
        self.summary = summary
        reader = try file.reader()
        progress = Progress(title: summary.file, unit: "row", total: file.rows)
    }

    /// Until the file is over or somebody wants it to stop.
    ///
    /// - Throws: `FileFault`, `ClientFailure`; `summary` says how far it came.
    mutating func run(until isStopped: () -> Bool) async throws {
        let result: Result<Void, any Error>
        do {
            try await sendAll(until: isStopped)
            if let confirmation { _ = try await session.answer(to: confirmation, ImportDTO.self) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        progress.clear()
        try rejects?.close()
        try result.get()
    }

    private mutating func sendAll(until isStopped: () -> Bool) async throws {
        let (session, path, columns) = (session, path, columns)
        var next = try nextBatch()
        while !next.isEmpty {
            guard !isStopped() else {
                summary.end = .interrupted
                return
            }
            let batch = next
            async let answer = Self.send(batch.rows, columns, path, session)
            let following: Result<Batch, FileFault>
            do throws(FileFault) {
                following = .success(try nextBatch())
            } catch {
                following = .failure(error)
            }
            try note(try await answer, of: batch)
            progress.show(batch.lastRow)
            next = try following.get()
        }
    }

    // MARK: - Making batches

    private mutating func nextBatch() throws(FileFault) -> Batch {
        var batch = Batch()
        if let waiting {
            add(waiting.lead, waiting.row, waiting.bytes, to: &batch)
            self.waiting = nil
        }
        while batch.size < batchRows, let row = try reader.next() {
            if done.contains(row.number) {
                summary.rows += 1
                summary.skipped += 1
                batch.lastRow = row.number
                continue
            }
            switch leads.read(row) {
            case .nothing: continue
            case .rejected(let rejection):
                summary.rows += 1
                batch.rejections.append((row, rejection))
                batch.lastRow = row.number
            case .lead(let lead, let wasDue):
                summary.rows += 1
                if wasDue { summary.wasDue += 1 }
                let bytes = Self.bytes(of: lead)
                guard batch.bytes + bytes <= Self.batchBytes || batch.rows.isEmpty else {
                    waiting = (lead, row, bytes)
                    return batch
                }
                add(lead, row, bytes, to: &batch)
            }
        }
        return batch
    }

    private func add(_ lead: Lead, _ row: CSVRow, _ bytes: Int, to batch: inout Batch) {
        batch.rows.append(ImportRowsDTO.Row(lead))
        batch.originals[row.number] = row
        batch.bytes += bytes
        batch.lastRow = row.number
    }

    /// Of its JSON, at most: what may have to be escaped counts six times.
    private static func bytes(of lead: Lead) -> Int {
        func bytes(_ text: String?) -> Int {
            (text ?? "").utf8.reduce(3) { $0 + ($1 < 0x20 || $1 == 0x22 || $1 == 0x5c || $1 == 0x7f ? 6 : 1) }
        }
        let texts = bytes(lead.number) + bytes(lead.operator) + bytes(lead.name) + bytes(lead.group)
        return lead.values.reduce(150 + texts) { $0 + bytes($1) }
    }

    // MARK: - Sending them

    private static func send(
        _ rows: [ImportRowsDTO.Row], _ columns: [String], _ path: String, _ session: ControlSession
    ) async throws -> ImportAnswerDTO? {
        guard !rows.isEmpty else { return nil }
        let body = try ControlRequest.post(body: ImportRowsDTO(columns: columns, rows: rows))
        return try await session.answer(
            to: ControlRequest(path: path, method: body.method), ImportAnswerDTO.self)
    }

    private mutating func note(_ answer: ImportAnswerDTO?, of batch: Batch) throws {
        var rejected = batch.rejections
        if let answer {
            summary.imported += answer.imported
            summary.updated += answer.updated
            summary.skipped += answer.skipped
            for one in answer.rejected {
                guard let row = batch.originals[one.row] else { continue }
                rejected.append((row, Rejection(one.reason, one.detail)))
            }
        }
        for (row, rejection) in rejected.sorted(by: { $0.row.number < $1.row.number }) {
            summary.count(rejection.reason)
            try rejects?.add(row, rejection)
        }
    }
}

extension ImportRowsDTO.Row {
    init(_ lead: Lead) {
        self.init(
            row: lead.row, number: lead.number, operator: lead.operator,
            due: lead.due.map { Timestamp(WallTime(milliseconds: $0)) }, name: lead.name, group: lead.group,
            values: lead.values.isEmpty ? nil : lead.values)
    }
}
