import Routing
import TestKit
import Testing

/// A failure is only as useful as its story is short.
struct ShrinkingTests {
    @Test func onlyWhatIsNeededIsLeft() {
        let whole = Array(1...500)
        var asked = 0
        let shrunk = shrink(whole) { part in
            asked += 1
            guard let three = part.firstIndex(of: 3), let late = part.firstIndex(of: 417) else { return false }
            return three < late && part.contains(200)
        }
        #expect(shrunk == [3, 200, 417])
        #expect(asked < 200)
    }

    @Test func oneElementAndNoneCanBeAllThatIsNeeded() {
        #expect(shrink([1, 2, 3, 4, 5]) { $0.contains(4) } == [4])
        #expect(shrink([1, 2, 3, 4, 5]) { _ in true } == [])
    }

    @Test func attemptsAreLimited() {
        var asked = 0
        _ = shrink(Array(0..<1_000), attempts: 50) { _ in
            asked += 1
            return false
        }
        #expect(asked == 50)
    }

    /// As if interrupting were forbidden: of a whole world only what it takes for one interruption is left.
    @Test func storyOfAWorldIsShrunkToTheStepsThatItTakes() throws {
        let complaint: (Decision) -> String? = { $0.reason == .vipPauseOver ? "a conversation is interrupted" : nil }
        let world = try #require(
            (0..<50 as Range<UInt64>).lazy.map { seed in
                var world = World(seed: seed)
                _ = world.run(trouble: 240)
                return world
            }.first { $0.decisions.contains { complaint($0) != nil } })
        let (steps, text) = world.shrunkStory(complaint: complaint)
        #expect(steps.count * 8 < world.script.steps.count, "\(text)")
        #expect(text.contains("shrunk to \(steps.count): a conversation is interrupted"))
        for index in steps.indices {
            var fewer = steps
            fewer.remove(at: index)
            var replay = Replay(seed: world.seed, complaint: complaint)
            #expect(replay.problems(of: fewer).isEmpty, "step \(index) can be spared:\n\(text)")
        }
    }

    /// Nothing of a whole script is lost: the replay decides as the world did.
    @Test func wholeScriptIsTheSameStory() {
        var world = World(seed: 11)
        _ = world.run(trouble: 120)
        var count = 0
        var replay = Replay(seed: 11) { _ in
            count += 1
            return nil
        }
        #expect(replay.leftovers(of: world.script.steps).isEmpty)
        #expect(count == world.decisions.count)
    }
}
