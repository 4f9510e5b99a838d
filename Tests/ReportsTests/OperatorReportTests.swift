import Reports
import Routing
import Testing

@testable import Storage

@Suite struct OperatorReportTests {
    private func report(
        in period: Period = period(0, 1_000), now: Double = 100_000, _ fill: (SQLiteCallStore) -> Void
    ) async throws -> OperatorReport {
        let store = try makeStore()
        fill(store)
        try await store.flush()
        return try await Reporter(store).operators(in: period, success: .seconds(5), now: .seconds(now))
    }

    private func enter(_ store: SQLiteCallStore, _ name: OperatorID, _ steps: (Double, OperatorActivity)...) {
        for (seconds, activity) in steps { store.note(.operatorEntered(name, activity), at: seconds) }
    }

    @Test func activitiesFillThePeriod() async throws {
        let report = try await report { store in
            enter(
                store, anna, (-500, .away), (100, .idle), (200, .ringing), (210, .talking), (400, .wrapUp),
                (410, .idle), (500, .paused(reason: "lunch")), (600, .preparing), (620, .ownCall),
                (700, .paused(reason: "")), (800, .away))
        }
        let figures = try #require(report.rows.first).figures
        #expect(figures.away == .seconds(300))
        #expect(figures.idle == .seconds(190))
        #expect(figures.ringing == .seconds(10))
        #expect(figures.talking == .seconds(190))
        #expect(figures.wrapUp == .seconds(10))
        #expect(figures.pauses == ["lunch": .seconds(100), "": .seconds(100)])
        #expect(figures.pauseCounts == ["lunch": 1, "": 1])
        #expect(figures.preparing == .seconds(20))
        #expect(figures.ownCalls == .seconds(80))
        #expect(figures.atWork + figures.away == .seconds(1_000))
        #expect(figures.occupancy == 230.0 / 700.0)
        #expect(report.discrepancies.isEmpty)
    }

    @Test func whatWentOnBeforeThePeriodCountsFromItsBegin() async throws {
        let report = try await report(in: period(500, 600)) { store in
            enter(store, anna, (0, .idle), (400, .talking), (550, .paused(reason: "lunch")), (900, .away))
            enter(store, ihor, (100, .idle))
        }
        #expect(report.rows.map(\.figures.talking) == [.seconds(50), .zero])
        #expect(report.rows.map(\.figures.paused) == [.seconds(50), .zero])
        #expect(report.rows.map(\.figures.idle) == [.zero, .seconds(100)])
        #expect(report.rows[0].figures.pauseCounts == ["lunch": 1])
        #expect(report.discrepancies.isEmpty)
    }

    @Test func theFutureIsLeftOut() async throws {
        let report = try await report(now: 300) { enter($0, anna, (100, .idle)) }
        #expect(report.rows.map(\.figures.idle) == [.seconds(200)])
        #expect(report.period == period(0, 300))
    }

    @Test func adjoiningPeriodsAddUp() async throws {
        let fill = { (store: SQLiteCallStore) in
            enter(store, anna, (3, .idle), (17, .talking), (17.5, .idle), (40, .talking), (77.777, .away))
        }
        var sum = Duration.zero
        for begin in stride(from: 0.0, to: 90, by: 7.5) {
            sum += try await report(in: period(begin, begin + 7.5), fill).rows.reduce(.zero) { $0 + $1.figures.talking }
        }
        #expect(sum == .milliseconds(38_277))
    }

    @Test func conversationsCountOnceHoweverOftenInterrupted() async throws {
        let report = try await report { store in
            store.add(1, at: 0, CallPlan(talks: [("anna", 3), ("anna", 3)]))
            store.add(2, at: 0, CallPlan(talks: [("anna", 4.999)]))
            store.add(3, at: 0, CallPlan(talks: [("anna", 60), ("ihor", 60)]))
            store.add(4, at: 0, CallPlan(talks: [("anna", 60)])) {
                $0.arrival.direction = .outbound(TaskID(rawValue: 1))
            }
            store.add(5, at: 2_000, CallPlan(talks: [("anna", 60)]))
        }
        let figures = report.rows.map(\.figures)
        #expect(figures.map(\.inbound) == [3, 1])
        #expect(figures.map(\.outbound) == [1, 0])
        #expect(figures.map(\.successful) == [3, 1])
        #expect(figures[0].successfulShare == 0.75)
        #expect(figures[0].talked == .milliseconds(130_999))
    }

