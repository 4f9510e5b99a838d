import Reports
import Routing
import Testing

@testable import Storage

@Suite struct QueueReportTests {
    private func report(
        in period: Period = period(0, 3_600), threshold: Duration = .seconds(20),
        _ fill: (SQLiteCallStore) throws -> Void
    ) async throws -> QueueReport {
        let store = try makeStore()
        try fill(store)
        try await store.flush()
        return try await Reporter(store).queues(in: period, threshold: threshold)
    }

    private func figures(_ fill: (SQLiteCallStore) throws -> Void) async throws -> QueueFigures {
        try await report(fill).total
    }

    @Test func everyCallThatEnteredIsAccountedFor() async throws {
        let report = try await report { store in
            store.add(1, at: 0, CallPlan(talks: [("anna", 60)]))
            store.add(2, at: 10)
            for (index, outcome) in CallRecord.Outcome.allCases.enumerated() where outcome != .answered {
                store.add(UInt64(10 + index), at: 20, CallPlan(outcome: outcome))
            }
            store.write(
                .callBegan(
                    Arrival(call: CallID(rawValue: 99), line: "0800", queue: QueueID("sales"), number: nil),
                    at: .seconds(30)))
        }
        let figures = report.total
        #expect(figures.entered == figures.answered + figures.lost + figures.leftOtherwise + figures.stillUp)
        #expect(figures.stillUp == 1)
        #expect(figures.answered == 1)
        // Abandoned, lost on hold, timed out, left empty, lost by restart, and call 2.
        #expect(figures.lost == 6)
        #expect(figures.abandoned == 3)
        #expect(figures.leftOtherwise == 4)
        #expect(report.discrepancies.isEmpty)
        #expect(report.rows.map(\.queue) == [QueueID("sales")])
    }

    @Test func aCallCountsInThePeriodInWhichItEntered() async throws {
        let fill = { (store: SQLiteCallStore) in
            store.add(1, at: 99, CallPlan(talks: [("anna", 60)]))
            store.add(2, at: 100, CallPlan(talks: [("anna", 500)]))
            store.add(3, at: 200)
        }
        #expect(try await report(in: period(100, 200), fill).total.entered == 1)
        #expect(try await report(in: period(0, 100), fill).total.entered == 1)
        #expect(try await report(in: period(200, 100), fill).rows.isEmpty)
    }

    @Test func aCallThatIsSentOnCountsInEachQueue() async throws {
        let report = try await report { store in
            store.add(1, at: 0, CallPlan(wait: 30, talks: [("anna", 60)])) {
                $0.reroutes = [.init(queue: QueueID("support"), at: Instant(seconds: 25))]
            }
        }
        #expect(report.rows.map(\.queue) == [QueueID("sales"), QueueID("support")])
        #expect(report.rows[0].figures.leftOtherwise == 1)
        #expect(report.rows[0].figures.lost == 0)
        #expect(report.rows[1].figures.answered == 1)
        // It waited 30 s in all, but only 5 s here.
        #expect(report.rows[1].figures.longestWait == .seconds(5))
        #expect(report.discrepancies.isEmpty)
    }

    @Test func serviceLevelsDifferByWhatTheyAreOf() async throws {
        let figures = try await figures { store in
            store.add(1, at: 0, CallPlan(wait: 20, talks: [("anna", 60)]))
            store.add(2, at: 1, CallPlan(wait: 20.001, talks: [("anna", 60)]))
            store.add(3, at: 2, CallPlan(wait: 5))
            store.add(4, at: 3, CallPlan(wait: 100))
            store.add(5, at: 4, CallPlan(wait: 100, outcome: .timedOut))
        }
        #expect(figures.serviceLevel == 0.2)
        #expect(figures.asteriskServiceLevel == 0.5)
        #expect(figures.asteriskServiceLevel2 == 0.5)
        #expect(figures.lostShare == 0.6)
    }

    @Test func nothingIsSharedByNobody() async throws {
        let figures = try await figures { _ in }
        #expect(figures.serviceLevel == 0)
        #expect(figures.averageWait == .zero)
        #expect(figures.waitOfNinetyPercent == .zero)
    }

    @Test func waitsAreThoseOfTheAnswered() async throws {
        let figures = try await figures { store in
            for wait in 1...10 {
                store.add(UInt64(wait), at: 0, CallPlan(wait: Double(wait), talks: [("anna", 60)]))
            }
            store.add(11, at: 0, CallPlan(wait: 1_000))
        }
        #expect(figures.averageWait == .milliseconds(5_500))
        #expect(figures.waitOfNinetyPercent == .seconds(9))
        #expect(figures.longestWait == .seconds(10))
        #expect(figures.longestLostWait == .seconds(1_000))
        #expect(figures.averageLostWait == .seconds(1_000))
    }

    @Test func ownOperatorsAreCountedAmongAnsweredCustomersWhoHadOne() async throws {
        let figures = try await figures { store in
            store.add(1, at: 0, CallPlan(own: "anna", talks: [("anna", 60)]))
            // Whom the first one passed it on to does not matter.
            store.add(2, at: 0, CallPlan(own: "anna", talks: [("ihor", 60), ("anna", 60)]))
            store.add(3, at: 0, CallPlan(talks: [("anna", 60)]))
            store.add(4, at: 0, CallPlan(own: "anna"))
        }
        #expect(figures.returning == 2)
        #expect(figures.reachedOwn == 1)
        #expect(figures.ownShare == 0.5)
    }

    // MARK: The report checks itself

    @Test func aCallWithoutItsVisitIsTold() async throws {
        let report = try await report { store in
            store.add(1, at: 0)
            store.add(2, at: 0)
        }
        #expect(report.discrepancies.isEmpty)
        let store = try makeStore()
        store.add(1, at: 0)
        store.add(2, at: 0)
        try await store.flush()
        try store.inspect("DELETE FROM visits WHERE call = 2")
        let broken = try await Reporter(store).queues(in: period(0, 100), threshold: .zero)
        #expect(broken.discrepancies == [.callsWithoutVisit([CallID(rawValue: 2)])])
    }

    @Test func anUnknownEndIsTold() async throws {
        let store = try makeStore()
        store.add(1, at: 0)
        try await store.flush()
        try store.inspect("INSERT INTO visit_outcomes VALUES ('beamed_up')")
        try store.inspect("UPDATE visits SET outcome = 'beamed_up'")
        let report = try await Reporter(store).queues(in: period(0, 100), threshold: .zero)
        #expect(report.discrepancies == [.unknownEnds(QueueID("sales"), count: 1)])
        #expect(report.total.entered == 1)
    }

    @Test func sumsAreMadeInAnIndex() throws {
        let store = try makeStore()
        let plan = try store.inspect(
            """
            EXPLAIN QUERY PLAN SELECT queue, outcome, count(*) FROM visits
            WHERE entered_at >= 0 AND entered_at < 5 GROUP BY queue, outcome
            """, column: 3)
        #expect(plan.contains { $0.contains("visits_by_time (entered_at>? AND entered_at<?)") })
    }
}
