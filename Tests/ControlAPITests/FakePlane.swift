import Foundation
import Hummingbird
import HummingbirdTesting
import Journal
import Logging
import Reports
import Routing
import Storage
import Synchronization

@testable import ControlAPI

/// A server with a moment's worth of calls in it, at 1,000 s of its monotonic clock.
final class FakePlane: ControlPlane {
    static let wallNow = WallTime(milliseconds: 1_795_287_902_114)  // 2026-11-21T19:05:02.114Z
    static let now = Instant(seconds: 1_000)

    let state: Mutex<RoutingSnapshot>
    let wishes = Mutex<[OperatorID: OperatorWish]>([:])
    let forbidden = Mutex<[OperatorID: Bool]>([:])
    /// What the log was last asked for.
    let asked = Mutex<CallFilter?>(nil)
    let log: [StoredCall]
    let storageFails: Bool
    let stored = Mutex<[StoredTask]>([.waiting, .resolved])
    /// What the tasks were last asked for.
    let askedTasks = Mutex<TaskFilter?>(nil)
    let drafts = Mutex<[TaskDraft]>([])
    let cards = Mutex<[TaskID: TaskCard]>([:])
    let imports = Mutex(FakeImports())
    let postponed = Mutex<[TaskID: WallTime]>([:])
    let started = Mutex<[TaskID: OperatorID]>([:])
    let hungUp = Mutex<[CallID]>([])
    /// Whose card is shown to whom.
    let previewed = Mutex<[TaskID: OperatorID]>([StoredTask.waiting.id: OperatorID("anna")])
    let tied = Mutex<[StoredTie]>([.sample])
    let askedAttempts = Mutex<AttemptFilter?>(nil)
    /// The present; a test that moves it says so.
    let time = Mutex(FakePlane.now)

    let draining: Bool

    init(log: [StoredCall] = [.sample], storageFails: Bool = false, draining: Bool = false) {
        self.draining = draining
        state = Mutex(.sample)
        self.log = log
        self.storageFails = storageFails
    }

    func snapshot() async -> RoutingSnapshot { state.withLock { $0 } }

    func setWish(_ wish: OperatorWish, of operator: OperatorID) async -> Bool {
        let known = state.withLock { snapshot in
            guard let index = snapshot.operators.firstIndex(where: { $0.id == `operator` }) else { return false }
            snapshot.operators[index].wish = wish
            return true
        }
        if known { wishes.withLock { $0[`operator`] = wish } }
        return known
    }

    func setWish(_ wish: DialerWish, of dialer: DialerID) async -> Bool {
        state.withLock { snapshot in
            guard let index = snapshot.dialers.firstIndex(where: { $0.id == dialer }) else { return false }
            snapshot.dialers[index].wish = wish
            return true
        }
    }

    func setInterruptionForbidden(_ forbidden: Bool, of operator: OperatorID) async -> Bool {
        guard state.withLock({ $0.operators.contains { $0.id == `operator` } }) else { return false }
        self.forbidden.withLock { $0[`operator`] = forbidden }
        return true
    }

    func calls(matching filter: CallFilter) async throws(StorageError) -> Page<StoredCall> {
        asked.withLock { $0 = filter }
        guard !storageFails else { throw .failed(operation: "read the call log", problem: "disk I/O error") }
        let rows = log.filter { filter.call == nil || filter.call == $0.call }
        return Page(rows: rows, next: filter.limit == 7 ? PageCursor("1.2") : nil, end: nil)
    }

    let banned = Mutex([
        BanDTO(address: "2001:db8:0:1::/64", seconds: 90, times: 2),
        BanDTO(address: "192.0.2.7", seconds: 40, times: 1),
    ])

    func bans() async -> [BanDTO] { banned.withLock { $0 } }

    func liftBan(of address: String) async -> Bool {
        banned.withLock { bans in
            let before = bans.count
            bans.removeAll { $0.address == address }
            return bans.count < before
        }
    }

    /// Requests wait for Anna alone.
    func remind(_ operator: OperatorID) async -> Bool { `operator` == OperatorID("anna") }

    func hangUp(_ call: CallID) async -> Bool {
        guard state.withLock({ $0.calls.contains { $0.call == call } }) else { return false }
        hungUp.withLock { $0.append(call) }
        return true
    }

