import Routing
import Storage

/// Turns what the router was told and decided into public events. A plain value with just enough memory to say more than
/// a decision does: whose call it is, and what state it was in.
struct EventTranslator {
    private struct Live {
        enum State: Hashable {
            case waiting, scenario, held(OperatorID), talking(OperatorID), dialling(OperatorID)
            case ringing([OperatorID])
        }

        var number: CustomerNumber?
        var name: String?
        var queue: QueueID
        var vip: Bool
        var task: TaskID?
        var isOutbound: Bool
        var state: State
    }

    private struct Person {
        var state: String
        var reason: String?
        var wish: WishDTO.Wish
        var registered: Bool
    }

    /// Everything up to here is in what it began with.
    let since: Instant
    private let origin: WallTime
    private var calls: [CallID: Live] = [:]
    private var people: [OperatorID: Person] = [:]
    /// The call that the operator talks in, or that their phone rings for.
    private var talking: [OperatorID: CallID] = [:]
    private var ringing: [OperatorID: CallID] = [:]
    /// Of attempts that are under way.
    private var attempts: [CallID: TaskID] = [:]
    private var claims: [TaskID: OperatorID] = [:]

    private var changedCalls: [CallID] = []
    private var changedPeople: [OperatorID] = []
    private var events: [EventDTO] = []

    init(_ snapshot: RoutingSnapshot, origin: WallTime) {
        since = snapshot.at
        self.origin = origin
        for call in snapshot.calls { begin(call) }
        for one in snapshot.operators {
            people[one.id] = Person(
                state: one.state.activity, reason: one.state.pauseReason, wish: one.wish.dto, registered: one.reachable)
        }
    }

    private mutating func begin(_ call: RoutingSnapshot.Call) {
        let state: Live.State
        switch call.state {
        case .waiting, .interrupting, .leaving: state = .waiting
        case .inScenario: state = .scenario
        case .ringing(let operators):
            state = .ringing(operators)
            for one in operators { ringing[one] = call.call }
        case .talking(let one):
            state = .talking(one)
            talking[one] = call.call
        case .held(let one): state = .held(one)
        case .dialling(let one): state = one.map { .dialling($0) } ?? .waiting
        }
        calls[call.call] = Live(
            number: call.number, name: call.name, queue: call.queue, vip: call.vip, task: nil,
            isOutbound: false, state: state)
    }

    /// What is to be told of this, in order. What lies before `since` says nothing new.
    mutating func translate(_ event: RoutingEvent, at instant: Instant, _ decisions: [Decision]) -> [EventDTO] {
        guard instant > since else { return [] }
        let at = Timestamp(WallTime(instant, origin: origin))
        events.removeAll(keepingCapacity: true)
        changedCalls.removeAll(keepingCapacity: true)
        changedPeople.removeAll(keepingCapacity: true)
        note(event, at)
        for decision in decisions { note(decision.action, at) }
        for call in changedCalls { tellState(of: call, at) }
        for name in changedPeople { tell(name, at) }
        return events
    }

    // MARK: - What happened

    /// Everything else is told by the decisions that follow from it.
    private mutating func note(_ event: RoutingEvent, _ at: Timestamp) {
        switch event {
        case .callArrived(let arrival):
            calls[arrival.call] = Live(
                number: arrival.number, name: arrival.name, queue: arrival.queue, vip: arrival.listedVIP, task: nil,
                isOutbound: false, state: arrival.script.isEmpty ? .waiting : .scenario)
            changed(arrival.call)
        case .rerouted(let call, let destination):
            guard calls[call] != nil else { return }
            if case .queue(let queue) = destination { calls[call]?.queue = queue }
            move(call, to: .waiting)
        case .claimed(let task, let attempt, let call):
            attempts[call] = task
            var dto = EventDTO(.attemptStarted, at: at)
            dto.task = task.description
            dto.attempt = attempt
            dto.call = call.description
            dto.operator = claims.removeValue(forKey: task)?.name
            events.append(dto)
        case .claimRefused(let task, _):
            claims[task] = nil
        case .operatorReachable(let name):
            people[name]?.registered = true
            changed(name)
        case .operatorUnreachable(let name):
            people[name]?.registered = false
            changed(name)
        default:
            break
        }
    }

    // MARK: - What was decided

