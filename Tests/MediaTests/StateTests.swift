import Testing

@testable import Media

/// Goal: the small pure pieces: what a party hears, when its frames are due, what was received, which ports are free.
struct HearingMapTests {
    private let customer = StreamID(rawValue: 1)
    private let op = StreamID(rawValue: 2)
    private let vip = StreamID(rawValue: 3)
    private let hold = SoundName("hold")

    private func map() -> HearingMap {
        var map = HearingMap()
        for id in [customer, op, vip] { map.open(id) }
        return map
    }

    @Test func newStreamHearsSilence() {
        #expect(map()[customer] == HearingMap.Entry(source: .silence))
    }

    @Test func bridgeIsTwoAssignments() {
        var map = map()
        #expect(map.hear(customer, .party(op)).isEmpty)
        #expect(map.hear(op, .party(customer)).isEmpty)
        #expect(map.hearers(of: op) == [customer])
        #expect(map.hearers(of: customer) == [op])
    }

    @Test func playbackHidesThePartyUntilItEnds() {
        var map = map()
        _ = map.play(customer, SoundPlayback(id: 7, sound: .beep), then: .party(op))
        #expect(map.hearers(of: op).isEmpty)
        #expect(map.playbackEnded(customer, completed: true) == HearingMap.Ended(playback: 7, completed: true))
        #expect(map.hearers(of: op) == [customer])
        #expect(map.playbackEnded(customer, completed: true) == nil)
    }

    @Test func anAssignmentCutsThePlaybackShort() {
        var map = map()
        _ = map.play(customer, SoundPlayback(id: 7, sound: .beep), then: .sound(hold))
        #expect(map.hear(customer, .party(op)) == [HearingMap.Ended(playback: 7, completed: false)])
        _ = map.play(customer, SoundPlayback(id: 8, sound: .beep), then: .silence)
        let cut = map.play(customer, SoundPlayback(id: 9, sound: .beep), then: .silence)
        #expect(cut == [HearingMap.Ended(playback: 8, completed: false)])
    }

    @Test func overlayGoesOnAboveANewSourceAndIsReplacedByAnother() {
        var map = map()
        _ = map.overlay(op, SoundPlayback(id: 1, sound: .beep))
        #expect(map.hear(op, .party(vip)).isEmpty)
        #expect(map[op]?.overlay?.id == 1)
        #expect(map[op]?.party == vip)
        #expect(
            map.overlay(op, SoundPlayback(id: 2, sound: .beep)) == [HearingMap.Ended(playback: 1, completed: false)])
        #expect(map.stopOverlay(op) == [HearingMap.Ended(playback: 2, completed: false)])
        #expect(map.stopOverlay(op).isEmpty)
        #expect(map.overlayEnded(op, completed: true) == nil)
    }

    /// The walk of a VIP interruption: announce, hold, talk, return.
    @Test func interruptionAndReturnAreAssignments() {
        var map = map()
        _ = map.hear(customer, .party(op))
        _ = map.hear(op, .party(customer))
        _ = map.overlay(op, SoundPlayback(id: 1, sound: .beep))
        #expect(map.hearers(of: customer) == [op])
        #expect(map.overlayEnded(op, completed: true)?.completed == true)
        _ = map.play(customer, SoundPlayback(id: 2, sound: .beep), then: .sound(hold))
        _ = map.hear(op, .party(vip))
        _ = map.hear(vip, .party(op))
        #expect(map.hearers(of: op) == [vip])
        #expect(map.hearers(of: customer).isEmpty)
        _ = map.close(vip)
        _ = map.hear(op, .party(customer))
        #expect(map.hear(customer, .party(op)).count == 1)
        #expect(map.hearers(of: op) == [customer])
    }

    @Test func severalMayHearOneParty() {
        var map = map()
        _ = map.hear(op, .party(customer))
        _ = map.hear(vip, .party(customer))
        #expect(map.hearers(of: customer) == [op, vip])
    }

    @Test func closingEndsWhatPlaysAndLeavesTheOthersAlone() {
        var map = map()
        _ = map.hear(op, .party(customer))
        _ = map.play(customer, SoundPlayback(id: 1, sound: .beep), then: .party(op))
        _ = map.overlay(customer, SoundPlayback(id: 2, sound: .beep))
        let ended = map.close(customer)
        #expect(ended.map(\.playback) == [1, 2])
        #expect(ended.allSatisfy { !$0.completed })
        #expect(map.close(customer).isEmpty)
        #expect(map.hear(customer, .silence).isEmpty)
        #expect(map[customer] == nil)
        #expect(map.count == 2)
    }
}

struct BeatWheelTests {
    private final class Member {}
    private static let millisecond: UInt64 = 1_000_000

    /// Who is due in each tick of a range.
    private func visit(_ wheel: inout BeatWheel<Member>, now: UInt64) -> [(tick: UInt64, member: Member)] {
        guard let ticks = wheel.takeDue(now: now) else { return [] }
        return ticks.flatMap { tick in
            let slot = BeatWheel<Member>.slot(of: tick)
            return (0..<wheel.memberCount(in: slot)).map { (tick, wheel.member($0, in: slot)) }
        }
    }

    @Test func nobodyIsWokenWhileTheWheelIsEmpty() {
        var wheel = BeatWheel<Member>()
        #expect(wheel.nextDue == nil)
        let member = Member()
        wheel.join(member, slot: 3, now: 0)
        #expect(wheel.nextDue == 3 * Self.millisecond)
        wheel.leave(member, slot: 3)
        #expect(wheel.nextDue == nil)
        #expect(wheel.isEmpty)
    }

