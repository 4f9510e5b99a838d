import Foundation
import Hummingbird
import HummingbirdTesting
import Routing
import Storage
import Synchronization
import Testing

@testable import ControlAPI

/// What is public of what the router was told and decided.
@Suite struct EventTranslatorTests {
    private static let anna = OperatorID("anna")
    private static let olena = OperatorID("olena")

    private static func arrival(_ id: UInt64, vip: Bool = false) -> RoutingEvent {
        .callArrived(
            Arrival(
                call: CallID(rawValue: id), line: "0800", queue: QueueID(vip ? "vip" : "sales"),
                number: CustomerNumber("+38067\(id)"), listedVIP: vip))
    }

    private static func decide(_ actions: Action...) -> [Decision] {
        actions.map { Decision($0, because: .waiting) }
    }

    /// Steps at one second after the other from 1,001 s on.
    private func told(_ steps: [(RoutingEvent, [Decision])]) -> [EventDTO] {
        var empty = RoutingSnapshot.sample
        empty.calls = []
        var translator = EventTranslator(empty, origin: WallTime(milliseconds: 0))
        return steps.enumerated().flatMap { index, step in
            translator.translate(step.0, at: Instant(seconds: 1_001 + Double(index)), step.1)
        }
    }

    private func words(_ events: [EventDTO]) -> [String] {
        events.map { event in
            let who = event.operators?.joined(separator: "+") ?? event.operator
            return [event.type.rawValue, event.call, who, event.state].compactMap { $0 }.joined(separator: " ")
        }
    }

