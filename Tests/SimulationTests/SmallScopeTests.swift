import Foundation
import Routing
import TestKit
import Testing

/// Every order of everything, in a world small enough to try them all: two customers, a VIP, two operators. Most
/// mistakes of a state machine show in small cases, if all of them are tried.
///
/// Different orders often lead to the same state, and what follows from it need be tried only once: the search goes
/// from state to state, level by level, and tells states apart by their fingerprints. So after `depth` levels every
/// order of so many events has been tried, though most of them were never played one by one. `BURDOCK_DEPTH=8` looks
/// further than the suite does.
struct SmallScopeTests {
    /// Where the exploration begins.
    enum Start: CaseIterable {
        case empty, talking, told, holding, returning, claiming, dialling
    }

    private static let depth = ProcessInfo.processInfo.environment["BURDOCK_DEPTH"].flatMap { Int($0) } ?? 6

    @Test(arguments: [Start.empty, .talking, .told, .holding, .returning])
    func everyOrderOfEventsIsSafe(start: Start) {
        explore(SmallWorld(), from: start, depth: Self.depth)
    }

    /// The same with a task for the first customer, from its claim and from its dial on.
    @Test(arguments: [Start.claiming, .dialling])
    func everyOrderWithATaskIsSafe(start: Start) {
        explore(SmallWorld(), from: start, depth: Self.depth - 1)
    }

    /// The same with calls that are sent elsewhere, operators who dial out, and a supervisor who frees them.
    @Test(arguments: Start.allCases)
    func everyOrderWithTransfersAndOwnCallsIsSafe(start: Start) {
        explore(SmallWorld(isBusier: true), from: start, depth: Self.depth - 2)
    }

    private func explore(_ fresh: SmallWorld, from start: Start, depth: Int) {
        var world = fresh
        world.prepare(start)
        if start == .dialling { #expect(world.moves.contains(.dialEnds(CallID(rawValue: 101)))) }
        var search = Search(from: world)
        for level in 1...max(1, depth) where search.problem == nil {
            // What only costs time is asked of every state but those of the last two levels.
            search.goOn(isThorough: level <= depth - 2, isLast: level == depth)
        }
        if let problem = search.problem { Issue.record("\(problem)") }
        #expect(search.seen.count > 200)
    }

    /// The same states give the same fingerprints, whatever came before, and different ones do not.
    @Test func fingerprintsTellStatesApart() {
        func world(_ moves: SmallWorld.Move...) -> SmallWorld {
            var world = SmallWorld()
            for move in moves { world.make(move) }
            return world
        }
        #expect(world(.pauses("anna"), .vanishes("boris")).key == world(.vanishes("boris"), .pauses("anna")).key)
        #expect(world(.vanishes("anna"), .registers("anna")).key == world().key)
        #expect(world(.arrives(1)).key != world(.arrives(2)).key)
        #expect(world(.pauses("anna")).key != world(.pauses("boris")).key)
        #expect(world(.arrives(1), .answers("anna")).key != world(.arrives(1)).key)
    }
}

/// A search through all states of the small world, nearest first.
private struct Search {
    private(set) var seen: Set<[Int64]>
    private(set) var tried = 0
    /// The first that was found, with the moves that lead to it: none lead to any in fewer.
    private(set) var problem: String?
    private var frontier: [(world: SmallWorld, step: Int)]
    /// How each state was reached: the step before, -1 at the start, and the move.
    private var steps: [(before: Int, move: SmallWorld.Move)] = []

    init(from start: SmallWorld) {
        seen = [start.key]
        frontier = [(start, -1)]
    }

    /// Tries all moves in all states of this level.
    mutating func goOn(isThorough: Bool, isLast: Bool) {
        var next: [(world: SmallWorld, step: Int)] = []
        for (world, step) in frontier {
            for move in world.moves {
                var after = world
                after.make(move)
                tried += 1
                let isNew = seen.insert(after.key).inserted
                if isNew { after.check(isThorough: isThorough) }
                guard after.checker.problems.isEmpty else {
                    problem = "\(path(to: step) + [move]):\n\(after.checker.problems.joined(separator: "\n"))"
                    return
                }
                guard isNew, !isLast else { continue }
                steps.append((step, move))
                next.append((after, steps.count - 1))
            }
        }
        frontier = next
    }