    func story(of call: CallID) async throws(JournalError) -> [StoryLine] {
        guard call == StoredCall.sample.call else { return [] }
        return [
            StoryLine(at: Self.wallNow, kind: .event, call: call, text: "arrived"),
            StoryLine(at: Self.wallNow.adding(milliseconds: 2), kind: .decision, call: call, text: "ring anna"),
        ]
    }

    func story(of name: OperatorID, since: WallTime) async throws(JournalError) -> [StoryLine] {
        [StoryLine(at: since, kind: .event, call: nil, operator: name, text: "\(name)'s phone can be reached")]
    }

    func candidates(for call: CallID) async -> [Candidate] {
        [
            Candidate(operator: OperatorID("anna"), obstacle: .wrapUp(left: .seconds(4))),
            Candidate(operator: OperatorID("olena"), obstacle: nil),
        ]
    }

    func standing(of name: OperatorID) async -> OperatorStanding? {
        guard name == OperatorID("anna") else { return nil }
        return OperatorStanding(
            operator: name, activity: .wrapUp(left: .seconds(4)), queues: [QueueID("sales")],
            withoutCalls: [QueueID("vip")], waiting: [], waitingCount: 0)
    }

    func customerNumber(_ text: String) async -> CustomerNumber? {
        var digits = text.filter { $0.isASCII && $0.isNumber }
        guard text.allSatisfy({ "+0123456789 ().-/".contains($0) }), (1...15).contains(digits.count) else { return nil }
        if !text.hasPrefix("+"), digits.hasPrefix("0") { digits = "38" + digits }
        return CustomerNumber("+" + digits)
    }

    func tasks(matching filter: TaskFilter) async throws(StorageError) -> Page<StoredTask> {
        askedTasks.withLock { $0 = filter }
        guard !storageFails else { throw .failed(operation: "list tasks", problem: "disk I/O error") }
        let rows = stored.withLock { $0 }.filter { filter.task == nil || filter.task == $0.id }
        return Page(rows: rows, next: filter.limit == 1 ? nil : PageCursor("1.2"), end: nil)
    }

    func attempts(matching filter: AttemptFilter) async throws(StorageError) -> Page<StoredAttempt> {
        askedAttempts.withLock { $0 = filter }
        guard !storageFails else { throw .failed(operation: "list attempts", problem: "disk I/O error") }
        guard filter.task != nil else { return Page(rows: [.busy, .waited], next: PageCursor("1.2.3"), end: nil) }
        return Page(rows: filter.task == StoredTask.waiting.id ? [.busy, .waited] : [], next: nil, end: nil)
    }

    func openTaskCounts() async throws(StorageError) -> [DialerID: TaskCounts] {
        guard !storageFails else { throw .failed(operation: "count open tasks", problem: "disk I/O error") }
        return [
            DialerID("back"): TaskCounts(open: 12, due: 3, firstDue: Self.wallNow.adding(milliseconds: -60_000))
        ]
    }

    func taskCard(_ id: TaskID) async throws(StorageError) -> TaskCard? { cards.withLock { $0[id] } }

    func shownCard(of task: TaskRecord) async -> TaskCard? {
        try? TaskCard(name: "Oksana", fields: [TaskCard.Field("city", "Kyiv")])
    }

    func openTask(_ id: TaskID) async -> RoutingSnapshot.OpenTask? {
        state.withLock { $0 }.tasks.first { $0.record.id == id }
    }

    func addTask(_ draft: TaskDraft) async throws(StorageError) -> TaskID? {
        drafts.withLock { $0.append(draft) }
        if let card = draft.card { cards.withLock { $0[StoredTask.waiting.id] = card } }
        return draft.dialer == DialerID("full") ? nil : StoredTask.waiting.id
    }

    func cancelTask(_ id: TaskID) async throws(StorageError) -> Bool {
        guard !storageFails else { throw .failed(operation: "write", problem: "disk I/O error") }
        return stored.withLock { tasks in
            guard let index = tasks.firstIndex(where: { $0.id == id && $0.result == nil }) else { return false }
            tasks[index].result = .cancelled
            tasks[index].closedAt = Self.wallNow
            return true
        }
    }

    func postponeTask(_ id: TaskID, to due: WallTime) async throws(StorageError) -> Bool {
        guard stored.withLock({ $0.contains { $0.id == id && $0.result == nil } }) else { return false }
        postponed.withLock { $0[id] = due }
        return true
    }

