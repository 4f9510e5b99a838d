import TestKit
import Testing

@testable import Routing

/// The parts the router is made of, each by itself.
struct PartsTests {
    private let call = DeadlineKey.call(CallID(rawValue: 1))
    private let anna = DeadlineKey.operator("anna")

    // MARK: - Deadlines

    @Test func deadlinesComeInTheOrderOfTheirInstantsThenAsTheyWereSet() {
        var index = DeadlineIndex()
        index.set(anna, 5)
        index.set(call, 5)
        index.set(.operator("boris"), 1)
        #expect(index.first == 1)
        #expect(index.popDue(at: 5) == .operator("boris"))
        #expect(index.popDue(at: 5) == anna)
        #expect(index.popDue(at: 4.9) == nil)
        #expect(index.popDue(at: 5) == call)
        #expect(index.first == nil)
    }

    @Test func newDeadlineReplacesTheOldOne() {
        var index = DeadlineIndex()
        index.set(anna, 1)
        index.set(anna, 9)
        #expect(index.first == 9)
        index.set(anna, nil)
        #expect(index.first == nil)
        #expect(index.popDue(at: 100) == nil)
    }

    @Test func outdatedEntriesDoNotPileUpAndOrderIsKeptUnderRandomUse() {
        var index = DeadlineIndex()
        var model: [DeadlineKey: Instant] = [:]
        var dice = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let key = DeadlineKey.operator(OperatorID("op\(Int.random(in: 0..<50, using: &dice))"))
            let instant = dice.chance(0.3) ? nil : Instant(seconds: Double(Int.random(in: 0..<1_000, using: &dice)))
            index.set(key, instant)
            model[key] = instant
            #expect(index.first == model.values.min())
            #expect(index.count == model.count)
        }
    }

    // MARK: - Lines

    @Test func tableKeepsItsValuesApartWhenPlacesAreUsedAgain() {
        var table = Table<Int, String>()
        for key in 1...3 { table[key] = "value \(key)" }
        table[2] = nil
        table[9]? += " of nobody"
        table[4] = "value 4"
        table[3]? += " changed"
        #expect(table.count == 3)
        #expect([1, 2, 3, 4, 9].map { table[$0] } == ["value 1", nil, "value 3 changed", "value 4", nil])
        #expect(Set(table.touched) == [1, 2, 3, 4, 9])
        table.forgetTouched()
        #expect(table.touched.isEmpty)
        #expect(table.unordered.sorted() == ["value 1", "value 3 changed", "value 4"])
    }

    @Test func lineIsInOrderOfPlacesWhateverTheOrderOfJoining() {
        var line = WaitingLine()
        let places = [(false, 3), (false, 1), (true, 9), (false, 2), (true, 4)].enumerated().map { index, place in
            Place(isAtHead: place.0, entered: Instant(seconds: Double(place.1)), sequence: UInt64(index))
        }
        for (index, place) in places.enumerated() { line.insert(CallID(rawValue: UInt64(index)), at: place) }
        #expect(line.entries.map(\.call.rawValue) == [4, 2, 1, 3, 0])
        line.remove(at: places[1])
        line.remove(at: places[1])
        #expect(line.entries.map(\.call.rawValue) == [4, 2, 3, 0])
        #expect(line.first { $0.rawValue < 3 }?.call == CallID(rawValue: 2))
    }

    @Test func equalTicketsKeepTheOrderOfArrival() {
        let first = Place(isAtHead: false, entered: 1, sequence: 1)
        #expect(first < Place(isAtHead: false, entered: 1, sequence: 2))
        #expect(!(first < first))
    }

    @Test func readyLineFindsTheWeightedBestLikeALookAtAllOfThem() {
        var dice = SeededGenerator(seed: 4)
        for _ in 0..<200 {
            var line = ReadyLine()
            var all: [ReadyLine.Entry] = []
            for rank in 0..<Int.random(in: 1...20, using: &dice) {
                let member = Member(
                    operator: OperatorID("op\(rank)"), priority: Int.random(in: 1...10, using: &dice), rank: rank)
                let idle = Instant(seconds: Double(Int.random(in: 0...20, using: &dice)))
                line.insert(member, idleSince: idle)
                all.append(ReadyLine.Entry(member: member, idleSince: idle))
            }
            func score(_ entry: ReadyLine.Entry) -> (Int64, Int, Int) {
                let idle = microseconds(from: entry.idleSince, to: 30)
                return (idle * Int64(entry.member.priority), entry.member.priority, -entry.member.rank)
            }
            let best = all.max { score($0) < score($1) }
            #expect(line.weighted(at: 30) { _ in true } == best?.member.operator)
            let others = all.filter { $0.member.operator != best?.member.operator }
            let second = others.max { score($0) < score($1) }
            #expect(line.weighted(at: 30) { $0 != best?.member.operator } == second?.member.operator)
        }
    }

    @Test func scoresOfALongMonotonicLifeDoNotOverflow() {
        let end = Instant(nanoseconds: .max)
        #expect(microseconds(from: 0, to: end) &* 10 > 0)
        #expect(microseconds(from: end, to: 0) == 0)
    }

    // MARK: - The machine of an interruption

    private func machine(_ change: (inout InterruptionPolicy) -> Void = { _ in }) -> Interruption {
        var policy = InterruptionPolicy()
        change(&policy)
        return Interruption(
            vip: CallID(rawValue: 2), customer: CallID(rawValue: 1), policy: policy,
            announcement: PlaybackID(rawValue: 9))
    }

    @Test func pauseRunsFromTheEndOfItsOwnAnnouncementOnly() {
        var machine = machine()
        #expect(machine.nextDeadline == nil)
        #expect(machine.soundEnded(PlaybackID(rawValue: 8), completed: true, at: 3) == .nothing)
        #expect(machine.nextDeadline == nil && !machine.wasHeard)
        #expect(machine.soundEnded(PlaybackID(rawValue: 9), completed: true, at: 3) == .nothing)
        #expect(machine.nextDeadline == 8 && machine.wasHeard)
        #expect(machine.pauseEnded() == .hold(because: .vipPauseOver))
    }

    @Test func pauseCannotEndBeforeItBegan() {
        #expect(machine().pauseEnded() == .nothing)
    }

    @Test func keysMeanNothingOnceTheCustomerIsHeld() throws {
        var machine = machine()
        let takeNow = try #require(Key("1"))
        #expect(machine.keyPressed(takeNow) == .hold(because: .takeNowPressed))
        machine.hold(at: 10)
        #expect(machine.keyPressed(takeNow) == .nothing)
        #expect(machine.nextDeadline == 610)
        machine.free()
        #expect(machine.nextDeadline == nil && !machine.isBeforeHold)
    }

    @Test func withoutKeysNoneIsUsed() throws {
        let machine = machine {
            $0.takeNow = nil
            $0.keepTalking = nil
        }
        #expect(!machine.usesKeys)
        #expect(machine.keyPressed(try #require(Key("1"))) == .nothing)
    }
}