    @Test func aCallGoesThroughItsStates() {
        let call = CallID(rawValue: 10)
        var record = CallRecord(
            arrival: Arrival(call: call, line: "0800", queue: QueueID("sales"), number: CustomerNumber("+38067")),
            pool: "main", vip: false, arrivedAt: Instant(seconds: 1_001))
        record.outcome = .answered
        record.segments = [
            .init(kind: .waiting, from: Instant(seconds: 1_001), until: Instant(seconds: 1_004)),
            .init(kind: .talking, from: Instant(seconds: 1_004), until: Instant(seconds: 1_005), operator: Self.anna),
        ]
        let events = told([
            (
                Self.arrival(10),
                Self.decide(
                    .accept(call), .ring(RingID(rawValue: 1), Self.olena, for: call),
                    .record(.operatorEntered(Self.olena, .ringing)))
            ),
            (
                .ringEnded(RingID(rawValue: 1), RingEnd(.declined)),
                Self.decide(
                    .ring(RingID(rawValue: 2), Self.anna, for: call), .record(.operatorEntered(Self.olena, .idle)))
            ),
            (
                .ringEnded(RingID(rawValue: 2), RingEnd(.declined)),
                Self.decide(
                    .record(.operatorEntered(Self.anna, .idle)))
            ),
            (
                .ringAnswered(RingID(rawValue: 3)),
                Self.decide(
                    .connect(call, Self.anna), .record(.operatorEntered(Self.anna, .talking)))
            ),
            (
                .callerLeft(call, HangupCause(.hungUp)),
                Self.decide(
                    .record(.callEnded(record)), .record(.operatorEntered(Self.anna, .wrapUp)))
            ),
        ])
        #expect(
            words(events) == [
                "call.ringing A olena", "operator.changed A olena ringing", "call.ringing A anna",
                "operator.changed olena ready", "call.waiting A", "operator.changed anna ready",
                "call.connected A anna", "operator.changed A anna talking", "call.ended A anna",
                "operator.changed anna wrap_up",
            ])
        #expect(events[0].queue == "sales" && events[0].number == "+3806710" && events[0].direction == "inbound")
        #expect(events[0].at.description == "1970-01-01T00:16:41.000Z")
        let ended = events[8]
        #expect(ended.outcome == "answered" && ended.waitSeconds == 3 && ended.talkSeconds == 1)
    }

    @Test func aVIPPutsTheCustomerOnHoldAndGivesTheOperatorBack() {
        let (customer, vip) = (CallID(rawValue: 10), CallID(rawValue: 11))
        let record = CallRecord(
            arrival: Arrival(call: vip, line: "0800", queue: QueueID("vip"), number: nil), pool: "main", vip: true,
            arrivedAt: Instant(seconds: 1_003))
        let events = told([
            (Self.arrival(10), Self.decide(.accept(customer))),
            (.ringAnswered(RingID(rawValue: 1)), Self.decide(.connect(customer, Self.anna))),
            (Self.arrival(11, vip: true), Self.decide(.accept(vip))),
            (.deadlineReached, Self.decide(.connect(vip, Self.anna))),
            (
                .callerLeft(vip, HangupCause(.hungUp)),
                Self.decide(
                    .connect(customer, Self.anna), .record(.callEnded(record)))
            ),
        ])
        #expect(
            words(events) == [
                "call.waiting A", "call.connected A anna", "call.waiting B", "call.held A anna",
                "call.connected B anna",
                "call.ended B", "call.connected A anna",
            ])
        #expect(events[2].vip == true)
    }

    @Test func anAttemptIsToldFromItsClaimToItsEnd() {
        let (task, call) = (TaskID("1Z7R")!, CallID(rawValue: 12))
        let record = AttemptRecord(
            task: task, dialer: DialerID("back"), number: CustomerNumber("+1"), attempt: 2, operator: Self.anna,
            call: call, outcome: .busy, status: 486, began: Instant(seconds: 1_001), dialledAt: nil, rangAt: nil,
            answeredAt: nil, endedAt: Instant(seconds: 1_005))
        let events = told([
            (.deadlineReached, Self.decide(.claim(task, attempt: 2, by: Self.anna))),
            (.claimed(task, attempt: 2, as: call), Self.decide(.showCard(task, to: Self.anna, for: .seconds(15)))),
            (
                .previewEnded(task, by: Self.anna),
                Self.decide(
                    .ringForTask(RingID(rawValue: 1), Self.anna, for: call, task, CustomerNumber("+1")))
            ),
            (
                .ringAnswered(RingID(rawValue: 1)),
                Self.decide(
                    .dial(call, CustomerNumber("+1"), DialerID("back"), by: Self.anna))
            ),
            (.dialEnded(call, DialEnd(.busy)), Self.decide(.record(.attemptEnded(record)))),
        ])
        #expect(
            words(events) == [
                "attempt.started C anna", "card.shown anna", "call.dialling C anna", "attempt.ended C anna",
            ])
        #expect(events[0].attempt == 2 && events[1].forMs == 15_000)
        #expect(events[2].task == "1Z7R" && events[2].direction == "outbound")
        #expect(events[3].outcome == "BUSY" && events[3].status == 486)
    }

    @Test func whatAnOperatorWantsAndWhetherTheyAreThereIsTold() {
        let events = told([
            (.operatorUnreachable(Self.olena), []),
            (
                .operatorWished(Self.olena, .paused(reason: "lunch")),
                Self.decide(
                    .record(.operatorWished(Self.olena, .paused(reason: "lunch"))),
                    .record(.operatorEntered(Self.olena, .paused(reason: "lunch"))))
            ),
        ])
        #expect(words(events) == ["operator.changed olena ready", "operator.changed olena paused"])
        #expect(events[0].registered == false && events[1].wish == .paused && events[1].reason == "lunch")
    }

    @Test func whatIsInTheSnapshotIsNotToldAgain() {
        var translator = EventTranslator(.sample, origin: WallTime(milliseconds: 0))
        #expect(translator.translate(Self.arrival(10), at: FakePlane.now, []).isEmpty)
        #expect(translator.translate(Self.arrival(10), at: Instant(seconds: 1_000.1), []).count == 1)
    }

    @Test func aCallThatWasUpBeforeAnybodyListenedIsKnown() {
        var translator = EventTranslator(.sample, origin: WallTime(milliseconds: 0))
        let events = translator.translate(
            .ringAnswered(RingID(rawValue: 1)), at: Instant(seconds: 1_001),
            Self.decide(.connect(CallID(rawValue: 4), Self.olena)))
        #expect(words(events) == ["call.connected 4 olena"] && events[0].queue == "sales")
    }
}

