import Media
import Routing
import Signaling
import Storage
import Testing

@testable import Switching

/// A task becomes calls: to the operator, then through a trunk to the customer. A real router between fake engines.
struct DiallingTests {
    private static let sales = QueueID("sales")
    private static let back = DialerID("back")
    private static let anna = OperatorID("anna")
    private static let number = CustomerNumber("+380671234567")

    private static var policy: RoutingPolicy {
        var dialer = DialerPolicy(id: back, queue: sales)
        dialer.preview = .zero
        return RoutingPolicy(
            operators: [OperatorPolicy(id: anna, name: "Anna")], queues: [QueuePolicy(id: sales)],
            assignments: [Assignment(anna, sales, priority: 5)], dialers: [dialer],
            dialerAssignments: [DialerAssignment(anna, back, priority: 5)])
    }

    private func house(
        trunks: [String] = ["one", "two"], hours: CallingHours? = nil, channels: [String: Int] = [:],
        store: FakeStore = FakeStore()
    ) async -> House {
        var policy = Self.policy
        policy.dialers[0].hasHours = hours != nil
        let house = await House(policy: policy, lines: [], store: store) { settings in
            settings.dialers[Self.back] = DialerRoute(trunks: trunks, callerID: "0800", hours: hours)
            settings.channels = channels
        }
        await house.switchboard.receive(.registered(user: "anna"))
        return house
    }

    private func request(_ house: House, _ id: UInt64 = 7, _ number: CustomerNumber = number) async {
        await house.switchboard.submit(
            .taskRequested(
                TaskRequest(id: TaskID(rawValue: id), dialer: Self.back, number: number, due: house.clock.now)))
    }

    /// The operator's phone rings for the task and is answered; the call to the customer.
    private func dialled(_ house: House) async throws -> (LegID, OutgoingCall) {
        await request(house)
        try await house.settle { house.invites.count == 1 }
        let ring = try #require(house.invites.first)
        await house.switchboard.receive(.answered(ring.0, House.remote))
        return try #require(house.invites.dropFirst().first)
    }

    private func attempt(_ house: House) -> AttemptRecord? {
        house.store.facts.lazy.compactMap { if case .attemptEnded(let row) = $0 { row } else { nil } }.first
    }

    private static let ring = StreamID(rawValue: 1)
    private static let customer = StreamID(rawValue: 2)

    @Test func operatorsPhoneAnswersByItselfThenTheCustomerIsCalledAndBothHearEachOther() async throws {
        let house = await house()
        let (leg, call) = try await dialled(house)
        let ring = house.invites[0].1
        #expect(ring.target == .user("anna") && ring.autoAnswer && ring.callerNumber == Self.number.text)
        #expect(call.target == .trunk("one", number: Self.number.text))
        #expect(call.callerNumber == "0800" && !call.autoAnswer)
        #expect(house.media.commands.contains(.hear(Self.ring, .sound(.ringback))))

        await house.switchboard.receive(.ringing(leg))
        await house.switchboard.receive(.answered(leg, House.remote))
        #expect(house.media.commands.contains(.hear(Self.ring, .party(Self.customer))))
        #expect(house.media.commands.contains(.hear(Self.customer, .party(Self.ring))))
        house.clock.advance(by: .seconds(60))
        await house.switchboard.receive(.ended(leg, LegEnd(.peerHungUp)))
        let row = try #require(attempt(house))
        #expect(row.outcome == .answer && row.rangAt != nil && row.answeredAt != nil)
        let began = house.store.entries.contains { entry in
            guard case .callBegan(let arrival, _) = entry else { return false }
            return arrival.direction == .outbound(TaskID(rawValue: 7)) && arrival.queue == Self.sales
        }
        #expect(began, "a call that a crash cuts must be in the log")
    }

    @Test func earlyMediaTakesThePlaceOfOurRingback() async throws {
        let house = await house()
        let (leg, _) = try await dialled(house)
        await house.switchboard.receive(.earlyMedia(leg, House.remote))
        #expect(house.media.commands.last == .hear(Self.ring, .party(Self.customer)))
        #expect(!house.media.commands.contains(.hear(Self.customer, .party(Self.ring))))
    }

    @Test(arguments: [
        (486, AttemptOutcome.busy), (600, .busy), (408, .noAnswer), (480, .noAnswer), (404, .failed), (302, .failed),
        (603, .failed),
    ])
    func customersNetworkSaysWhatCameOfIt(status: Int, outcome: AttemptOutcome) async throws {
        let house = await house()
        let (leg, _) = try await dialled(house)
        await house.switchboard.receive(.ended(leg, LegEnd(.refused, status: status)))
        let row = try #require(attempt(house))
        #expect(row.outcome == outcome && row.status == status)
        #expect(house.invites.count == 2, "no other trunk is tried")
        #expect(house.signaling.commands.contains(.hangUp(house.invites[0].0)))
    }