    func startTask(_ id: TaskID, by name: OperatorID) async throws(StorageError) -> Bool {
        guard stored.withLock({ $0.contains { $0.id == id && $0.result == nil } }) else { return false }
        started.withLock { $0[id] = name }
        return true
    }

    func endPreview(of id: TaskID, by name: OperatorID) async -> Bool {
        previewed.withLock { previewed in
            guard previewed[id] == name else { return false }
            previewed[id] = nil
            return true
        }
    }

    func skipPreview(of id: TaskID, by name: OperatorID) async throws(StorageError) -> Bool {
        await endPreview(of: id, by: name)
    }

    func ties(matching filter: TieFilter) async throws(StorageError) -> [StoredTie] {
        guard !storageFails else { throw .failed(operation: "list ties", problem: "disk I/O error") }
        return tied.withLock { $0 }.filter { tie in
            (filter.number.map { $0 == tie.number } ?? true) && (filter.operator.map { $0 == tie.operator } ?? true)
                && (filter.after.map { $0.text < tie.number.text } ?? true)
        }
    }

    func resetTie(of number: CustomerNumber) async throws(StorageError) -> Bool {
        tied.withLock { ties in
            let before = ties.count
            ties.removeAll { $0.number == number }
            return ties.count < before
        }
    }

    func queueReport(in period: Period, threshold: Duration) async throws(StorageError) -> QueueReport {
        guard !storageFails else { throw .failed(operation: "sum up", problem: "disk I/O error") }
        return try await Reporter(TestStore.shared).queues(in: period, threshold: threshold)
    }

    func operatorReport(in period: Period) async throws(StorageError) -> OperatorReport {
        guard !storageFails else { throw .failed(operation: "sum up", problem: "disk I/O error") }
        return try await Reporter(TestStore.shared).operators(in: period, success: .seconds(5), now: Self.wallNow)
    }

    func status() async -> ServerStatus {
        ServerStatus(
            version: "0.1.0", startedAt: Self.wallNow.adding(milliseconds: -3_600_000), draining: draining,
            listeners: ["udp 0.0.0.0:5060"], registeredOperators: 3, rtpPortsInUse: 6, rtpPorts: 10_000,
            databasePath: "state/burdock.sqlite")
    }

    func reload(dryRun: Bool) async -> ReloadDTO {
        ReloadDTO(
            outcome: dryRun ? .checked : .applied, configuration: "/etc/burdock/burdock.yaml",
            changes: [.init(key: "queues.sales.max_wait", old: "5 min", new: "3 min", needsRestart: false)])
    }

    let callMetrics = CallMetrics()

    func processMetrics() async -> [Metric] { [Metric("burdock_registrations", .gauge, "Registered users", 3)] }

    func clocks() -> (now: Instant, wall: WallTime) {
        let now = time.withLock { $0 }
        return (now, Self.wallNow.adding(milliseconds: (now - Self.now).wholeNanoseconds / 1_000_000))
    }

    func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// Stores in files of their own, which go with the process.
enum TestStore {
    /// One queue, one operator and one call, for reports.
    static let shared: SQLiteCallStore = {
        let store = make()
        let origin = FakePlane.wallNow.adding(milliseconds: -1_000_000)
        var record = CallRecord(
            arrival: Arrival(
                call: CallID(rawValue: 9), line: "0800", queue: QueueID("sales"),
                number: CustomerNumber("+380671234567")),
            pool: "main", vip: false, arrivedAt: Instant(seconds: 900))
        record.endedAt = Instant(seconds: 960)
        record.outcome = .answered
        record.segments = [
            .init(kind: .waiting, from: Instant(seconds: 900), until: Instant(seconds: 904)),
            .init(
                kind: .talking, from: Instant(seconds: 904), until: Instant(seconds: 960),
                operator: OperatorID("anna")),
        ]
        store.write(.fact(.callEnded(record), at: FakePlane.wallNow, origin: origin))
        return store
    }()

    static func make() -> SQLiteCallStore {
        let directory = NSTemporaryDirectory() + "burdock-api-\(UUID().uuidString)"
        directories.withLock { $0.append(directory) }
        removalAtExit
        return try! SQLiteCallStore(path: directory + "/burdock.db", logger: .silent)
    }