    private mutating func note(_ action: Action, _ at: Timestamp) {
        switch action {
        case .ring(_, let name, let call):
            stopRinging(name)
            ringing[name] = call
            if case .ringing(let others) = calls[call]?.state {
                move(call, to: .ringing(others + [name]))
            } else {
                move(call, to: .ringing([name]))
            }
        case .connect(let call, let name):
            connect(call, name)
        case .dial(let call, let number, _, let name):
            calls[call] = Live(
                number: number, name: nil, queue: QueueID(""), vip: false, task: attempts[call], isOutbound: true,
                state: .dialling(name))
            changed(call)
        case .claim(let task, _, let name):
            claims[task] = name
        case .showCard(let task, let name, let duration):
            var dto = card(.cardShown, task, name, at)
            dto.forMs = Int(clamping: duration.wholeNanoseconds / 1_000_000)
            events.append(dto)
        case .hideCard(let task, let name):
            events.append(card(.cardHidden, task, name, at))
        case .record(let fact):
            note(fact, at)
        default:
            break
        }
    }

    /// Whoever the operator talked with before, and who is still here, is on hold.
    private mutating func connect(_ call: CallID, _ name: OperatorID) {
        if ringing[name] == call { ringing[name] = nil }
        if case .ringing(let others) = calls[call]?.state {
            for other in others where ringing[other] == call { ringing[other] = nil }
        }
        if let before = talking[name], before != call, calls[before]?.state == .talking(name) {
            move(before, to: .held(name))
        }
        talking[name] = call
        move(call, to: .talking(name))
    }

    private mutating func note(_ fact: Fact, _ at: Timestamp) {
        switch fact {
        case .callEnded(let record): end(record, at)
        case .operatorEntered(let name, let activity):
            if activity != .ringing { stopRinging(name) }
            if activity != .talking { talking[name] = nil }
            people[name, default: Person(state: "", wish: .off, registered: false)].state = activity.word
            people[name]?.reason = activity.pauseReason
            changed(name)
        case .operatorWished(let name, let wish):
            people[name]?.wish = wish.dto
            changed(name)
        case .taskOpened(let record): events.append(task(.taskOpened, record, at))
        case .taskUpdated(let record): events.append(task(.taskChanged, record, at))
        case .taskClosed(let task, let result):
            var dto = EventDTO(.taskClosed, at: at)
            dto.task = task.description
            dto.result = result.word
            dto.resultDetail = result.detail
            events.append(dto)
        case .responsibleWaitExpired(let task, let name, _, _):
            var dto = EventDTO(.taskWaitExpired, at: at)
            dto.task = task.description
            dto.operator = name.name
            events.append(dto)
        case .attemptEnded(let record): end(record, at)
        default: break
        }
    }

    private mutating func end(_ record: CallRecord, _ at: Timestamp) {
        let call = record.arrival.call
        let live = calls.removeValue(forKey: call)
        for name in talking.keys where talking[name] == call { talking[name] = nil }
        for name in ringing.keys where ringing[name] == call { ringing[name] = nil }
        func seconds(_ counts: (CallRecord.Segment.Kind) -> Bool) -> Double {
            record.segments.filter { counts($0.kind) }.reduce(Duration.zero) { $0 + ($1.until - $1.from) }.inSeconds
        }
        var dto = EventDTO(.callEnded, at: at)
        dto.call = call.description
        dto.number = record.arrival.number?.text
        dto.name = record.arrival.name
        dto.vip = record.vip
        dto.interrupted = record.interrupted
        dto.outcome = record.outcome.rawValue
        dto.endedBy = record.endedBy?.rawValue
        dto.status = record.ended.status
        dto.operator = record.segments.last { $0.kind == .talking }?.operator?.name
        dto.waitSeconds = seconds(\.isWait)
        dto.talkSeconds = seconds { $0 == .talking }
        switch record.arrival.direction {
        case .inbound:
            dto.direction = "inbound"
            dto.queue = (live?.queue ?? record.arrival.queue).name
        case .outbound(let task):
            dto.direction = "outbound"
            dto.task = task.description
        }
        events.append(dto)
    }

    private mutating func end(_ record: AttemptRecord, _ at: Timestamp) {
        if let call = record.call { attempts[call] = nil }
        claims[record.task] = nil
        var dto = EventDTO(.attemptEnded, at: at)
        dto.task = record.task.description
        dto.dialer = record.dialer.name
        dto.number = record.number.text
        dto.attempt = record.attempt
        dto.operator = record.operator.name
        dto.call = record.call?.description
        dto.outcome = record.outcome.rawValue
        dto.status = record.status
        events.append(dto)
    }

