import Reports
import Routing
import Testing

@testable import Storage

@Suite struct ListingTests {
    private func filled() async throws -> SQLiteCallStore {
        let store = try makeStore()
        for id in 1...25 as ClosedRange<UInt64> {
            // Several at the same moment, so that the time alone does not order them.
            store.add(id, at: Double(id / 3) * 10, CallPlan(talks: id % 2 == 0 ? [("anna", 60)] : []))
            var request = TaskRequest(
                id: TaskID(rawValue: id), dialer: DialerID(id % 2 == 0 ? "even" : "odd"),
                number: CustomerNumber("+\(id)"), due: Instant(seconds: Double(id / 4)))
            request.responsible = id % 5 == 0 ? anna : nil
            store.note(.taskOpened(TaskRecord(request, at: Instant(seconds: 0))))
            if id <= 5 { store.note(.taskClosed(TaskID(rawValue: id), .givenUp(.busy)), at: 50) }
            store.note(
                .attemptEnded(
                    AttemptRecord(
                        task: TaskID(rawValue: id), dialer: DialerID("even"), number: CustomerNumber("+\(id)"),
                        attempt: 1, operator: id % 2 == 0 ? anna : ihor, call: nil, outcome: .busy, status: 486,
                        began: Instant(seconds: Double(id / 3)), dialledAt: nil, rangAt: nil, answeredAt: nil,
                        endedAt: Instant(seconds: 60))))
            if id % 4 == 0 {
                store.note(
                    .responsibleWaitExpired(
                        TaskID(rawValue: id), ihor, from: Instant(seconds: 0), until: Instant(seconds: Double(id / 3))))
            }
        }
        try await store.flush()
        return store
    }

    private func all<Row>(_ page: (PageCursor?) async throws -> Page<Row>) async throws -> [Row] {
        var (rows, cursor): ([Row], PageCursor?) = ([], nil)
        repeat {
            let found = try await page(cursor)
            rows += found.rows
            cursor = try found.next.map { try #require(PageCursor($0.description)) }
        } while cursor != nil
        return rows
    }

    @Test(arguments: [1, 2, 7, 25, 1_000]) func pagesOfCallsFollowOneAnother(_ limit: Int) async throws {
        let store = try await filled()
        let rows = try await all { cursor in
            var filter = CallFilter(limit: limit)
            filter.after = cursor
            return try await store.callPage(matching: filter)
        }
        #expect(rows.map(\.call.rawValue) == (1...25).reversed().map { UInt64($0) })
    }

    @Test(arguments: [1, 3, 1_000]) func callsCanBeReadInTheOrderOfTheirEnds(_ limit: Int) async throws {
        let store = try await filled()
        let rows = try await all { try await store.callsByEnd(in: period(-1, 1e6), after: $0, limit: limit) }
        #expect(rows.count == 25)
        #expect(rows.map(\.endedAt) == rows.map(\.endedAt).sorted())
        #expect(Set(rows.map(\.call)).count == 25)
        #expect(try await store.callsByEnd(in: period(0, 10)).rows.isEmpty)
    }

    @Test func callsUpToATime() async throws {
        let store = try await filled()
        var filter = CallFilter()
        filter.until = .seconds(10)
        #expect(try await store.callPage(matching: filter).rows.map(\.call.rawValue) == [2, 1])
    }

    @Test(arguments: [1, 4, 1_000]) func pagesOfTasksFollowOneAnother(_ limit: Int) async throws {
        let store = try await filled()
        let rows = try await all { cursor in
            var filter = TaskFilter(limit: limit)
            filter.after = cursor
            return try await store.tasks(matching: filter)
        }
        #expect(rows.map(\.id.rawValue) == (1...25).reversed().map { UInt64($0) })
    }

    @Test func tasksAreFiltered() async throws {
        let store = try await filled()
        func ids(_ change: (inout TaskFilter) -> Void) async throws -> [UInt64] {
            var filter = TaskFilter()
            change(&filter)
            return try await store.tasks(matching: filter).rows.map(\.id.rawValue)
        }
        #expect(try await ids { $0.state = .closed } == [5, 4, 3, 2, 1])
        #expect(try await ids { $0.state = .open }.count == 20)
        #expect(try await ids { $0.responsible = anna } == [25, 20, 15, 10, 5])
        #expect(try await ids { $0.dialer = DialerID("even") }.count == 12)
        #expect(try await ids { $0.number = CustomerNumber("+7") } == [7])
        #expect(try await ids { $0.due = period(1, 2) } == [7, 6, 5, 4])
        #expect(try await ids { $0.task = TaskID(rawValue: 3) } == [3])
        #expect(
            try await ids {
                $0.state = .open
                $0.responsible = anna
                $0.dialer = DialerID("even")
            } == [20, 10])
    }