    private static let directories = Mutex<[String]>([])
    private static let removalAtExit: Void = {
        atexit {
            for directory in TestStore.directories.withLock({ $0 }) {
                // A directory that stays behind harms nobody.
                try? FileManager.default.removeItem(atPath: directory)
            }
        }
    }()
}

extension StoredTie {
    static let sample = StoredTie(
        number: CustomerNumber("+380671234567"), operator: OperatorID("anna"), group: GroupID("sales"),
        call: CallID("1Z7Q")!, tiedAt: FakePlane.wallNow.adding(milliseconds: -3_600_000))
}

extension RoutingSnapshot {
    /// Anna talks to a VIP and holds a customer, Ihor is at lunch, Olena is ready, Petro is not there.
    static var sample: RoutingSnapshot {
        func one(
            _ id: String, _ name: String, _ state: Operator.State, wish: OperatorWish = .ready, priority: Int
        ) -> Operator {
            Operator(
                id: OperatorID(id), name: name, wish: wish, reachable: state != .offline, state: state,
                since: Instant(seconds: 938), calls: 31, missedInARow: 0,
                assignments: [
                    Assignment(OperatorID(id), QueueID("sales"), priority: priority),
                    Assignment(OperatorID(id), QueueID("vip"), priority: priority),
                ])
        }
        func call(
            _ id: UInt64, queue: String = "sales", number: String?, vip: Bool = false, _ state: Call.State,
            at seconds: Double
        ) -> Call {
            Call(
                call: CallID(rawValue: id), queue: QueueID(queue), number: number.map { CustomerNumber($0) },
                name: nil, vip: vip, state: state, arrivedAt: Instant(seconds: seconds),
                since: Instant(seconds: seconds + 1), own: id == 3 ? OperatorID("anna") : nil)
        }
        return RoutingSnapshot(
            at: FakePlane.now,
            operators: [
                one("olena", "Олена Шевчук", .ready, priority: 10),
                one(
                    "anna", "Anna Kovalenko", .interrupted(CallID(rawValue: 2), held: CallID(rawValue: 1)), priority: 7
                ),
                one("ihor", "Ihor Bondar", .paused(reason: "lunch"), wish: .paused(reason: "lunch"), priority: 5),
                one("petro", "Petro", .offline, wish: .off, priority: 0),
            ],
            queues: [
                Queue(
                    id: QueueID("vip"), vip: true, strategy: .weighted, maxLength: 10, entered: 4, answered: 3, lost: 0),
                Queue(
                    id: QueueID("sales"), vip: false, strategy: .weighted, maxLength: 50, entered: 160, answered: 148,
                    lost: 9),
            ],
            calls: [
                call(4, number: nil, .ringing([OperatorID("olena")]), at: 990),
                call(3, number: "+380441230017", .waiting(.own), at: 928),
                call(1, number: "+380671234567", .held(by: OperatorID("anna")), at: 600),
                call(2, queue: "vip", number: "+380501111122", vip: true, .talking(OperatorID("anna")), at: 900),
            ],
            dialers: [
                Dialer(
                    id: DialerID("back"), mode: .callback, queue: QueueID("sales"),
                    members: [
                        DialerAssignment(OperatorID("ihor"), DialerID("back"), priority: 0),
                        DialerAssignment(OperatorID("olena"), DialerID("back"), priority: 5),
                        DialerAssignment(OperatorID("anna"), DialerID("back"), priority: 10),
                    ],
                    busy: [OperatorID("anna")]),
                Dialer(id: DialerID("full"), mode: .personal, queue: QueueID("vip"), members: [], busy: []),
            ],
            tasks: [
                OpenTask(
                    record: TaskRecord(
                        TaskRequest(
                            id: StoredTask.waiting.id, dialer: DialerID("back"), number: StoredTask.waiting.number,
                            due: Instant(seconds: 940),
                            window: CallWindow(opens: Instant(seconds: 0), closes: Instant(seconds: 4_600))),
                        at: Instant(seconds: 900)),
                    state: .waiting(.own, until: Instant(seconds: 1_540)))
            ])
    }
}

extension StoredTask {
    /// Due for a minute, and for Anna nine more.
    static let waiting = StoredTask(
        id: TaskID("1Z7R")!, dialer: DialerID("back"), number: CustomerNumber("+380671234567"),
        due: FakePlane.wallNow.adding(milliseconds: -60_000), responsible: OperatorID("anna"),
        group: GroupID("sales"), source: .lostCall(CallID("1Z7Q")!),
        openedAt: FakePlane.wallNow.adding(milliseconds: -100_000),
        updatedAt: FakePlane.wallNow.adding(milliseconds: -100_000), attempts: 1)

