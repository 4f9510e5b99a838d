import ControlAPI
import Foundation
import Import
import Journal
import Logging
import Reports
import Routing
import Storage
import Synchronization
import Testing

@testable import burdock

/// A server that can import and nothing else.
private final class ImportingPlane: ControlPlane {
    let house: SmallHouse
    let desk: ImportDesk
    let callMetrics = CallMetrics()
    /// After so many batches the disk fails.
    let batchesLeft = Mutex(Int.max)
    let largestBatch = Mutex(0)
    let email = Mutex("anna@example.com")

    init() throws {
        house = try SmallHouse()
        desk = house.desk()
    }

    func importRules(for dialer: DialerID) async -> ImportRules {
        ImportRules(
            operators: [email.withLock { $0 }: OperatorID("anna")], groups: [], zone: "Europe/Kyiv"
        ) { text in text.count == 10 ? CustomerNumber("+38" + text) : nil }
    }

    func storedImport(_ id: ImportID) async throws(StorageError) -> StoredImport? {
        try await desk.settle(id)
        return try await house.store.import(id)
    }

    func beginImport(_ one: StoredImport) async throws(StorageError) {
        house.store.write(.importBegan(one))
        try await house.store.flush()
    }

    func importedStretches(of id: ImportID, limit: Int) async throws(StorageError) -> [ClosedRange<Int>] {
        try await house.store.importedStretches(of: id, limit: limit)
    }

    func importRows(_ rows: [ImportRow], of id: ImportID) async throws(StorageError) -> ImportOutcome? {
        let isBroken = batchesLeft.withLock { left in
            left -= 1
            return left < 0
        }
        if isBroken { throw .failed(operation: "write", problem: "disk full") }
        largestBatch.withLock { $0 = max($0, rows.count) }
        return try await desk.take(rows, of: id)
    }

    func snapshot() async -> RoutingSnapshot { house.snapshot }
    func clocks() -> (now: Instant, wall: WallTime) { (Instant(nanoseconds: 0), SmallHouse.origin) }

    // Nothing of this is asked for.
    func setWish(_ wish: OperatorWish, of operator: OperatorID) async -> Bool { false }
    func setInterruptionForbidden(_ forbidden: Bool, of operator: OperatorID) async -> Bool { false }
    func setWish(_ wish: DialerWish, of dialer: DialerID) async -> Bool { false }
    func calls(matching filter: CallFilter) async throws(StorageError) -> Page<StoredCall> {
        try await house.store.callPage(matching: filter)
    }
    func hangUp(_ call: CallID) async -> Bool { false }
    func bans() async -> [BanDTO] { [] }
    func liftBan(of address: String) async -> Bool { false }
    func remind(_ operator: OperatorID) async -> Bool { false }
    func startTask(_ id: TaskID, by operator: OperatorID) async throws(StorageError) -> Bool { false }
    func endPreview(of id: TaskID, by operator: OperatorID) async -> Bool { false }
    func skipPreview(of id: TaskID, by operator: OperatorID) async throws(StorageError) -> Bool { false }
    func ties(matching filter: TieFilter) async throws(StorageError) -> [StoredTie] { [] }
    func resetTie(of number: CustomerNumber) async throws(StorageError) -> Bool { false }
    func queueReport(in period: Period, threshold: Duration) async throws(StorageError) -> QueueReport {
        try await Reporter(house.store).queues(in: period, threshold: threshold)
    }
    func operatorReport(in period: Period) async throws(StorageError) -> OperatorReport {
        try await Reporter(house.store).operators(in: period, success: .zero, now: SmallHouse.origin)
    }
    func story(of call: CallID) async throws(JournalError) -> [StoryLine] { [] }
    func story(of operator: OperatorID, since: WallTime) async throws(JournalError) -> [StoryLine] { [] }
    func candidates(for call: CallID) async -> [Candidate] { [] }
    func standing(of operator: OperatorID) async -> OperatorStanding? { nil }
    func customerNumber(_ text: String) async -> CustomerNumber? { nil }
    func tasks(matching filter: TaskFilter) async throws(StorageError) -> Page<StoredTask> {
        try await house.store.tasks(matching: filter)
    }
    func attempts(matching filter: AttemptFilter) async throws(StorageError) -> Page<StoredAttempt> {
        try await house.store.attempts(matching: filter)
    }
    func openTaskCounts() async throws(StorageError) -> [DialerID: TaskCounts] { [:] }
    func taskCard(_ id: TaskID) async throws(StorageError) -> TaskCard? { nil }
    func shownCard(of task: TaskRecord) async -> TaskCard? { nil }
    func openTask(_ id: TaskID) async -> RoutingSnapshot.OpenTask? { nil }
    func addTask(_ draft: TaskDraft) async throws(StorageError) -> TaskID? { nil }
    func cancelTask(_ id: TaskID) async throws(StorageError) -> Bool { false }
    func postponeTask(_ id: TaskID, to due: WallTime) async throws(StorageError) -> Bool { false }
    func status() async -> ServerStatus {
        ServerStatus(
            version: "", startedAt: SmallHouse.origin, draining: false, listeners: [], registeredOperators: 0,
            rtpPortsInUse: 0, rtpPorts: 0, databasePath: "")
    }
    func reload(dryRun: Bool) async -> ReloadDTO { ReloadDTO(outcome: .checked, configuration: "", changes: []) }
    func processMetrics() async -> [Metric] { [] }
}

/// Files that go through a server on a real socket.
@Suite struct ImportRunTests {
    private let folder = NSTemporaryDirectory() + "bdk-\(UInt32.random(in: 0...UInt32.max))"
    private var socket: String { folder + "/c.sock" }