    @Test func aClosedTaskTellsItsResult() async throws {
        let store = try await filled()
        var filter = TaskFilter()
        filter.task = TaskID(rawValue: 1)
        let task = try #require(try await store.tasks(matching: filter).rows.first)
        #expect(task.result == .givenUp(.busy))
        #expect(task.closedAt == .seconds(50))
        #expect(task.openedAt == origin)
    }

    @Test(arguments: [1, 5, 1_000]) func theAttemptsLogHasExpiredWaitsInTheirPlace(_ limit: Int) async throws {
        let store = try await filled()
        let rows = try await all { cursor in
            var filter = AttemptFilter(limit: limit)
            filter.after = cursor
            return try await store.attempts(matching: filter)
        }
        #expect(rows.count == 25 + 6)
        #expect(rows.count { $0.kind == .responsibleWaitExpired } == 6)
        let times = rows.map { $0.kind == .responsibleWaitExpired ? $0.endedAt : $0.began }
        #expect(times == times.sorted(by: >))
        // The attempt follows the wait, so it comes first.
        #expect(rows.first { $0.task == TaskID(rawValue: 24) }?.kind == .attempt(1, .busy))
        #expect(rows.first { $0.kind == .responsibleWaitExpired }?.dialer == DialerID("even"))
    }

    @Test func attemptsAreFiltered() async throws {
        let store = try await filled()
        func count(_ change: (inout AttemptFilter) -> Void) async throws -> Int {
            var filter = AttemptFilter()
            change(&filter)
            return try await store.attempts(matching: filter).rows.count
        }
        #expect(try await count { $0.operator = anna } == 12)
        #expect(try await count { $0.operator = ihor } == 13 + 6)
        #expect(try await count { $0.task = TaskID(rawValue: 8) } == 2)
        #expect(try await count { $0.number = CustomerNumber("+8") } == 2)
        #expect(try await count { $0.dialer = DialerID("odd") } == 0)
        #expect(try await count { $0.period = period(1, 2) } == 3 + 1)
    }

    @Test func everyListingUsesAnIndex() async throws {
        let store = try await filled()
        func plan(_ change: (inout TaskFilter) -> Void) throws -> String {
            var filter = TaskFilter()
            change(&filter)
            let sql = filter.query.sql.replacing("?", with: "'1'")
            return try store.inspect("EXPLAIN QUERY PLAN " + sql, column: 3).joined(separator: "; ")
        }
        #expect(try plan { _ in }.contains("USING INDEX tasks_by_due"))
        #expect(try plan { $0.state = .open }.contains("USING INDEX tasks_open"))
        #expect(try plan { $0.responsible = anna }.contains("tasks_by_responsible (responsible=?)"))
        #expect(try plan { $0.dialer = DialerID("d") }.contains("tasks_by_dialer (dialer=?)"))
        #expect(try plan { $0.number = CustomerNumber("1") }.contains("tasks_by_number (number=?)"))
        let attempts = AttemptFilter().query.sql.replacing("?", with: "'1'")
        let merged = try store.inspect("EXPLAIN QUERY PLAN " + attempts, column: 3).joined(separator: "; ")
        #expect(merged.contains("USING INDEX attempts_by_time"))
        #expect(merged.contains("responsible_waits_by_time"))
    }

    @Test(arguments: ["", "1", "1.", ".1", "1.2.3.4.5", "1.x!", "1..2"]) func whatIsNoCursorIsRefused(_ text: String) {
        #expect(PageCursor(text) == nil)
    }

    @Test func rowsHaveAsManyFieldsAsColumns() async throws {
        let store = try await filled()
        let tables = [
            ExportTable(calls: try await store.calls(matching: CallFilter())),
            ExportTable(tasks: try await store.tasks(matching: TaskFilter()).rows),
            ExportTable(attempts: try await store.attempts(matching: AttemptFilter()).rows),
            ExportTable(try await Reporter(store).queues(in: period(0, 1_000), threshold: .seconds(20))),
            ExportTable(
                try await Reporter(store).operators(in: period(0, 1_000), success: .seconds(5), now: .seconds(9_000))),
            ExportTable(try await Reporter(store).vipUsage(in: [period(0, 10)])),
        ]
        for table in tables {
            #expect(!table.rows.isEmpty)
            for row in table.rows { #expect(row.count == table.columns.count) }
            #expect(Set(table.columns).count == table.columns.count)
        }
    }
}
