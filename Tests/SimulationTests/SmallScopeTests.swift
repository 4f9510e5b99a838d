import Routing
import TestKit
import Testing

/// Every order of everything, in a world small enough to try them all: two customers, a VIP, two operators. Most
/// mistakes of a state machine show in small cases, if all of them are tried.
struct SmallScopeTests {
    /// Where the exploration begins.
    enum Start: CaseIterable {
        case empty, talking, told, holding, returning
    }

    @Test(arguments: Start.allCases)
    func everyOrderOfEventsIsSafe(start: Start) {
        var world = SmallWorld()
        world.prepare(start)
        var tried = 0
        let depth = 4
        explore(world, depth: depth, path: [], tried: &tried)
        #expect(tried > 2_000)
    }

    private func explore(_ world: SmallWorld, depth: Int, path: [SmallWorld.Move], tried: inout Int) {
        guard depth > 0 else { return }
        for move in world.moves {
            var next = world
            next.make(move)
            tried += 1
            guard next.checker.problems.isEmpty else {
                Issue.record("\(path + [move]):\n\(next.checker.problems.joined(separator: "\n"))")
                return
            }
            explore(next, depth: depth - 1, path: path + [move], tried: &tried)
        }
    }
}

/// The small world: whatever can happen next is a move. The shell obeys at once, but a stopped ring is confirmed, or
/// answered all the same, by a move of its own.
struct SmallWorld {
    enum Move: Hashable {
        case arrives(UInt64)
        case leaves(UInt64)
        case answers(OperatorID)
        case declines(OperatorID)
        case hangsUp(OperatorID)
        case pauses(OperatorID)
        case comesBack(OperatorID)
        case vanishes(OperatorID)
        case registers(OperatorID)
        case presses(OperatorID, Character)
        case soundEnds(OperatorID)
        case timePasses
    }

    private(set) var state = RoutingState()
    private(set) var checker = Checker()
    private var now = Instant(seconds: 0)
    private let names: [OperatorID] = ["anna", "boris"]
    private let vip: UInt64 = 3

    private var live: [UInt64] = []
    private var arrived: Set<UInt64> = []
    private var rings: [OperatorID: RingID] = [:]
    private var stopped: Set<RingID> = []
    private var legs: [OperatorID: RingID] = [:]
    private var overlays: [OperatorID: PlaybackID] = [:]
    private var reachable: Set<OperatorID> = []
    private var away: Set<OperatorID> = []

    init() {
        var policy = RoutingPolicy(operators: names.map { OperatorPolicy(id: $0, name: $0.name, groups: ["red"]) })
        policy.queues = [QueuePolicy(id: "sales"), QueuePolicy(id: "vip")]
        policy.queues[0].responsibleWait = .seconds(3)
        policy.queues[0].groupSticky = true
        policy.queues[1].vip = true
        policy.queues[1].interruption.maxHold = .seconds(20)
        policy.assignments = names.flatMap {
            [Assignment($0, "sales", priority: 3), Assignment($0, "vip", priority: 7)]
        }
        policy.missesBeforePause = 2
        handle(.configured(policy))
        for name in names { make(.registers(name)) }
    }

    mutating func prepare(_ start: SmallScopeTests.Start) {
        guard start != .empty else { return }
        for move: Move in [.arrives(1), .answers("anna"), .arrives(2), .answers("boris")] { make(move) }
        guard start != .talking else { return }
        make(.timePasses)
        now = now + .seconds(10)
        make(.arrives(vip))
        guard start != .told else { return }
        make(.presses("anna", "1"))
        guard start != .holding else { return }
        make(.hangsUp("anna"))
    }