@Suite struct EventRingTests {
    private func event(_ name: String) -> EncodedEvent {
        var dto = EventDTO(.operatorChanged, at: Timestamp(WallTime(milliseconds: 0)))
        dto.operator = name
        return EncodedEvent(dto, number: 0, at: Instant(seconds: 0))
    }

    @Test func theNewestAreKeptUnderTheirNumbers() throws {
        var ring = EventRing(capacity: 3, start: 100)
        #expect(ring.events(after: 100, most: 9)?.isEmpty == true)
        #expect(ring.events(after: 99, most: 9) == nil && ring.events(after: 101, most: 9) == nil)
        for name in ["a", "b", "c", "d", "e"] { ring.append(event(name)) }
        #expect(ring.base == 102 && ring.last == 105)
        #expect(ring.events(after: 102, most: 9)?.flatMap(\.operators) == ["c", "d", "e"])
        #expect(ring.events(after: 103, most: 1)?.flatMap(\.operators) == ["d"])
        #expect(ring.events(after: 101, most: 9) == nil)
        #expect(ring.events(after: 105, most: 9)?.isEmpty == true)
    }
}

@Suite struct EventFeedTests {
    private let plane = FakePlane()

    private func wish(_ feed: EventFeed, _ seconds: Double, _ reason: String) {
        let wish = OperatorWish.paused(reason: reason)
        feed.note(
            .operatorWished(OperatorID("anna"), wish), at: Instant(seconds: seconds),
            [Decision(.record(.operatorEntered(OperatorID("anna"), .paused(reason: reason))), because: .asWished)])
    }

    private func texts(_ events: [EncodedEvent]?) -> [String]? {
        events?.map { event in
            let json = String(buffer: event.bytes).split(separator: "data: ")[1]
            let dto = try? ControlJSON.decoder().decode(EventDTO.self, from: Data(json.utf8))
            return dto?.reason ?? "?"
        }
    }

    @Test func nothingIsKeptWhileNobodyListens() async throws {
        let feed = EventFeed()
        wish(feed, 1_001, "a")
        let subscription = try #require(await feed.listen(after: nil, plane) {})
        wish(feed, 1_002, "b")
        await feed.tell(plane)
        #expect(texts(feed.read(subscription)) == ["b"])
        #expect(feed.read(subscription)?.isEmpty == true)
    }

    @Test func whoComesBackGoesOnWhereTheyWere() async throws {
        let feed = EventFeed()
        let first = try #require(await feed.listen(after: nil, plane) {})
        wish(feed, 1_001, "a")
        await feed.tell(plane)
        _ = feed.read(first)
        feed.leave(first, at: Instant(seconds: 1_001))
        wish(feed, 1_002, "b")
        await feed.tell(plane)
        let second = try #require(await feed.listen(after: first.start + 1, plane) {})
        #expect(second.resumes && !second.isReset)
        #expect(texts(feed.read(second)) == ["b"])
    }

    @Test func whoWasAwayTooLongBeginsAnew() async throws {
        var tuning = EventFeed.Tuning()
        tuning.kept = 2
        let feed = EventFeed(tuning: tuning)
        let first = try #require(await feed.listen(after: nil, plane) {})
        for index in 1...3 { wish(feed, 1_000 + Double(index), "\(index)") }
        await feed.tell(plane)
        let late = try #require(await feed.listen(after: first.start, plane) {})
        #expect(late.isReset && !late.resumes && late.start == first.start + 3)
        let stranger = try #require(await feed.listen(after: 7, plane) {})
        #expect(stranger.isReset)
        let fresh = try #require(await feed.listen(after: nil, plane) {})
        #expect(!fresh.isReset && !fresh.resumes)
    }

    @Test func aSlowListenerIsCutOffAndOthersAreNot() async throws {
        var tuning = EventFeed.Tuning()
        tuning.kept = 2
        let feed = EventFeed(tuning: tuning)
        let cut = Mutex<[String]>([])
        let slow = try #require(await feed.listen(after: nil, plane) { cut.withLock { $0.append("slow") } })
        let quick = try #require(await feed.listen(after: nil, plane) { cut.withLock { $0.append("quick") } })
        for index in 1...3 {
            wish(feed, 1_000 + Double(index), "\(index)")
            await feed.tell(plane)
            _ = feed.read(quick)
        }
        #expect(cut.withLock { $0 } == ["slow"])
        #expect(feed.read(slow) == nil && feed.read(quick)?.isEmpty == true)
    }