    static let resolved = StoredTask(
        id: TaskID("1Z7S")!, dialer: DialerID("back"), number: CustomerNumber("+380441230017"),
        due: FakePlane.wallNow.adding(milliseconds: -7_200_000), source: .program,
        openedAt: FakePlane.wallNow.adding(milliseconds: -7_200_000),
        updatedAt: FakePlane.wallNow.adding(milliseconds: -7_200_000), stage: .anyone, attempts: 2,
        result: .resolved(by: CallID("1Z7T")!), closedAt: FakePlane.wallNow.adding(milliseconds: -3_600_000))
}

extension StoredAttempt {
    static let busy = StoredAttempt(
        kind: .attempt(1, .busy), task: StoredTask.waiting.id, dialer: DialerID("back"),
        number: StoredTask.waiting.number, operator: OperatorID("anna"), call: CallID("1Z7U")!, status: 486,
        began: FakePlane.wallNow.adding(milliseconds: -90_000),
        dialledAt: FakePlane.wallNow.adding(milliseconds: -80_000),
        endedAt: FakePlane.wallNow.adding(milliseconds: -70_000))

    static let waited = StoredAttempt(
        kind: .responsibleWaitExpired, task: StoredTask.waiting.id, operator: OperatorID("anna"),
        began: FakePlane.wallNow.adding(milliseconds: -99_000),
        endedAt: FakePlane.wallNow.adding(milliseconds: -95_000))
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension StoredCall {
    static let sample = StoredCall(
        call: CallID("1Z7Q")!, pool: "main", line: "0800", queue: QueueID("vip"),
        number: CustomerNumber("+380501111122"), name: "Oksana", vip: true, interrupted: true, announced: true,
        wasInterrupted: false, arrivedAt: FakePlane.wallNow.adding(milliseconds: -60_000),
        endedAt: FakePlane.wallNow, outcome: .answered, endedBy: .customer, status: 200, stage: .anyone,
        segments: [
            Segment(
                kind: .waiting, from: FakePlane.wallNow.adding(milliseconds: -60_000),
                until: FakePlane.wallNow.adding(milliseconds: -50_700), operator: nil),
            Segment(
                kind: .talking, from: FakePlane.wallNow.adding(milliseconds: -50_700), until: FakePlane.wallNow,
                operator: OperatorID("anna")),
        ],
        rings: [
            Ring(
                operator: OperatorID("ihor"), from: FakePlane.wallNow.adding(milliseconds: -59_000),
                until: FakePlane.wallNow.adding(milliseconds: -58_000), outcome: "declined", status: 603)
        ])
}

/// One request to the routes, without a socket.
struct Answer {
    let status: Int
    let type: String?
    let text: String
    var headers: HTTPFields = [:]

    static func get(_ uri: String, of plane: FakePlane = FakePlane()) async throws -> Answer {
        try await request(uri, .get, body: nil, of: plane)
    }

    static func post(_ uri: String, _ body: String, to plane: FakePlane = FakePlane()) async throws -> Answer {
        try await request(uri, .post, body: body, of: plane)
    }

    static func delete(_ uri: String, of plane: FakePlane = FakePlane()) async throws -> Answer {
        try await request(uri, .delete, body: nil, of: plane)
    }

    private static func request(
        _ uri: String, _ method: HTTPRequest.Method, body: String?, of plane: FakePlane
    ) async throws -> Answer {
        let server = ControlServer(plane: plane, socketPath: "/nowhere", logger: .silent)
        return try await server.application.test(.router) { try await $0.ask(uri, method, body: body) }
    }

    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try ControlJSON.decoder().decode(type, from: Data(text.utf8))
    }

    var problem: ProblemDTO {
        get throws { try read(ProblemDTO.self) }
    }
}

extension TestClientProtocol {
    func ask(
        _ uri: String, _ method: HTTPRequest.Method = .get, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers { fields[named: name] = value }
        let response = try await execute(
            uri: uri, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
        return Answer(
            status: response.status.code, type: response.headers[.contentType],
            text: String(buffer: response.body), headers: response.headers)
    }
}