/// The tools of the tests themselves.
struct TestKitTests {
    @Test func manualClockWakesSleepersWhenTheirTimeHasCome() async throws {
        let clock = ManualClock()
        let sleeper = Task { try await clock.sleep(until: clock.now.advanced(by: .seconds(5))) }
        while clock.sleepers == 0 { await Task.yield() }
        clock.advance(by: .seconds(4))
        #expect(clock.sleepers == 1)
        clock.advance(by: .seconds(1))
        try await sleeper.value
        #expect(clock.sleepers == 0)
        #expect(clock.now.offset == .seconds(5))
    }

    @Test func manualClockGivesUpCancelledSleepers() async {
        let clock = ManualClock()
        let sleeper = Task { try await clock.sleep(until: clock.now.advanced(by: .seconds(5))) }
        while clock.sleepers == 0 { await Task.yield() }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(clock.sleepers == 0)
    }

    @Test func manualClockMeasuresForwards() {
        let start = ManualClock.Instant()
        #expect(start.duration(to: start.advanced(by: .seconds(3))) == .seconds(3))
    }

    @Test func sameSeedThrowsTheSameDiceAndExponentialHasItsMean() {
        var first = SeededGenerator(seed: 1)
        var second = SeededGenerator(seed: 1)
        #expect((0..<100).map { _ in first.next() } == (0..<100).map { _ in second.next() })
        let mean = (0..<20_000).reduce(0) { sum, _ in sum + first.exponential(mean: 7) } / 20_000
        #expect(abs(mean - 7) < 0.2)
    }
}
