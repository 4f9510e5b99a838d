import Foundation
import Routing
import Storage
import Testing

@testable import Webhooks

// Goal: each fact is told as documented, once, with what the reader needs. Method: entries go through a real store, and
// the letters that it holds then are read.

@Suite(.timeLimit(.minutes(2))) struct EventTests {
    private func letters(
        _ events: Set<EventKind> = Set(EventKind.allCases), _ entries: StoredEntry...
    ) async throws -> [Told] {
        let house = try House([.to("http://127.0.0.1:9/", events: events)], time: VirtualTime())
        for entry in entries { house.store.write(entry) }
        try await house.store.flush()
        let letters = try await house.store.dueLetters(to: "crm", at: WallTime(milliseconds: .max), limit: 100)
        await house.poster.close()
        return letters.map { Told(body: $0.body) }
    }

    private struct Told {
        let body: String

        subscript(path: String) -> String? {
            Receiver.Received(path: "", id: "", timestamp: "", signature: "", contentType: "", body: body).value(path)
        }

        var kind: String { (self["type"] ?? "").replacing("burdock.", with: "").replacing(".v1", with: "") }
    }

    private func fact(_ fact: Fact, at seconds: Double = 0) -> StoredEntry {
        .fact(fact, at: origin.adding(milliseconds: Int64(seconds * 1_000)), origin: origin)
    }

    private var task: TaskRecord {
        TaskRecord(
            TaskRequest(
                id: TaskID(rawValue: 70), dialer: DialerID("back"), number: CustomerNumber("+380671234567"),
                due: Instant(seconds: 60), responsible: OperatorID("anna"), group: GroupID("sales"),
                source: .lostCall(CallID(rawValue: 5))), at: Instant(seconds: 1))
    }

    /// Ihor did not answer and declined, Anna talked; a VIP interrupted in between.
    private var answered: CallRecord {
        var record = CallRecord(arrival: .of(5), pool: "main", vip: false, arrivedAt: Instant(seconds: 0))
        record.endedAt = Instant(seconds: 120)
        record.outcome = .answered
        record.ended = HangupCause(.hungUp, status: 200)
        record.endedBy = .operator
        record.wasInterrupted = true
        let anna = OperatorID("anna")
        record.segments = [
            .init(kind: .waiting, from: Instant(seconds: 0), until: Instant(seconds: 9.3)),
            .init(kind: .talking, from: Instant(seconds: 9.3), until: Instant(seconds: 50), operator: anna),
            .init(kind: .held, from: Instant(seconds: 50), until: Instant(seconds: 80), operator: anna),
            .init(kind: .talking, from: Instant(seconds: 80), until: Instant(seconds: 120), operator: anna),
        ]
        func ring(_ name: String, _ from: Double, _ until: Double, _ end: RingEnd?) -> CallRecord.Ring {
            .init(
                operator: OperatorID(name), from: Instant(seconds: from), until: Instant(seconds: until), end: end)
        }
        record.rings = [
            ring("ihor", 0, 3, RingEnd(.noAnswer)), ring("ihor", 3, 4, RingEnd(.declined, status: 603)),
            ring("olena", 4, 5, RingEnd(.withdrawn)), ring("anna", 5, 9.3, nil),
        ]
        return record
    }

    @Test func aCallIsToldFromItsArrivalToItsEnd() async throws {
        let told = try await letters(
            Set(EventKind.allCases), .callBegan(.of(5), at: origin),
            .callConnected(CallID(rawValue: 5), OperatorID("anna"), at: origin.adding(milliseconds: 9_300)),
            .callConnected(CallID(rawValue: 5), OperatorID("anna"), at: origin.adding(milliseconds: 80_000)),
            .ended(answered), .ended(answered))
        #expect(
            told.map(\.kind).sorted() == [
                "call.answered", "call.arrived", "call.ended", "operator.missed", "operator.missed",
            ])
        let end = try #require(told.first { $0.kind == "call.ended" })
        #expect(end["data.wait_seconds"] == "9.3" && end["data.talk_seconds"] == "80.7")
        #expect(end["data.operator"] == "anna" && end["data.ended_by"] == "operator" && end["data.status"] == "200")
        #expect(end["data.was_interrupted"] == "1" && end["data.interrupted"] == "0")
        #expect(end["time"] == "2026-11-21T19:07:02.114Z" && end["data.answered_at"] == "2026-11-21T19:05:11.414Z")
        let answer = try #require(told.first { $0.kind == "call.answered" })
        #expect(answer["data.operator"] == "anna" && answer["data.wait_seconds"] == "9.3")
        #expect(answer["source"] == "urn:burdock:pool:main" && answer["subject"] == "call/5")
        let missed = told.filter { $0.kind == "operator.missed" }
        #expect(missed.map { $0["data.cause"] } == ["no_answer", "declined"])
        #expect(missed.allSatisfy { $0["data.operator"] == "ihor" } && missed[1]["data.status"] == "603")
        #expect(Set(told.map { $0["id"] }).count == told.count)
    }

    @Test func aTaskIsToldFromItsOpeningToItsEnd() async throws {
        let attempt = AttemptRecord(
            task: task.id, dialer: DialerID("back"), number: task.number, attempt: 1, operator: OperatorID("anna"),
            call: CallID(rawValue: 71), outcome: .busy, status: 486, began: Instant(seconds: 61),
            dialledAt: Instant(seconds: 65), rangAt: nil, answeredAt: nil, endedAt: Instant(seconds: 66))
        let wait = Fact.responsibleWaitExpired(
            task.id, OperatorID("anna"), from: Instant(seconds: 60), until: Instant(seconds: 660))
        let told = try await letters(
            Set(EventKind.allCases), fact(.taskOpened(task), at: 1), fact(.attemptEnded(attempt), at: 66),
            fact(.attemptEnded(attempt), at: 66), fact(wait, at: 660),
            fact(.taskClosed(task.id, .handedToCRM), at: 661),
            fact(.taskClosed(task.id, .cancelled), at: 662))
        #expect(
            told.map(\.kind) == [
                "task.opened", "attempt.ended", "responsible_wait.expired", "task.handed_over", "task.closed",
            ])
        #expect(told.allSatisfy { $0["subject"] == "task/\(task.id)" && $0["data.number"] == "+380671234567" })
        #expect(told[0]["data.source"] == "lost_call" && told[0]["data.source_call"] == "5")
        #expect(told[1]["data.outcome"] == "BUSY" && told[1]["data.status"] == "486")
        #expect(told[2]["data.operator"] == "anna" && told[2]["data.waited_until"] == "2026-11-21T19:16:02.114Z")
        #expect(told[3]["data.responsible"] == "anna" && told[3]["data.dialer"] == "back")
        #expect(told[4]["data.outcome"] == "handed_to_crm")
    }

    @Test func whoResolvedATaskIsTold() async throws {
        let told = try await letters(
            [.taskClosed], .callBegan(.of(5), at: origin),
            .callConnected(CallID(rawValue: 5), OperatorID("olena"), at: origin), fact(.taskOpened(task)),
            fact(.taskClosed(task.id, .resolved(by: CallID(rawValue: 5)))))
        #expect(told.count == 1)
        #expect(told[0]["data.outcome"] == "resolved" && told[0]["data.operator"] == "olena")
        #expect(told[0]["data.call"] == "5")
    }

    @Test func vipCallsAreTold() async throws {
        let told = try await letters(
            [.vipInterrupted, .vipMissed], .callBegan(.of(5), at: origin),
            fact(.vipUsed(CallID(rawValue: 5), OperatorID("anna"))),
            fact(.vipMissed(CallID(rawValue: 5), OperatorID("anna"))),
            fact(.vipMissed(CallID(rawValue: 5), OperatorID("ihor"))))
        #expect(told.map(\.kind) == ["vip.interrupted", "vip.missed", "vip.missed"])
        #expect(told.map { $0["data.operator"] } == ["anna", "anna", "ihor"])
        #expect(Set(told.map { $0["id"] }).count == 3)
    }

    @Test func onlyWhatIsSubscribedIsKept() async throws {
        let told = try await letters([.callArrived], .callBegan(.of(5), at: origin), .ended(answered))
        #expect(told.map(\.kind) == ["call.arrived"])
        let house = try House([], time: VirtualTime())
        #expect(News.Kind.allCases.allSatisfy { !house.subscriptions.wants($0) })
        house.subscriptions.replace([.to("http://127.0.0.1:9/", events: [.taskHandedOver])])
        #expect(News.Kind.allCases.filter { house.subscriptions.wants($0) } == [.taskClosed])
        await house.poster.close()
    }

    @Test func callsThatACrashCutAreToldAtTheNextStart() async throws {
        let house = try House([.to("http://127.0.0.1:9/")], time: VirtualTime())
        house.store.write(.callBegan(.of(5), at: origin))
        try await house.store.flush()
        _ = try await house.store.closeOpenCalls(at: origin.adding(milliseconds: 60_000))
        _ = try await house.store.closeOpenCalls(at: origin.adding(milliseconds: 90_000))
        let letters = try await house.store.dueLetters(to: "crm", at: WallTime(milliseconds: .max), limit: 100)
        #expect(letters.map { Told(body: $0.body)["data.outcome"] } == ["lost_by_restart"])
        await house.poster.close()
    }

    @Test func aWithheldNumberIsAbsent() async throws {
        let told = try await letters([.callArrived], .callBegan(.of(5, number: nil), at: origin))
        #expect(told[0]["data.number"] == nil && !told[0].body.contains("null"))
    }
}
