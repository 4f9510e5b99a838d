package import Routing

/// A call centre for tests of the routing rules: a router's state, virtual time, and an obedient shell that does what
/// is decided at once and reports it (a stopped ring ends, a hung-up leg is over).
///
/// `latest` holds what followed from the last step, `hears` what each party hears now, `facts` all that was recorded.
package final class Scene {
    package private(set) var state = RoutingState(seed: 1)
    package private(set) var now = Instant(seconds: 0)
    package private(set) var policy: RoutingPolicy
    /// Decisions that followed from the last step, in order.
    package private(set) var latest: [Decision] = []
    /// All decisions with their instants.
    package private(set) var story: [(at: Instant, decision: Decision)] = []
    package private(set) var facts: [Fact] = []
    /// Every event since the beginning and all that was decided on it, as a journal has it.
    package private(set) var steps: [(at: Instant, event: RoutingEvent, decisions: [Decision])] = []
    /// What the operators' time went to, in order. These facts are neither in `facts` nor in `latest` and `story`: they
    /// follow every change, and the rules that changed something are told by what else was decided.
    package private(set) var activities: [(at: Instant, operator: OperatorID, activity: OperatorActivity)] = []
    /// What was told of each call, in order. Notes are not in `latest`: nobody has to do anything.
    package private(set) var notes: [(call: CallID, note: Note, reason: RoutingReason)] = []
    /// Phones that ring, and legs that are up, by operator.
    package private(set) var ringing: [OperatorID: RingID] = [:]
    package private(set) var legs: [OperatorID: RingID] = [:]
    /// Which operator's rings ring for which call.
    private var ringCalls: [RingID: CallID] = [:]
    package private(set) var hears: [Party: Hearing] = [:]
    package private(set) var overlays: [Party: PlaybackID] = [:]
    /// Playbacks that have not ended, with the party that hears them.
    package private(set) var playing: [(playback: PlaybackID, sound: Sound, party: Party)] = []
    /// `false`: the test confirms stopped rings itself, with `stopConfirmed`.
    package var confirmsStops = true
    /// `false`: the test answers claims itself.
    package var confirmsClaims = true
    /// Claims without an answer, calls that are being dialled, cards that are shown, in the order in which they came.
    package internal(set) var claims: [(task: TaskID, attempt: Int, by: OperatorID)] = []
    package internal(set) var dialled: [(call: CallID, number: CustomerNumber, by: OperatorID)] = []
    package internal(set) var cards: [OperatorID: TaskID] = [:]

    var lastCall: UInt64 = 0

    package enum Hearing: Hashable {
        case party(Party)
        case sound(Sound)
    }

    /// - Parameters:
    ///   - operators: ready and registered, each assigned to both queues with priority 5.
    ///   - change: changes the policy; it begins with the queues `sales` and `vip`.
    package convenience init(_ operators: OperatorID..., change: (inout RoutingPolicy) -> Void = { _ in }) {
        self.init(operators: operators, change: change)
    }

    package init(operators: [OperatorID], change: (inout RoutingPolicy) -> Void = { _ in }) {
        policy = RoutingPolicy(operators: operators.map { OperatorPolicy(id: $0, name: $0.name) })
        var vip = QueuePolicy(id: "vip")
        vip.vip = true
        policy.queues = [QueuePolicy(id: "sales"), vip]
        policy.assignments = operators.flatMap {
            [Assignment($0, "sales", priority: 5), Assignment($0, "vip", priority: 5)]
        }
        change(&policy)
        send(.configured(policy))
        for person in policy.operators {
            send(.operatorWished(person.id, .ready))
            send(.operatorReachable(person.id))
        }
        pass(10)
        facts = []
        story = []
    }

    // MARK: - Steps

    /// One event, and whatever an obedient shell reports because of it.
    @discardableResult
    package func send(_ event: RoutingEvent) -> [Decision] {
        latest = []
        run(event)
        return latest
    }

    /// Time passes; alarms go off when they should.
    package func pass(_ seconds: Double) {
        latest = []
        let end = now + .nanoseconds(Int64(seconds * 1e9))
        while let next = state.nextDeadline, next <= end {
            now = max(now, next)
            run(.deadlineReached)
        }
        now = end
    }

    /// Changes the configuration while everything goes on.
    package func reconfigure(_ change: (inout RoutingPolicy) -> Void) {
        change(&policy)
        send(.configured(policy))
    }

    @discardableResult
    package func arrive(
        _ queue: QueueID = "sales", number: CustomerNumber? = "+380441234567", own: OperatorID? = nil,
        change: (inout Arrival) -> Void = { _ in }
    ) -> CallID {
        lastCall += 1
        var arrival = Arrival(call: CallID(rawValue: lastCall), line: "100", queue: queue, number: number)
        arrival.tie = own.map { Tie(operator: $0) }
        change(&arrival)
        send(.callArrived(arrival))
        return arrival.call
    }

    package func answer(_ name: OperatorID) {
        guard let ring = ringing.removeValue(forKey: name) else { return }
        legs[name] = ring
        send(.ringAnswered(ring))
    }

    package func ringFails(_ name: OperatorID, _ cause: RingEnd.Cause) {
        guard let ring = ringing.removeValue(forKey: name) else { return }
        send(.ringEnded(ring, RingEnd(cause)))
    }

    package func customerHangsUp(_ call: CallID) {
        send(.callerLeft(call, HangupCause(.hungUp)))
    }

    package func operatorHangsUp(_ name: OperatorID, _ kind: HangupCause.Kind = .hungUp) {
        guard let leg = legs.removeValue(forKey: name) else { return }
        send(.operatorLeft(name, leg, HangupCause(kind)))
    }

    package func press(_ key: Character, _ name: OperatorID) {
        guard let key = Key(key) else { return }
        send(.keyPressed(.operator(name), key))
    }

    package func wish(_ wish: OperatorWish, _ name: OperatorID) {
        send(.operatorWished(name, wish))
    }

    /// The sound that the party hears, once or mixed over, comes to its end.
    package func soundEnds(_ party: Party, completed: Bool = true) {
        guard let index = playing.lastIndex(where: { $0.party == party }) else { return }
        let playback = playing.remove(at: index).playback
        overlays = overlays.filter { $0.value != playback }
        send(.soundEnded(playback, completed: completed))
    }

    /// A call that the operator has answered.
    package func talk(_ name: OperatorID, _ queue: QueueID = "sales") -> CallID {
        let call = arrive(queue, own: name)
        answer(name)
        return call
    }

    // MARK: - What is true

    package var actions: [Action] { latest.map(\.action) }
    package var reasons: [RoutingReason] { latest.map(\.reason) }

    /// Whose phones ring for the call.
    package func rings(for call: CallID) -> [OperatorID] {
        ringing.filter { ringCalls[$0.value] == call }.keys.sorted()
    }

    /// For which call the operator's phone rings.
    package func rung(_ name: OperatorID) -> CallID? {
        ringing[name].flatMap { ringCalls[$0] }
    }

    /// Why the phone that was rung in the last step rings.
    package func reason(for name: OperatorID) -> RoutingReason? {
        latest.last {
            guard case .ring(_, name, _) = $0.action else { return false }
            return true
        }?.reason
    }

    package func snapshot(of name: OperatorID) -> RoutingSnapshot.Operator? {
        state.snapshot(at: now).operators.first { $0.id == name }
    }

    package func snapshot(of call: CallID) -> RoutingSnapshot.Call? {
        state.snapshot(at: now).calls.first { $0.call == call }
    }

    /// The row of the call, once it is over.
    package func record(of call: CallID) -> CallRecord? {
        records(of: call).last
    }

    package func records(of call: CallID) -> [CallRecord] {
        facts.compactMap { fact in
            guard case .callEnded(let record) = fact, record.arrival.call == call else { return nil }
            return record
        }
    }

    package func areConnected(_ call: CallID, _ name: OperatorID) -> Bool {
        hears[.caller(call)] == .party(.operator(name)) && hears[.operator(name)] == .party(.caller(call))
    }

    package func hearsHold(_ call: CallID) -> Bool {
        hears[.caller(call)] == .sound("hold")
    }

    // MARK: - The obedient shell

    private func run(_ event: RoutingEvent) {
        let all = state.handle(event, at: now)
        steps.append((now, event, all))
        activities += all.compactMap { $0.entered.map { (now, $0.operator, $0.activity) } }
        let decisions = all.filter { $0.entered == nil }
        latest += decisions.filter { !$0.isNote }
        notes += decisions.compactMap {
            guard case .note(let call, let note) = $0.action else { return nil }
            return (call, note, $0.reason)
        }
        story += decisions.map { (now, $0) }
        var reports: [RoutingEvent] = []
        for decision in decisions { reports += carryOut(decision.action) }
        for report in reports { run(report) }
    }

    private func carryOut(_ action: Action) -> [RoutingEvent] {
        switch action {
        case .accept, .refuse, .captureKeys: break
        case .ring(let ring, let name, let call):
            ringing[name] = ring
            ringCalls[ring] = call
        case .stopRinging(let ring):
            guard confirmsStops else { break }
            return stopped(ring)
        case .connect(let call, let name):
            hears[.caller(call)] = .party(.operator(name))
            hears[.operator(name)] = .party(.caller(call))
        case .claim, .findWindow, .showCard, .hideCard, .dial, .stopDialling: return carryOutTask(action)
        case .ringForTask(let ring, let name, let call, _, _):
            ringing[name] = ring
            ringCalls[ring] = call
        case .speak(let playback, _, let party):
            hears[party] = .sound("speech")
            playing.append((playback, "speech", party))
        case .remind(let name):
            lastCall += 1
            return [.reminderWanted(name, as: CallID(rawValue: lastCall))]
        case .play(let playback, let sound, let party, let next):
            hears[party] = .sound(next)
            playing.append((playback, sound, party))
        case .loop(let sound, let party): hears[party] = .sound(sound)
        case .overlay(let playback, let sound, let party):
            overlays[party] = playback
            playing.append((playback, sound, party))
        case .stopOverlay(let party):
            guard let playback = overlays.removeValue(forKey: party) else { break }
            playing.removeAll { $0.playback == playback }
            return [.soundEnded(playback, completed: false)]
        case .hangUp(let party): return hungUp(party)
        case .record(let fact): facts.append(fact)
        case .note, .consult, .resolveTime: break
        case .adoptLeg(let ring, let name, let call):
            legs[name] = ring
            ringCalls[ring] = call
        }
        return []
    }

    private func stopped(_ ring: RingID) -> [RoutingEvent] {
        ringing = ringing.filter { $0.value != ring }
        return [.ringEnded(ring, RingEnd(.withdrawn))]
    }

    private func hungUp(_ party: Party) -> [RoutingEvent] {
        hears[party] = nil
        switch party {
        case .caller(let call): return [.callerLeft(call, HangupCause(.byDecision))]
        case .operator(let name):
            guard let leg = legs.removeValue(forKey: name) else { return [] }
            return [.operatorLeft(name, leg, HangupCause(.byDecision))]
        }
    }
}

extension Decision {
    fileprivate var isNote: Bool {
        guard case .note = action else { return false }
        return true
    }

    fileprivate var entered: (operator: OperatorID, activity: OperatorActivity)? {
        guard case .record(.operatorEntered(let name, let activity)) = action else { return nil }
        return (name, activity)
    }
}
