import Foundation
import Routing
import TestKit
import Testing

/// Two hundred small worlds in which everything goes wrong that may, checked after every step, and then left in peace
/// to see that everything settles. A failing seed prints its story, shrunk to the steps that it takes.
///
/// `scripts/simulate` runs more and larger worlds: `BURDOCK_SEEDS` says how many, `BURDOCK_FIRST_SEED` the first,
/// `BURDOCK_OPERATORS` how many operators there are in each.
struct SeededWorldTests {
    private static let workers = 4

    @Test func everyWorldIsSafeAtEachStepAndSettlesInTheEnd() async {
        let first = Self.asked("BURDOCK_FIRST_SEED") ?? 0
        let seeds = Self.asked("BURDOCK_SEEDS") ?? 200
        let operators = Self.asked("BURDOCK_OPERATORS")
        let found = await withTaskGroup { group in
            for worker in 0..<Self.workers {
                group.addTask {
                    var found: Set<String> = []
                    for seed in stride(from: worker, to: seeds, by: Self.workers) {
                        found.formUnion(Self.live(UInt64(first + seed), operators: operators))
                    }
                    return found
                }
            }
            return await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        // Few worlds, or very large ones, need not have known everything.
        guard seeds >= 200, operators == nil else { return }
        for rarity in Self.rarities {
            #expect(found.contains(rarity.name), "no world knows \(rarity.name)")
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

    /// Runs one world and returns the rarities that happened in it.
    private static func live(_ seed: UInt64, operators: Int?) -> Set<String> {
        var world = World(seed: seed, operators: operators)
        let problems = world.run(trouble: 240)
        if !problems.isEmpty {
            let list = problems.prefix(8).joined(separator: "\n")
            Issue.record("seed \(seed):\n\(list)\n\(world.shrunkStory().text)")
        }
        let reasons = Set(world.decisions.map(\.reason))
        return Set(rarities.filter { reasons.contains(where: $0.isIn) }.map(\.name))
    }

    private static func asked(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }.map { max(0, $0) }
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
        Rarity(name: "nobody signed in") { if case .queueEmpty = $0 { true } else { false } },
        Rarity(name: "callback key") { if case .callbackKeyPressed = $0 { true } else { false } },
        Rarity(name: "limit of a queue") { if case .queueAtLimit = $0 { true } else { false } },
        Rarity(name: "place kept") { if case .placeResumed = $0 { true } else { false } },
        Rarity(name: "sent elsewhere") { if case .rerouted = $0 { true } else { false } },
        Rarity(name: "transfer to a colleague") { if case .transferredTo = $0 { true } else { false } },
        Rarity(name: "new operator") { $0 == .newOperatorWanted },
        Rarity(name: "scenario") { $0 == .scenarioSays },
        Rarity(name: "answer to a scenario") { if case .keyChosen = $0 { true } else { false } },
        Rarity(name: "freed by a supervisor") { $0 == .released },
        Rarity(name: "responsible of a task") { if case .taskResponsible = $0 { true } else { false } },
        Rarity(name: "end of a responsible wait") { if case .responsibleWaitOver = $0 { true } else { false } },
        Rarity(name: "lead") { $0 == .nextLead },
        Rarity(name: "end of the calling hours") { $0 == .hoursOver },
        Rarity(name: "skipped preview") { if case .previewSkipped = $0 { true } else { false } },
        Rarity(name: "call before task") { if case .callComesFirst = $0 { true } else { false } },
        Rarity(name: "customer who calls in") { if case .customerCalls = $0 { true } else { false } },
        Rarity(name: "dialled customer") { $0 == .customerAnswered },
        Rarity(name: "dial timeout") { if case .dialTimeout = $0 { true } else { false } },
        Rarity(name: "drop") { $0 == .nobodyThere },
        Rarity(name: "last try") { if case .triesUsedUp = $0 { true } else { false } },
        Rarity(name: "resolved task") { if case .conversation = $0 { true } else { false } },
        Rarity(name: "reassigned lead") { if case .awayTooLong = $0 { true } else { false } },
        Rarity(name: "call ended from outside") { $0 == .endWanted },
        Rarity(name: "hang-up line") { $0 == .hangUpLine },
        Rarity(name: "time entered by keys") { $0 == .timeEntered },
        Rarity(name: "promise of the process before") { $0 == .callbackOwed },
        Rarity(name: "merged task") { if case .customerHasTask = $0 { true } else { false } },
        Rarity(name: "reminder") { $0 == .reminder },
        Rarity(name: "hold at the phone") { if case .takenBackByPhone = $0 { true } else { false } },
        Rarity(name: "named operator") { if case .namedByScenario = $0 { true } else { false } },
    ]
}
