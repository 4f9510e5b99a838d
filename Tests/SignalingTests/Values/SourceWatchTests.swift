import Testing

@testable import Signaling

// Goal: who fails too often is known, for as long as it matters, and nobody can fill the memory by failing.

@Suite struct FailureWindowTests {
    @Test func failuresCountForOneToTwoWindows() {
        var window = FailureWindow<Int>(length: 60, capacity: 10)
        let sums = [window.note(1, now: 100), window.note(1, weight: 5, now: 159), window.note(1, now: 160)]
        #expect(sums == [1, 6, 7])
        window.expire(now: 220)
        #expect(window.count(1) == 1)
        window.expire(now: 340)
        #expect(window.count(1) == 0 && window.isEmpty)
    }

    @Test func keysAreBoundedAtTheirCapacity() {
        var window = FailureWindow<Int>(length: 60, capacity: 10)
        for key in 0..<11 { window.note(key, now: 100) }
        #expect(window.keys == 10 && window.count(9) == 1 && window.count(10) == 0)
        for key in 100..<111 { window.note(key, now: 160) }
        #expect(window.keys == 20)
        for key in 200..<211 { window.note(key, now: 220) }
        #expect(window.keys == 20)
    }

    @Test func forgottenKeyBeginsAnew() {
        var window = FailureWindow<Int>(length: 60, capacity: 10)
        window.note(1, now: 100)
        window.note(1, now: 170)
        window.forget(1)
        #expect(window.count(1) == 0)
    }
}

@Suite struct SourceWatchTests {
    private let source = SourceKey("192.0.2.1")!
    private let other = SourceKey("192.0.2.2")!

    @Test func refusalsAreToleratedUpToTheLimit() {
        var watch = SourceWatch(AbuseLimits())
        let verdicts = (0...AbuseLimits().refusals).map { _ in watch.refused(source, now: 0) }
        #expect(verdicts.count { $0 } == 1 && verdicts.last == true)
        let isOther = watch.refused(other, now: 0)
        #expect(!isOther)
    }

    @Test func wrongPasswordsWeighMore() {
        var watch = SourceWatch(AbuseLimits())
        let guess = SourceWatch.Guess(source: source, user: "anna")
        let verdicts = (0...20).map { _ in watch.guessed(guess, now: 0) }
        #expect(verdicts.count { $0 } == 1 && verdicts.last == true)
    }

    @Test func passwordsForOneUserFromOneAddressAreLimited() {
        var watch = SourceWatch(AbuseLimits())
        let guess = SourceWatch.Guess(source: source, user: "anna")
        let verdicts = (0...AbuseLimits().passwords).map { _ in
            defer { _ = watch.guessed(guess, now: 0) }
            return watch.isGuessing(guess, now: 0)
        }
        #expect(verdicts.count { $0 } == 1 && verdicts.last == true)
        let others = [
            watch.isGuessing(SourceWatch.Guess(source: other, user: "anna"), now: 0),
            watch.isGuessing(SourceWatch.Guess(source: source, user: "borys"), now: 0),
            watch.isGuessing(guess, now: 120),
        ]
        #expect(others == [false, false, false])
    }

    @Test func whoIsTakenBeginsAnew() {
        var watch = SourceWatch(AbuseLimits())
        for _ in 0..<9 { _ = watch.guessed(SourceWatch.Guess(source: source, user: "anna"), now: 0) }
        for _ in 0..<55 { _ = watch.refused(source, now: 0) }
        watch.accepted(source, user: "anna")
        #expect(!watch.hasGuesses)
        let isTooMuch = watch.refused(source, now: 0)
        #expect(!isTooMuch)
    }

    @Test func eachBanIsTwiceAsLongUpToADay() {
        var watch = SourceWatch(AbuseLimits())
        var now: Int64 = 0
        var lengths: [Int64] = []
        for _ in 0..<13 {
            guard let length = watch.ban(source, now: now) else { break }
            lengths.append(length)
            #expect(watch.isBanned(source, now: now + length - 1) && watch.hasBans(now: now + length - 1))
            now += length
            #expect(!watch.isBanned(source, now: now) && !watch.hasBans(now: now))
        }
        #expect(lengths.prefix(4) == [60, 120, 240, 480] && lengths.suffix(3) == [61_440, 86_400, 86_400])
        let later = watch.ban(source, now: now + SourceWatch.memory)
        #expect(later == 60)
    }

    @Test func bansAreListedAndLifted() {
        var watch = SourceWatch(AbuseLimits())
        _ = watch.ban(source, now: 0)
        _ = watch.ban(other, now: 30)
        #expect(
            watch.list(now: 40) == [
                BannedAddress(address: "192.0.2.2", remaining: 50, count: 1),
                BannedAddress(address: "192.0.2.1", remaining: 20, count: 1),
            ])
        let lifted = [watch.lift(other, now: 40), watch.lift(other, now: 40)]
        #expect(lifted == [true, false])
        #expect(watch.list(now: 60).isEmpty)
    }

    @Test func bansAreBounded() {
        var watch = SourceWatch(AbuseLimits())
        let lengths = (0..<SourceWatch.capacity).map { number in
            watch.ban(SourceKey("10.1.\(number / 256).\(number % 256)")!, now: 0)
        }
        #expect(lengths.allSatisfy { $0 == 60 })
        let more = [
            watch.ban(source, now: 0), watch.ban(SourceKey("10.1.0.1")!, now: 100),
            watch.ban(source, now: 60 + SourceWatch.memory),
        ]
        #expect(more == [nil, 120, 60])
    }

    @Test func networkOfOneCustomerIsOneSource() {
        #expect(SourceKey("2001:db8:0:1::1") == SourceKey("2001:db8:0:1:ffff::9"))
        #expect(SourceKey("2001:db8:0:1::1") != SourceKey("2001:db8:0:2::1"))
        #expect(SourceKey("2001:db8:0:1::1")?.description == "2001:db8:0:1::/64")
        #expect(SourceKey("::ffff:192.0.2.1") == source && source.description == "192.0.2.1")
        #expect(SourceKey("example.com") == nil)
    }
}