    @Test func afterAWhileWithoutListenersItRests() async throws {
        let feed = EventFeed()
        let first = try #require(await feed.listen(after: nil, plane) {})
        feed.leave(first, at: plane.clocks().now)
        plane.pass(.seconds(61))
        wish(feed, 1_061, "a")
        await feed.tell(plane)
        wish(feed, 1_062, "b")
        await feed.tell(plane)
        let second = try #require(await feed.listen(after: first.start, plane) {})
        #expect(second.isReset && second.start > first.start)
        #expect(feed.read(second)?.isEmpty == true)
    }

    @Test func whenTooMuchIsUntoldEverybodyBeginsAnew() async throws {
        var tuning = EventFeed.Tuning()
        tuning.mostUntold = 2
        let feed = EventFeed(tuning: tuning)
        let wasCut = Mutex(false)
        let first = try #require(await feed.listen(after: nil, plane) { wasCut.withLock { $0 = true } })
        for index in 1...3 { wish(feed, 1_000 + Double(index), "\(index)") }
        await feed.tell(plane)
        #expect(wasCut.withLock { $0 } && feed.read(first) == nil)
        #expect(await feed.listen(after: first.start, plane) {}?.isReset == true)
    }

    @Test func listenersAreBounded() async throws {
        var tuning = EventFeed.Tuning()
        tuning.mostListeners = 1
        let feed = EventFeed(tuning: tuning)
        #expect(await feed.listen(after: nil, plane) {} != nil)
        #expect(await feed.listen(after: nil, plane) {} == nil)
    }

    @Test func aCardSaysWhoseItIs() async throws {
        let feed = EventFeed()
        let subscription = try #require(await feed.listen(after: nil, plane) {})
        let task = StoredTask.waiting.id
        feed.note(
            .claimed(task, attempt: 1, as: CallID(rawValue: 20)), at: Instant(seconds: 1_001),
            [Decision(.showCard(task, to: OperatorID("anna"), for: .seconds(15)), because: .nextLead)])
        await feed.tell(plane)
        let texts = try #require(feed.read(subscription)).map { String(buffer: $0.bytes) }
        #expect(texts.count == 2 && texts[1].hasPrefix("id: \(subscription.start + 2)\nevent: card.shown\ndata: {"))
        #expect(texts[1].contains(#""card":{"fields":{"city":"Kyiv"},"name":"Oksana","order":["city"]}"#))
        #expect(texts[1].contains(#""dialer":"back","for_ms":15000,"number":"+380671234567","operator":"anna""#))
    }
}

@Suite struct EventFilterTests {
    private func event(_ kind: EventDTO.Kind, operator name: String?, queue: String?) -> EncodedEvent {
        var dto = EventDTO(kind, at: Timestamp(WallTime(milliseconds: 0)))
        dto.operator = name
        dto.queue = queue
        return EncodedEvent(dto, number: 1, at: Instant(seconds: 0))
    }

    @Test(arguments: [
        (EventFilter(), true), (EventFilter(operator: "anna"), true), (EventFilter(operator: "ihor"), false),
        (EventFilter(queue: "sales"), true), (EventFilter(queue: "vip"), false),
        (EventFilter(kinds: [.callEnded, .callHeld]), true), (EventFilter(kinds: [.callHeld]), false),
        (EventFilter(operator: "anna", queue: "vip"), false),
    ])
    func eachFilterMustFit(_ filter: EventFilter, _ isWanted: Bool) {
        #expect(filter.wants(event(.callEnded, operator: "anna", queue: "sales")) == isWanted)
    }

    @Test func whatHasNoQueueIsNotInOne() {
        #expect(!EventFilter(queue: "sales").wants(event(.taskOpened, operator: nil, queue: nil)))
    }
}
