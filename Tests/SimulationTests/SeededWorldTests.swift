import Routing
import TestKit
import Testing

/// Two hundred small worlds in which everything goes wrong that may, checked after every step, and then left in peace
/// to see that everything settles. A failing seed prints its story; `World(seed:)` runs it alone.
struct SeededWorldTests {
    private static let seeds: UInt64 = 200
    private static let workers: UInt64 = 4

    @Test func everyWorldIsSafeAtEachStepAndSettlesInTheEnd() async {
        let decisions = await withTaskGroup { group in
            for worker in 0..<Self.workers {
                group.addTask {
                    stride(from: worker, to: Self.seeds, by: Int(Self.workers)).reduce(into: [Decision]()) {
                        $0 += Self.live($1)
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        for rarity in Self.rarities {
            #expect(decisions.contains { rarity.isIn($0.reason) }, "no world knows \(rarity.name)")
        }
    }

    @Test func sameSeedIsTheSameStory() {
        var first = World(seed: 7)
        var second = World(seed: 7)
        _ = first.run(trouble: 100)
        _ = second.run(trouble: 100)
        #expect(first.decisions == second.decisions)
        #expect(first.decisions.count > 50)
    }

    /// Runs one world and returns what was decided in it.
    private static func live(_ seed: UInt64) -> [Decision] {
        var world = World(seed: seed)
        let problems = world.run(trouble: 240)
        if !problems.isEmpty {
            let list = problems.prefix(8).joined(separator: "\n")
            Issue.record("seed \(seed):\n\(list)\n\(world.story(last: 60))")
        }
        return world.decisions
    }

    // MARK: - What must have happened somewhere

    private struct Rarity: Sendable {
        let name: String
        let isIn: @Sendable (RoutingReason) -> Bool
    }

    /// A simulation proves nothing about what never happens in it.
    private static let rarities = [
        Rarity(name: "group stage") { if case .responsibleGroup = $0 { true } else { false } },
        Rarity(name: "own operator") { if case .lastSuccessful = $0 { true } else { false } },
        Rarity(name: "pause after misses") { if case .missedInARow = $0 { true } else { false } },
        Rarity(name: "end of max wait") { if case .maxWaitOver = $0 { true } else { false } },
        Rarity(name: "several phones") { if case .answeredElsewhere = $0 { true } else { false } },
        Rarity(name: "crossed answer") { $0 == .answeredTooLate },
        Rarity(name: "hold after the pause") { $0 == .vipPauseOver },
        Rarity(name: "take now") { $0 == .takeNowPressed },
        Rarity(name: "keep talking") { $0 == .keepTalkingPressed },
        Rarity(name: "no key") { $0 == .noKeyPressed },
        Rarity(name: "VIP left") { if case .vipWithdrawn = $0 { true } else { false } },
        Rarity(name: "VIP elsewhere") { if case .vipElsewhere = $0 { true } else { false } },
        Rarity(name: "customer left before the hold") { $0 == .customerLeftBeforeHold },
        Rarity(name: "operator left before the hold") { $0 == .operatorHungUpBeforeHold },
        Rarity(name: "return") { if case .returnToHeld = $0 { true } else { false } },
        Rarity(name: "operator left the VIP") { $0 == .operatorHungUpOnVIP },
        Rarity(name: "protection") { if case .interruptionForbidden = $0 { true } else { false } },
        Rarity(name: "own operator of a VIP") { if case .ownOperatorOfVIP = $0 { true } else { false } },
        Rarity(name: "named operator") { if case .namedByScenario = $0 { true } else { false } },
    ]
}