    private func path(to step: Int) -> [SmallWorld.Move] {
        guard step >= 0 else { return [] }
        return path(to: steps[step].before) + [steps[step].move]
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
        case goesTo(UInt64, QueueID)
        case dialsOut(OperatorID)
        case isDone(OperatorID)
        case isFreed(OperatorID)
        case handsOver(UInt64, OperatorID)
        case claimIsAnswered(Bool)
        case previewEnds(OperatorID)
        case dialIsAnswered(CallID)
        case dialEnds(CallID)
        case taskIsCancelled
        case isEnded(CallID)
        case dialerWishes(DialerWish)
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
    private var ownCalls: Set<OperatorID> = []
    private var away: Set<OperatorID> = []
    /// Of what is over, the latest of each operator: for events that come twice.
    private var pastRings: [OperatorID: RingID] = [:]
    private var pastSounds: [OperatorID: PlaybackID] = [:]
    /// A task for the first of the two customers.
    private let task = TaskID(rawValue: 50)
    private var lastAttempt: UInt64 = 100
    private var claims: [Int] = []
    private var cards: [OperatorID: TaskID] = [:]
    private var dials: [CallID] = []
    private var isRequested = false
    private var isPaused = false

    private let isBusier: Bool

    init(isBusier: Bool = false) {
        self.isBusier = isBusier
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
        policy.dialers = [DialerPolicy(id: "callbacks", queue: "sales")]
        policy.dialerAssignments = names.map { DialerAssignment($0, "callbacks", priority: 5) }
        handle(.configured(policy))
        for name in names { make(.registers(name)) }
    }

    mutating func prepare(_ start: SmallScopeTests.Start) {
        guard start != .empty else { return }
        guard start != .claiming, start != .dialling else {
            isRequested = true
            handle(.taskRequested(TaskRequest(id: task, dialer: "callbacks", number: "+1", due: now)))
            if start == .dialling {
                for move: Move in [.claimIsAnswered(true), .previewEnds("anna"), .answers("anna")] { make(move) }
            }
            return
        }
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
        if isBusier { moves += busierMoves() }
        if !claims.isEmpty { moves += [.claimIsAnswered(true), .claimIsAnswered(false)] }
        moves += names.filter { cards[$0] != nil }.map(Move.previewEnds)
        moves += dials.map(Move.dialIsAnswered) + dials.map(Move.dialEnds)
        if isRequested { moves.append(.taskIsCancelled) }
        if state.nextDeadline != nil { moves.append(.timePasses) }
        return moves
    }

    /// The optimiser of Swift 6.3 gives up on it (scripts/simulate).
    @_optimize(none) private func busierMoves() -> [Move] {
        var moves: [Move] = live.map { .goesTo($0, $0 == vip ? "sales" : "vip") }
        moves += names.map { ownCalls.contains($0) ? .isDone($0) : .dialsOut($0) }
        moves += names.filter { legs[$0] != nil || stopped.contains(rings[$0] ?? RingID(rawValue: 0)) }.map(
            Move.isFreed)
        let free = names.filter { legs[$0] == nil && rings[$0] == nil }
        moves += (live.map { CallID(rawValue: $0) } + dials).map(Move.isEnded)
        moves.append(.dialerWishes(isPaused ? .running : .paused(reason: "meeting")))
        moves += live.flatMap { call in free.map { .handsOver(call, $0) } }
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
            pastRings[name] = ring
            handle(.ringAnswered(ring))
        case .declines(let name):
            guard let ring = rings.removeValue(forKey: name) else { return }
            pastRings[name] = ring
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
            guard let playback = overlays.removeValue(forKey: name) else { return }
            pastSounds[name] = playback
            handle(.soundEnded(playback, completed: true))
        case .goesTo(let number, let queue): handle(.rerouted(CallID(rawValue: number), to: .queue(queue)))
        case .dialsOut(let name):
            ownCalls.insert(name)
            handle(.ownCallBegan(CallID(rawValue: 90), by: name, with: nil))
        case .isDone(let name):
            ownCalls.remove(name)
            handle(.ownCallEnded(CallID(rawValue: 90), by: name, talked: .zero))
        case .handsOver(let number, let name): handle(.handedOver(CallID(rawValue: number), to: name))
        case .isFreed(let name):
            ownCalls.remove(name)
            handle(.operatorReleased(name, hangUp: true))
        case .isEnded(let call):
            handle(.callEndWanted(call))
        case .dialerWishes(let wish):
            isPaused = wish != .running
            handle(.dialerWished("callbacks", wish))
        case .claimIsAnswered(let isWritten): answerClaim(isWritten)
        case .previewEnds(let name):
            if let task = cards.removeValue(forKey: name) { handle(.previewEnded(task, by: name)) }
        case .dialIsAnswered(let call):
            dials.removeAll { $0 == call }
            live.append(call.rawValue)
            handle(.dialAnswered(call))
        case .dialEnds(let call):
            dials.removeAll { $0 == call }
            handle(.dialEnded(call, DialEnd(.busy, status: 486)))
        case .taskIsCancelled:
            isRequested = false
            handle(.taskCancelled(task))
        case .timePasses:
            now = max(now, state.nextDeadline ?? now)
            handle(.deadlineReached)
            checker.expect(state.nextDeadline.map { $0 > now } ?? true, "a deadline is not in the future")
        }
    }