    @Test func memberIsDueOncePerBeatInItsOwnMillisecond() {
        var wheel = BeatWheel<Member>()
        let (first, second) = (Member(), Member())
        wheel.join(first, slot: 0, now: 1_000 * Self.millisecond)
        wheel.join(second, slot: 7, now: 1_000 * Self.millisecond)
        var seen: [(UInt64, Bool)] = []
        for millisecond in UInt64(1_001)...1_060 {
            seen += visit(&wheel, now: millisecond * Self.millisecond).map { ($0.tick, $0.member === first) }
        }
        #expect(seen.map(\.0) == [1_007, 1_020, 1_027, 1_040, 1_047, 1_060])
        #expect(seen.map(\.1) == [false, true, false, true, false, true])
    }

    @Test func aStallIsCaughtUpByThreeFramesAtMost() {
        var wheel = BeatWheel<Member>()
        wheel.join(Member(), slot: 0, now: 0)
        #expect(visit(&wheel, now: 40 * Self.millisecond).count == 2)
        #expect(visit(&wheel, now: 10_000 * Self.millisecond).count == 3)
        #expect(visit(&wheel, now: 10_000 * Self.millisecond).isEmpty)
        #expect(wheel.nextDue == 10_020 * Self.millisecond)
    }

    @Test func aPauseWithoutMembersIsNotCaughtUp() {
        var wheel = BeatWheel<Member>()
        let member = Member()
        wheel.join(member, slot: 0, now: 0)
        wheel.leave(member, slot: 0)
        wheel.join(member, slot: 0, now: 5_010 * Self.millisecond)
        #expect(visit(&wheel, now: 5_030 * Self.millisecond).map(\.tick) == [5_020])
    }
}

struct ReceptionTests {
    private func packet(_ sequence: UInt16, _ timestamp: UInt32 = 0, source: UInt32 = 1) -> RTPPacket {
        var bytes = [UInt8](repeating: 0, count: 13)
        bytes.withUnsafeMutableBytes {
            RTPPacket.write(
                PacketStamp(sequence: sequence, timestamp: timestamp, marker: false), payloadType: 0, source: source,
                to: $0)
        }
        return bytes.withUnsafeBytes { RTPPacket($0)! }
    }

    private func note(_ sequences: [UInt16]) -> Reception {
        var reception = Reception()
        for sequence in sequences { reception.note(packet(sequence), now: 0) }
        return reception
    }

    @Test(
        arguments: [
            ([], 0), ([1, 2, 3], 0), ([1, 2, 5], 2), ([1, 3, 2, 4], 0), ([65_534, 65_535, 0, 1], 0), ([65_534, 1], 2),
            ([1, 2, 2, 2], 0),
        ] as [([UInt16], UInt64)])
    func lossIsCountedBySequenceNumbers(sequences: [UInt16], lost: UInt64) {
        #expect(note(sequences).lost == lost)
    }

    @Test func highestNumberCountsItsCycles() {
        #expect(note([65_535, 0, 1]).extendedSequence == 0x1_0001)
    }

    @Test func restartIsBelievedAfterTwoPacketsInARow() {
        let reception = note([100, 101, 40_000, 40_001, 40_002])
        #expect(reception.lost == 0)
        #expect(reception.received == 5)
        #expect(reception.extendedSequence == 40_002)
    }

    @Test func aNewSourceStartsANewRunAndKeepsTheOldLosses() {
        var reception = note([1, 2, 5])
        reception.note(packet(9_000, source: 2), now: 0)
        #expect(reception.runs == 2)
        #expect(reception.lost == 2)
        #expect(reception.received == 4)
    }

    @Test func jitterIsThatOfTheArrivals() {
        var steady = Reception()
        var shaky = Reception()
        for index in 0..<200 {
            let due = UInt64(index) * 20_000_000
            let late: UInt64 = index % 2 == 0 ? 0 : 5_000_000
            steady.note(packet(UInt16(index), UInt32(index * 160)), now: due)
            shaky.note(packet(UInt16(index), UInt32(index * 160)), now: due + late)
        }
        #expect(steady.jitter == 0)
        // 5 ms are 40 units.
        #expect(abs(shaky.jitter - 40) < 1)
    }
}

struct PortPoolTests {
    @Test(
        arguments: [
            (10_000...10_003, [10_000, 10_002]), (10_001...10_006, [10_002, 10_004]), (10_001...10_002, []),
            (10_000...10_000, []), (65_534...65_535, [65_534]),
        ] as [(ClosedRange<UInt16>, [UInt16])])
    func pairsAreEvenAndWhollyInTheRange(range: ClosedRange<UInt16>, ports: [UInt16]) {
        var pool = PortPool(range)
        #expect(pool.capacity == ports.count)
        let taken = (0...ports.count).map { _ in pool.take() }
        #expect(taken == ports + [nil])
    }

    @Test func freedPortGoesToTheEndOfTheLine() {
        var pool = PortPool(10_000...10_007)
        let first = pool.take()!
        pool.giveBack(first)
        let taken = (0..<4).map { _ in pool.take() }
        #expect(taken == [10_002, 10_004, 10_006, 10_000])
    }

    @Test func nothingLeaksOverManyTurns() {
        var pool = PortPool(20_000...20_099)
        var held: [UInt16] = []
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            if Bool.random(using: &generator), let port = pool.take() {
                held.append(port)
            } else if !held.isEmpty {
                pool.giveBack(held.remove(at: Int.random(in: held.indices, using: &generator)))
            }
            #expect(pool.inUse == held.count)
            #expect(Set(held).count == held.count)
        }
    }
}