    var moves: [Move] {
        var moves: [Move] = [1, 2, vip].filter { !arrived.contains($0) }.map(Move.arrives)
        moves += live.map(Move.leaves)
        for name in names {
            if rings[name] != nil { moves += [.answers(name), .declines(name)] }
            if legs[name] != nil { moves.append(.hangsUp(name)) }
            if overlays[name] != nil { moves += [.soundEnds(name), .presses(name, "1"), .presses(name, "2")] }
            moves.append(away.contains(name) ? .comesBack(name) : .pauses(name))
            moves.append(reachable.contains(name) ? .vanishes(name) : .registers(name))
        }
        if state.nextDeadline != nil { moves.append(.timePasses) }
        return moves
    }

    mutating func make(_ move: Move) {
        switch move {
        case .arrives(let number): arrive(number)
        case .leaves(let number):
            live.removeAll { $0 == number }
            handle(.callerLeft(CallID(rawValue: number), HangupCause(.hungUp)))
        case .answers(let name):
            guard let ring = rings.removeValue(forKey: name) else { return }
            stopped.remove(ring)
            legs[name] = ring
            handle(.ringAnswered(ring))
        case .declines(let name):
            guard let ring = rings.removeValue(forKey: name) else { return }
            let cause: RingEnd.Cause = stopped.remove(ring) == nil ? .declined : .withdrawn
            handle(.ringEnded(ring, RingEnd(cause)))
        case .hangsUp(let name): endLeg(name, .hungUp)
        case .pauses(let name): handle(.operatorWished(name, .paused(reason: "coffee")))
        case .comesBack(let name): handle(.operatorWished(name, .ready))
        case .vanishes(let name):
            reachable.remove(name)
            handle(.operatorUnreachable(name))
        case .registers(let name):
            reachable.insert(name)
            handle(.operatorReachable(name))
        case .presses(let name, let character):
            if let key = Key(character) { handle(.keyPressed(.operator(name), key)) }
        case .soundEnds(let name):
            if let playback = overlays.removeValue(forKey: name) { handle(.soundEnded(playback, completed: true)) }
        case .timePasses:
            now = max(now, state.nextDeadline ?? now)
            handle(.deadlineReached)
        }
        checker.settle(state.checkInvariants())
    }

    private mutating func arrive(_ number: UInt64) {
        arrived.insert(number)
        live.append(number)
        let queue: QueueID = number == vip ? "vip" : "sales"
        var arrival = Arrival(
            call: CallID(rawValue: number), line: "100", queue: queue, number: CustomerNumber("+\(number)"))
        if number == 2 { arrival.tie = Tie(operator: "boris") }
        handle(.callArrived(arrival))
    }

    private mutating func endLeg(_ name: OperatorID, _ kind: HangupCause.Kind) {
        guard let leg = legs.removeValue(forKey: name) else { return }
        overlays[name] = nil
        handle(.operatorLeft(name, leg, HangupCause(kind)))
    }

    private mutating func handle(_ event: RoutingEvent) {
        checker.take(event)
        let decisions = state.handle(event, at: now)
        for decision in decisions { checker.take(decision) }
        for decision in decisions { carryOut(decision.action) }
    }

    private mutating func carryOut(_ action: Action) {
        switch action {
        case .accept, .refuse, .connect, .play, .loop, .captureKeys: break
        case .ring(let ring, let name, _): rings[name] = ring
        case .stopRinging(let ring): stopped.insert(ring)
        case .overlay(let playback, let sound, .operator(let name)):
            if sound != .beep { overlays[name] = playback }
        case .overlay: break
        case .stopOverlay(.operator(let name)):
            if let playback = overlays.removeValue(forKey: name) { handle(.soundEnded(playback, completed: false)) }
        case .stopOverlay: break
        case .hangUp(.caller(let call)):
            live.removeAll { $0 == call.rawValue }
            handle(.callerLeft(call, HangupCause(.byDecision)))
        case .hangUp(.operator(let name)): endLeg(name, .byDecision)
        case .record(.operatorWished(let name, let wish)):
            if wish == .ready { away.remove(name) } else { away.insert(name) }
        case .record: break
        }
    }
}