    private mutating func answerClaim(_ isWritten: Bool) {
        guard !claims.isEmpty else { return }
        let attempt = claims.removeFirst()
        lastAttempt += 1
        let call = CallID(rawValue: lastAttempt)
        handle(isWritten ? .claimed(task, attempt: attempt, as: call) : .claimRefused(task, attempt: attempt))
    }

    /// Everything that can still matter, here and in the router.
    var key: [Int64] {
        var key = state.fingerprint()
        for number in [1, 2, vip] { key.append((arrived.contains(number) ? 1 : 0) + (live.contains(number) ? 2 : 0)) }
        for name in names {
            var bits: Int64 = reachable.contains(name) ? 1 : 0
            if away.contains(name) { bits += 2 }
            if let ring = rings[name] { bits += stopped.contains(ring) ? 12 : 4 }
            if legs[name] != nil { bits += 16 }
            if overlays[name] != nil { bits += 32 }
            if cards[name] != nil { bits += 64 }
            if ownCalls.contains(name) { bits += 128 }
            key.append(bits)
        }
        key.append(isRequested ? 1 : 0)
        key += claims.map(Int64.init)
        key += dials.map { Int64($0.rawValue) }
        return key
    }

    /// Whether all is as it must be.
    ///
    /// - Parameter isThorough: also that late and doubled events change nothing, and that all comes to an end.
    mutating func check(isThorough: Bool) {
        checker.settle(state.checkInvariants())
        checker.watch(state.snapshot(at: now))
        guard isThorough else { return }
        let before = state.fingerprint()
        for event in echoes() {
            var copy = state
            let decisions = copy.handle(event, at: now)
            let isUnchanged = decisions.isEmpty && copy.fingerprint() == before
            checker.expect(isUnchanged, "\(event) is late or comes twice, and something follows: \(decisions)")
        }
        var copy = self
        copy.comeToRest()
        for problem in copy.checker.problems { checker.expect(false, "in the calm afterwards: \(problem)") }
    }

    /// What a shell may report a second time, or too late.
    /// The optimiser gives up here too.
    @_optimize(none) private func echoes() -> [RoutingEvent] {
        var echoes = arrived.subtracting(live).sorted()
            .map { RoutingEvent.callerLeft(CallID(rawValue: $0), HangupCause(.hungUp)) }
        for name in names {
            if let ring = pastRings[name] {
                echoes += [.ringAnswered(ring), .ringEnded(ring, RingEnd(.declined))]
                if legs[name] != ring { echoes.append(.operatorLeft(name, ring, HangupCause(.hungUp))) }
            }
            if let sound = pastSounds[name] { echoes.append(.soundEnded(sound, completed: true)) }
            echoes.append(reachable.contains(name) ? .operatorReachable(name) : .operatorUnreachable(name))
        }
        if state.nextDeadline.map({ $0 > now }) ?? true { echoes.append(.deadlineReached) }
        return echoes
    }

    /// Faults stop: everybody works and answers, customers hang up after their conversations. Nothing may be left.
    private mutating func comeToRest() {
        for _ in 0..<200 {
            guard let move = nextInPeace else { break }
            make(move)
        }
        checker.settle(state.checkInvariants())
        let snapshot = state.snapshot(at: now)
        checker.expect(snapshot.calls.isEmpty, "calls are left: \(snapshot.calls)")
        checker.expect(state.nextDeadline == nil, "a deadline is left")
        for problem in checker.unfinished() { checker.expect(false, problem) }
    }

    private var nextInPeace: Move? {
        if isRequested { return .taskIsCancelled }
        if !claims.isEmpty { return .claimIsAnswered(false) }
        if let dial = dials.first { return .dialEnds(dial) }
        for name in names {
            if ownCalls.contains(name) { return .isDone(name) }
            if !reachable.contains(name) { return .registers(name) }
            if away.contains(name) { return .comesBack(name) }
            if let ring = rings[name] { return stopped.contains(ring) ? .declines(name) : .answers(name) }
            if overlays[name] != nil { return .soundEnds(name) }
        }
        let talking = live.first { checker.talks(CallID(rawValue: $0)) }
        if let talking { return .leaves(talking) }
        return state.nextDeadline == nil ? nil : .timePasses
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
        checker.take(event, at: now)
        let decisions = state.handle(event, at: now)
        for decision in decisions { checker.take(decision) }
        for decision in decisions { carryOut(decision.action) }
    }

    private mutating func carryOut(_ action: Action) {
        switch action {
        case .accept, .refuse, .connect, .play, .loop, .captureKeys, .note, .consult: break
        case .adoptLeg(let ring, let name, _): legs[name] = ring
        case .claim(_, let attempt, _): claims.append(attempt)
        case .showCard(let task, let name, _): cards[name] = task
        case .hideCard(_, let name): cards[name] = nil
        case .dial(let call, _, _, _): dials.append(call)
        case .findWindow, .stopDialling, .speak, .remind, .resolveTime: break
        case .ring(let ring, let name, _), .ringForTask(let ring, let name, _, _, _): rings[name] = ring
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