    // MARK: - Memory

    private mutating func stopRinging(_ name: OperatorID) {
        guard let call = ringing.removeValue(forKey: name), case .ringing(let operators) = calls[call]?.state else {
            return
        }
        let others = operators.filter { $0 != name }
        move(call, to: others.isEmpty ? .waiting : .ringing(others))
    }

    private mutating func move(_ call: CallID, to state: Live.State) {
        guard let before = calls[call]?.state, before != state else { return }
        calls[call]?.state = state
        changed(call)
    }

    private mutating func changed(_ call: CallID) {
        if !changedCalls.contains(call) { changedCalls.append(call) }
    }

    private mutating func changed(_ name: OperatorID) {
        if !changedPeople.contains(name) { changedPeople.append(name) }
    }

    // MARK: - Telling

    private mutating func tellState(of id: CallID, _ at: Timestamp) {
        guard let call = calls[id] else { return }
        let kind: EventDTO.Kind
        var operators: [OperatorID] = []
        switch call.state {
        case .waiting: kind = .callWaiting
        case .scenario: return
        case .ringing(let names): (kind, operators) = (.callRinging, names)
        case .talking(let name): (kind, operators) = (.callConnected, [name])
        case .held(let name): (kind, operators) = (.callHeld, [name])
        case .dialling(let name): (kind, operators) = (.callDialling, [name])
        }
        var dto = EventDTO(kind, at: at)
        dto.call = id.description
        dto.direction = call.isOutbound ? "outbound" : "inbound"
        dto.number = call.number?.text
        dto.name = call.name
        dto.queue = call.queue.name.isEmpty ? nil : call.queue.name
        dto.vip = call.vip
        dto.task = call.task?.description
        if kind == .callRinging { dto.operators = operators.map(\.name) } else { dto.operator = operators.first?.name }
        events.append(dto)
    }

    private mutating func tell(_ name: OperatorID, _ at: Timestamp) {
        guard let person = people[name], !person.state.isEmpty else { return }
        var dto = EventDTO(.operatorChanged, at: at)
        dto.operator = name.name
        dto.state = person.state
        dto.reason = person.reason
        dto.wish = person.wish
        dto.registered = person.registered
        dto.call = (talking[name] ?? ringing[name])?.description
        events.append(dto)
    }

    private func task(_ kind: EventDTO.Kind, _ record: TaskRecord, _ at: Timestamp) -> EventDTO {
        var dto = EventDTO(kind, at: at)
        dto.task = record.id.description
        dto.dialer = record.dialer.name
        dto.number = record.number.text
        dto.due = Timestamp(WallTime(record.due, origin: origin))
        dto.responsible = record.responsible?.name
        dto.group = record.group?.name
        dto.stage = record.stage.rawValue
        return dto
    }

    private func card(_ kind: EventDTO.Kind, _ task: TaskID, _ name: OperatorID, _ at: Timestamp) -> EventDTO {
        var dto = EventDTO(kind, at: at)
        dto.task = task.description
        dto.operator = name.name
        return dto
    }
}

extension OperatorActivity {
    /// As `state` of an operator, as far as that is known here.
    fileprivate var word: String {
        switch self {
        case .idle: "ready"
        case .ringing: "ringing"
        case .talking: "talking"
        case .wrapUp: "wrap_up"
        case .preparing: "preparing"
        case .ownCall: "own_call"
        case .paused: "paused"
        case .away: "offline"
        }
    }

    fileprivate var pauseReason: String? {
        if case .paused(let reason) = self, !reason.isEmpty { reason } else { nil }
    }
}

extension RoutingSnapshot.Operator.State {
    fileprivate var activity: String {
        switch self {
        case .offline: "offline"
        case .ready: "ready"
        case .paused: "paused"
        case .ringing: "ringing"
        case .talking, .interrupted: "talking"
        case .previewing, .dialling, .reminded: "preparing"
        case .wrapUp: "wrap_up"
        case .ownCall: "own_call"
        }
    }

    fileprivate var pauseReason: String? {
        if case .paused(let reason) = self, !reason.isEmpty { reason } else { nil }
    }
}