    @Test func missesAreCountedByCause() async throws {
        let report = try await report { store in
            store.add(1, at: 0, CallPlan(missed: [.declined, .noAnswer, .noAnswer, .busy, .unreachable, .withdrawn]))
            store.note(.vipMissed(CallID(rawValue: 9), ihor), at: 5)
            store.note(.vipMissed(CallID(rawValue: 9), ihor), at: 2_000)
            store.note(
                .responsibleWaitExpired(
                    TaskID(rawValue: 1), ihor, from: Instant(seconds: -100), until: Instant(seconds: 10)), at: 10)
        }
        let figures = try #require(report.rows.first).figures
        #expect(figures.missedRings == ["declined": 1, "no answer": 2, "busy": 1, "unreachable": 1])
        #expect(figures.missed == 5)
        #expect(figures.ringsWithdrawn == 1)
        #expect(figures.missedVIP == 1)
        #expect(figures.expiredWaits == 1)
    }

    @Test func attemptsAreCounted() async throws {
        let report = try await report { store in
            for (number, outcome) in [AttemptOutcome.busy, .busy, .answer].enumerated() {
                store.note(
                    .attemptEnded(
                        AttemptRecord(
                            task: TaskID(rawValue: 1), dialer: DialerID("d"), number: CustomerNumber("+1"),
                            attempt: number + 1, operator: anna, call: nil, outcome: outcome, status: nil,
                            began: Instant(seconds: 1), dialledAt: nil, rangAt: nil, answeredAt: nil,
                            endedAt: Instant(seconds: 2))))
            }
        }
        #expect(report.rows.map(\.figures.attempts) == [["BUSY": 2, "ANSWER": 1]])
    }

    // MARK: The report checks itself

    @Test func timeThatDoesNotAddUpIsTold() {
        var tallies = OperatorTallies()
        tallies.activities = [
            .init(operator: anna, activity: .idle, time: .seconds(40), times: 1, first: .seconds(50))
        ]
        #expect(
            OperatorReport(tallies, period: period(0, 100)).discrepancies
                == [.unaccountedTime(anna, .seconds(10))])
        tallies.activities[0].time = .seconds(50)
        #expect(OperatorReport(tallies, period: period(0, 100)).discrepancies.isEmpty)
    }

    @Test func conversationsOfSomebodyWhoNeverTalkedAreTold() async throws {
        let report = try await report { store in
            enter(store, anna, (0, .idle))
            store.add(1, at: 10, CallPlan(talks: [("anna", 60)]))
        }
        #expect(report.discrepancies == [.conversationsWithoutTalking(anna, count: 1)])
    }

    @Test func theClockMaySetItselfBack() async throws {
        let report = try await report { store in
            enter(store, anna, (0, .idle), (600, .talking), (300, .idle), (700, .away))
        }
        #expect(report.rows[0].figures.atWork + report.rows[0].figures.away == .seconds(1_000))
        #expect(report.discrepancies.isEmpty)
    }
}

@Suite struct UsageTests {
    @Test func vipCallsAreCountedByDay() async throws {
        let store = try makeStore()
        for (call, day) in [(1, 0), (2, 0), (3, 2)] as [(UInt64, Double)] {
            store.note(.vipUsed(CallID(rawValue: call), anna), at: day * 86_400)
            // Told a second time, it is billed once.
            store.note(.vipUsed(CallID(rawValue: call), ihor), at: (day + 1) * 86_400)
        }
        try await store.flush()
        let days = (0..<4).map { period(Double($0) * 86_400, Double($0 + 1) * 86_400) }
        #expect(try await Reporter(store).vipUsage(in: days).map(\.calls) == [2, 0, 1, 0])
    }
}