    private func serving(
        _ plane: ImportingPlane, _ body: @Sendable @escaping (ControlSession) async throws -> Void
    ) async throws {
        let (running, isRunning) = AsyncStream.makeStream(of: Void.self)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = ControlServer(plane: plane, socketPath: socket, logger: quiet) { isRunning.yield() }
        let socket = socket
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { isRunning.finish() }
                try await server.run()
            }
            for await _ in running { break }
            let session = ControlSession(socket: socket)
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(session))
            } catch {
                result = .failure(error)
            }
            await session.close()
            group.cancelAll()
            try result.get()
        }
        try FileManager.default.removeItem(atPath: folder)
    }

    private func file(_ rows: [String]) throws -> CSVFile {
        let path = folder + "/leads.csv"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text = (["Phone;Operator;Name;City"] + rows).joined(separator: "\r\n")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try CSVFile(path: path)
    }

    private static func row(_ number: Int, _ operator: String = "anna@example.com") -> String {
        "0671\(String(1_000_000 + number).suffix(6));\(`operator`);Customer \(number);Kyiv"
    }

    /// - Parameter stopAfter: batches, as Ctrl-C would.
    @discardableResult
    private static func send(
        _ file: CSVFile, _ session: ControlSession, rejects: String? = nil, stopAfter: Int = .max
    ) async throws -> ImportSummary {
        let mapping = try ColumnMapping(sample: file.sample, hasHeader: nil, choices: [])
        let new = NewImportDTO(dialer: "back", file: "leads.csv", sha256: file.sha256)
        let begun = try await session.answer(to: .post("imports", body: new), ImportDTO.self)
        var run = try ImportRun(
            file: file, mapping: mapping,
            leads: LeadReader(
                mapping: mapping, zone: LocalZone(begun.zone), now: SmallHouse.origin.milliseconds),
            path: "imports/\(ControlRequest.encoded(begun.import))/rows",
            confirmation: .get("imports", begun.import), done: RowStretches(begun.done),
            rejects: rejects.map { RejectsFile(path: $0, separator: file.separator, headers: mapping.headers) },
            session: session,
            summary: ImportSummary(file: "leads.csv", dialer: "back", import: begun.import, dryRun: false),
            batchRows: 1_000)
        var batches = 0
        try await run.run {
            batches += 1
            return batches > stopAfter
        }
        return run.summary
    }

    @Test func aFileBecomesTasksAndItsFaultsARejectsFile() async throws {
        let plane = try ImportingPlane()
        let csv = try file(
            (1...2_500).map { Self.row($0) } + ["x;;;", "0671000001;ana@example.com;;", "067;anna@example.com;;"])
        let rejects = folder + "/rejects.csv"
        try await serving(plane) { session in
            let summary = try await Self.send(csv, session, rejects: rejects)
            #expect(summary.end == .finished)
            #expect(summary.rows == 2_503)
            #expect(summary.imported == 2_500)
            #expect(summary.rejected == 3)
            #expect(plane.largestBatch.withLock { $0 } == 1_000)
            let rejected = try CSVFile(path: rejects)
            #expect(rejected.sample.dropFirst().map { $0.cell(0) } == ["2502", "2503", "2504"])
            #expect(
                rejected.sample.dropFirst().map { $0.cell(1) } == [
                    "no telephone number: column A, \"x\"",
                    "unknown operator: \"ana@example.com\"; did you mean anna@example.com?",
                    "no telephone number: \"067\"",
                ])
        }
        #expect(try await plane.house.store.tasks(matching: TaskFilter(limit: 10_000)).rows.count == 2_500)
    }

    @Test func theSameFileTwiceImportsNothingTwice() async throws {
        let plane = try ImportingPlane()
        let csv = try file((1...1_500).map { Self.row($0) })
        try await serving(plane) { session in
            try await Self.send(csv, session)
            let again = try await Self.send(csv, session)
            #expect(again.imported == 0 && again.updated == 0)
            #expect(again.skipped == 1_500 && again.rows == 1_500)
        }
    }

    @Test func anImportGoesOnWhereItWasStopped() async throws {
        let plane = try ImportingPlane()
        let csv = try file((1...3_500).map { Self.row($0) })
        try await serving(plane) { session in
            let first = try await Self.send(csv, session, stopAfter: 2)
            #expect(first.end == .interrupted)
            #expect(first.imported == 2_000)
            plane.batchesLeft.withLock { $0 = 1 }
            await #expect(throws: ClientFailure.self) { try await Self.send(csv, session) }
            plane.batchesLeft.withLock { $0 = .max }
            let last = try await Self.send(csv, session)
            #expect(last.imported == 500 && last.skipped == 3_000)
        }
        #expect(try await plane.house.store.tasks(matching: TaskFilter(limit: 10_000)).rows.count == 3_500)
    }

    @Test func aRowThatWasRejectedIsImportedOnceItsFaultIsGone() async throws {
        let plane = try ImportingPlane()
        let csv = try file([Self.row(1), Self.row(2, "olena@example.com"), Self.row(3)])
        try await serving(plane) { session in
            #expect(try await Self.send(csv, session).rejected == 1)
            plane.email.withLock { $0 = "olena@example.com" }
            let again = try await Self.send(csv, session)
            #expect(again.imported == 1 && again.skipped == 2 && again.rejected == 0)
        }
    }

    @Test func rowsOfGreatLengthMakeSmallerBatches() async throws {
        let plane = try ImportingPlane()
        let long = String(repeating: "\\", count: 1_990)
        let csv = try file((1...800).map { Self.row($0) + long })
        try await serving(plane) { session in
            let summary = try await Self.send(csv, session)
            #expect(summary.imported == 800)
            #expect(plane.largestBatch.withLock { (250..<400).contains($0) })
        }
    }
}