    @Test(arguments: [
        LegEnd(.unreachable), LegEnd(.failed), LegEnd(.refused, status: 503), LegEnd(.refused, status: 403),
    ])
    func trunkThatFailsIsFollowedByTheNext(end: LegEnd) async throws {
        let house = await house()
        let (leg, _) = try await dialled(house)
        await house.switchboard.receive(.ended(leg, end))
        #expect(attempt(house) == nil)
        let (second, call) = try #require(house.invites.last)
        #expect(call.target == .trunk("two", number: Self.number.text))
        await house.switchboard.receive(.ended(second, LegEnd(.refused, status: 486)))
        #expect(attempt(house)?.outcome == .busy)
        #expect(house.invites.count == 3)
    }

    @Test(arguments: [LegEnd(.failed), LegEnd(.refused, status: 503)], [false, true])
    func customerWhosePhoneRangIsNotCalledThroughTheNextTrunk(end: LegEnd, isEarly: Bool) async throws {
        let house = await house()
        let (leg, _) = try await dialled(house)
        await house.switchboard.receive(isEarly ? .earlyMedia(leg, House.remote) : .ringing(leg))
        await house.switchboard.receive(.ended(leg, end))
        #expect(attempt(house)?.outcome == .failed)
        #expect(house.invites.count == 2, "no other trunk is tried")
    }

    @Test func customerWhoAnsweredWithSoundThatWeDoNotSpeakIsNotCalledThroughTheNextTrunk() async throws {
        let house = await house()
        let (leg, _) = try await dialled(house)
        await house.switchboard.receive(.ended(leg, LegEnd(.failed, status: 488)))
        #expect(attempt(house)?.outcome == .failed && attempt(house)?.status == 488)
        #expect(house.invites.count == 2, "no other trunk is tried")
    }

    @Test func waitingCustomerWhoPressesTheKeyGetsATaskAndIsCalledBack() async throws {
        var policy = Self.policy
        policy.queues[0].callbackDialer = Self.back
        policy.queues[0].callbackKey = Key("1")
        let house = await House(policy: policy, lines: [Line(number: "100", queue: Self.sales)]) { settings in
            settings.dialers[Self.back] = DialerRoute(trunks: ["one"], callerID: nil, hours: nil)
        }
        try await house.call(1, from: Self.number.text, to: "100")
        await house.switchboard.receive(.established(LegID(rawValue: 1), House.remote))
        await house.switchboard.receive(.keyPressed(LegID(rawValue: 1), "1"))
        await house.switchboard.receive(.ended(LegID(rawValue: 1), LegEnd(.byUs)))
        let tasks = await house.router.snapshot().tasks
        #expect(tasks.map(\.record.number) == [Self.number] && tasks.map(\.record.dialer) == [Self.back])

        await house.switchboard.receive(.registered(user: "anna"))
        try await house.settle { house.invites.count == 1 }
        let ring = try #require(house.invites.first)
        #expect(ring.1.autoAnswer && ring.1.callerNumber == Self.number.text)
    }

    @Test func hangUpLineRejectsUnansweredAndItsCallerIsCalledBack() async throws {
        var policy = Self.policy
        policy.queues[0].callbackDialer = Self.back
        let line = Line(number: "100", queue: Self.sales, hangUp: 603)
        let house = await House(policy: policy, lines: [line]) { settings in
            settings.dialers[Self.back] = DialerRoute(trunks: ["one"], callerID: nil, hours: nil)
        }
        await house.switchboard.receive(.registered(user: "anna"))
        try await house.call(1, from: Self.number.text, to: "100")
        #expect(house.signaling.commands.contains(.reject(LegID(rawValue: 1), status: 603)))
        await house.switchboard.receive(.ended(LegID(rawValue: 1), LegEnd(.byUs, status: 603)))
        try await house.settle { house.invites.count == 1 }
        let ring = try #require(house.invites.first)
        #expect(ring.1.target == .user("anna") && ring.1.autoAnswer && ring.1.callerNumber == Self.number.text)
    }

    @Test func reminderIsSpokenAndItsKeyStartsTheFirstRequest() async throws {
        let house = await house()
        await house.switchboard.submit(.operatorWished(Self.anna, .paused(reason: "lunch")))
        let request = TaskRequest(
            id: TaskID(rawValue: 7), dialer: Self.back, number: Self.number, due: house.clock.now,
            responsible: Self.anna)
        await house.switchboard.submit(.taskRequested(request))
        await house.switchboard.submit(.deadlineReached)
        #expect(await !house.switchboard.remind(OperatorID("nobody")))
        #expect(await house.switchboard.remind(Self.anna))
        let ring = try #require(house.invites.first)
        #expect(!ring.1.autoAnswer)
        await house.switchboard.receive(.answered(ring.0, House.remote))
        let spoken = house.media.commands.compactMap { command -> SoundPlayback? in
            if case .play(Self.ring, let playback, _) = command { playback } else { nil }
        }
        let words = try #require(spoken.first)
        #expect(
            ([words.sound] + words.next).map(\.text)
                == ["reminder", "number-1", "request-one", "press-to-begin", "number-1"])

        await house.switchboard.receive([.soundEnded(Self.ring, playback: words.id, completed: true)])
        await house.switchboard.receive(.keyPressed(ring.0, "1"))
        #expect(house.signaling.commands.contains(.hangUp(ring.0)))
        await house.switchboard.receive(.ended(ring.0, LegEnd(.byUs)))
        try await house.settle { house.invites.count == 2 }
        let start = try #require(house.invites.dropFirst().first)
        #expect(start.1.autoAnswer && start.1.callerNumber == Self.number.text)
    }

    @Test func lastTrunkThatFailsSaysWhy() async throws {
        let house = await house(trunks: ["one"])
        let (leg, _) = try await dialled(house)
        await house.switchboard.receive(.ended(leg, LegEnd(.refused, status: 503)))
        #expect(attempt(house)?.outcome == .failed)
        #expect(attempt(house)?.status == 503)
    }

    @Test func fullTrunkIsLeftOutUntilItHasAChannel() async throws {
        let house = await house(trunks: ["one"], channels: ["one": 1])
        let (leg, _) = try await dialled(house)
        await house.switchboard.receive(.answered(leg, House.remote))
        // Another operator's customer finds the only channel taken.
        await house.switchboard.receive(.ended(leg, LegEnd(.peerHungUp)))
        await house.switchboard.receive(.ended(house.invites[0].0, LegEnd(.byUs)))
        house.clock.advance(by: .seconds(60))
        await house.switchboard.submit(.deadlineReached)
        await request(house, 8, CustomerNumber("+380501112233"))
        try await house.settle { house.invites.count == 3 }
        await house.switchboard.receive(.answered(house.invites[2].0, House.remote))
        #expect(house.invites.count == 4, "the channel is free again")

        let full = await self.house(trunks: ["one"], channels: ["one": 0])
        await request(full)
        try await full.settle { full.invites.count == 1 }
        await full.switchboard.receive(.answered(full.invites[0].0, House.remote))
        #expect(full.invites.count == 1)
        #expect(attempt(full)?.outcome == .failed)
    }

    @Test func customerWhoDoesNotAnswerIsGivenUpAndNoOtherTrunkIsTried() async throws {
        let house = await house()
        let (leg, _) = try await dialled(house)
        house.clock.advance(by: .seconds(31))
        await house.switchboard.submit(.deadlineReached)
        #expect(house.signaling.commands.contains(.hangUp(leg)))
        await house.switchboard.receive(.ended(leg, LegEnd(.failed)))
        #expect(attempt(house)?.outcome == .noAnswer)
        #expect(house.invites.count == 2)
    }

    @Test func nobodyIsCalledForAClaimThatIsNotOnTheDisk() async throws {
        let house = await house(store: FakeStore(isBroken: true))
        await request(house)
        let refused = RoutingEvent.claimRefused(TaskID(rawValue: 7), attempt: 1)
        try await house.settle { house.events.contains(refused) }
        #expect(house.events.contains(refused))
        #expect(house.invites.isEmpty)
        let tasks = await house.router.snapshot().tasks
        #expect(tasks.map(\.record.id) == [TaskID(rawValue: 7)], "it stays to be tried again")
    }

    @Test func outsideTheHoursNobodyIsCalledUntilTheyBegin() async throws {
        // The house's wall clock shows 2027-01-15 08:00 UTC, a Friday.
        let zone = ZoneOffsets(first: 0)
        func hours(_ from: Int) -> CallingHours {
            CallingHours(stretches: [.init(days: Set(0...6), from: from, until: from + 120)], zone: zone)
        }
        let later = await house(hours: hours(9 * 60))
        await request(later)
        #expect(later.invites.isEmpty)
        let states = await later.router.snapshot().tasks.map(\.state)
        #expect(states == [.scheduled(until: later.clock.now + .seconds(3_600))])

        let now = await house(hours: hours(7 * 60))
        await request(now)
        try await now.settle { now.invites.count == 1 }
        #expect(now.invites.count == 1)
    }

    @Test(arguments: [("+48221234567", 9), ("+48581234567", 5), ("+380671234567", 7), ("112", 7)])
    func hoursAreThoseOfTheCustomersZone(number: String, hour: Int) {
        func hours(_ hour: Int) -> CallingHours {
            CallingHours(
                stretches: [.init(days: Set(0...6), from: hour * 60, until: hour * 60 + 60)],
                zone: ZoneOffsets(first: 0))
        }
        var route = DialerRoute(trunks: ["one"], hours: hours(7))
        #expect(route.hours(of: CustomerNumber(number)) == hours(7))
        route.hoursByPrefix = ["+48": hours(9), "+4858": hours(5)]
        #expect(route.hours(of: CustomerNumber(number)) == hours(hour))
    }

    @Test func promisesOfTheProcessBeforeBecomeTasks() async throws {
        var policy = Self.policy
        policy.queues[0].callbackDialer = Self.back
        let house = await House(policy: policy, lines: [])
        let wish = CallbackWish(
            call: CallID(rawValue: 99), number: Self.number, queue: Self.sales, responsible: Self.anna, group: nil)
        await house.switchboard.restore(wishes: [:], tasks: [], owed: [wish], counters: DayCounters())
        let tasks = await house.router.snapshot().tasks
        #expect(tasks.map(\.record.id) == [TaskID(rawValue: 99)])
    }
}
