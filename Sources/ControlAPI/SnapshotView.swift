import Routing
import Storage

/// A snapshot of the router together with the clocks that turn its instants into dates, as values of the API.
struct SnapshotView {
    private let snapshot: RoutingSnapshot
    private let now: Instant
    /// The date of `Instant(nanoseconds: 0)`.
    private let origin: WallTime
    private let calls: [CallID: RoutingSnapshot.Call]

    init(_ snapshot: RoutingSnapshot, clocks: (now: Instant, wall: WallTime)) {
        self.snapshot = snapshot
        now = clocks.now
        origin = clocks.wall.adding(milliseconds: -(clocks.now.nanoseconds / 1_000_000))
        calls = Dictionary(snapshot.calls.map { ($0.call, $0) }) { first, _ in first }
    }

    // MARK: Operators

    var operators: [OperatorDTO] {
        snapshot.operators.sorted { $0.id < $1.id }.map(dto)
    }

    func `operator`(_ id: OperatorID) -> OperatorDTO? {
        snapshot.operators.first { $0.id == id }.map(dto)
    }

    var operatorIDs: [String] { snapshot.operators.map(\.id.name) }

    var operatorCounts: StatusDTO.Operators { Self.count(snapshot.operators) }

    private func dto(_ one: RoutingSnapshot.Operator) -> OperatorDTO {
        let doing = Doing(one.state)
        return OperatorDTO(
            id: one.id.name, name: one.name, wish: one.wish.dto, registered: one.reachable, state: doing.state,
            reason: doing.reason ?? one.wish.dtoReason, call: doing.call?.description, number: number(of: doing.call),
            heldCall: doing.held?.description, heldNumber: number(of: doing.held), since: date(one.since),
            stateSeconds: seconds(since: one.since), calls: one.calls, missedInARow: one.missedInARow,
            assignments: one.assignments.sorted { $0.queue < $1.queue }
                .map { OperatorDTO.Assignment(queue: $0.queue.name, priority: $0.priority) })
    }

    private func number(of call: CallID?) -> String? {
        call.flatMap { calls[$0]?.number?.text }
    }

    /// In one word.
    static func state(of one: RoutingSnapshot.Operator) -> OperatorDTO.State { Doing(one.state).state }

    /// The parts of an operator's state.
    private struct Doing {
        let state: OperatorDTO.State
        var reason: String?
        var call: CallID?
        var held: CallID?

        init(_ state: RoutingSnapshot.Operator.State) {
            switch state {
            case .offline: self.state = .offline
            case .ready: self.state = .ready
            case .paused(let reason):
                self.state = .paused
                self.reason = reason.isEmpty ? nil : reason
            case .ringing(let call):
                self.state = .ringing
                self.call = call
            case .talking(let call):
                self.state = .talking
                self.call = call
            case .interrupted(let call, let held):
                self.state = .interrupted
                self.call = call
                self.held = held
            case .wrapUp: self.state = .wrapUp
            case .previewing: self.state = .previewing
            case .dialling(let call):
                self.state = .dialling
                self.call = call
            case .reminded: self.state = .reminded
            case .ownCall: self.state = .ownCall
            }
        }
    }

    private static func count(_ operators: [RoutingSnapshot.Operator]) -> StatusDTO.Operators {
        var counts = StatusDTO.Operators(
            total: operators.count, registered: operators.count(where: \.reachable), ready: 0, busy: 0, wrapUp: 0,
            paused: 0, offline: 0)
        for one in operators {
            switch one.state {
            case .offline: counts.offline += 1
            case .ready: counts.ready += 1
            case .paused: counts.paused += 1
            case .ringing, .talking, .interrupted, .previewing, .dialling, .reminded, .ownCall: counts.busy += 1
            case .wrapUp: counts.wrapUp += 1
            }
        }
        return counts
    }

    // MARK: Queues

    var queues: [QueueDTO] {
        let callsOfQueue = Dictionary(grouping: snapshot.calls, by: \.queue)
        let assigned = assignedOperators()
        return snapshot.queues.sorted { $0.id < $1.id }
            .map { dto($0, calls: callsOfQueue[$0.id] ?? [], operators: assigned[$0.id] ?? []) }
    }

    func queue(_ id: QueueID) -> QueueDetailDTO? {
        guard let queue = snapshot.queues.first(where: { $0.id == id }) else { return nil }
        let calls = snapshot.calls.filter { $0.queue == id }
        let members = snapshot.operators.compactMap { one in
            one.assignments.first { $0.queue == id }
                .map { QueueDetailDTO.Member(operator: dto(one), priority: $0.priority) }
        }
        return QueueDetailDTO(
            queue: dto(queue, calls: calls, operators: assignedOperators()[id] ?? []),
            members: members.sorted { ($1.priority, $0.operator.id) < ($0.priority, $1.operator.id) },
            callers: longestFirst(calls))
    }

    var queueNames: [String] { snapshot.queues.map(\.id.name) }

    private func assignedOperators() -> [QueueID: [RoutingSnapshot.Operator]] {
        var assigned: [QueueID: [RoutingSnapshot.Operator]] = [:]
        for one in snapshot.operators {
            for assignment in one.assignments where assignment.priority > 0 {
                assigned[assignment.queue, default: []].append(one)
            }
        }
        return assigned
    }

    private func dto(
        _ queue: RoutingSnapshot.Queue, calls: [RoutingSnapshot.Call], operators: [RoutingSnapshot.Operator]
    ) -> QueueDTO {
        let waiting = calls.filter { $0.state.phase == .waiting }
        let counts = Self.count(calls)
        return QueueDTO(
            name: queue.id.name, vip: queue.vip, strategy: queue.strategy.rawValue, maxLength: queue.maxLength,
            waiting: waiting.count, longestWaitSeconds: waiting.map(\.arrivedAt).min().map(seconds(since:)),
            talking: counts.talking, held: counts.held, entered: queue.entered, answered: queue.answered,
            lost: queue.lost, operators: Self.count(operators))
    }

    // MARK: Dialers

    var dialerNames: [String] { snapshot.dialers.map(\.id.name) }

    func dialers(_ counts: [DialerID: TaskCounts]) -> [DialerDTO] {
        snapshot.dialers.map { dto($0, counts[$0.id]) }
    }

    func dialer(_ id: DialerID, _ counts: [DialerID: TaskCounts]) -> DialerDetailDTO? {
        guard let dialer = snapshot.dialers.first(where: { $0.id == id }) else { return nil }
        let members = dialer.members.compactMap { place in
            `operator`(place.operator).map {
                DialerDetailDTO.Member(
                    operator: $0, priority: place.priority, isBusyHere: dialer.busy.contains(place.operator))
            }
        }
        return DialerDetailDTO(
            dialer: dto(dialer, counts[id]),
            members: members.sorted { ($1.priority, $0.operator.id) < ($0.priority, $1.operator.id) })
    }

    private func dto(_ dialer: RoutingSnapshot.Dialer, _ counts: TaskCounts?) -> DialerDTO {
        let (isPaused, reason): (Bool, String?) =
            switch dialer.wish {
            case .running: (false, nil)
            case .paused(let reason): (true, reason.isEmpty ? nil : reason)
            }
        let working = Set(dialer.members.lazy.filter { $0.priority > 0 }.map(\.operator))
        return DialerDTO(
            name: dialer.id.name, mode: dialer.mode == .personal ? .personal : .callback, paused: isPaused,
            reason: reason, rulesOf: dialer.queue.name, open: counts?.open ?? 0, due: counts?.due ?? 0,
            firstDue: counts.map { Timestamp($0.firstDue) }, inProgress: dialer.busy.count,
            operators: Self.count(snapshot.operators.filter { working.contains($0.id) }))
    }

    // MARK: Calls

    var callCounts: StatusDTO.Calls { Self.count(snapshot.calls) }

    /// The calls that are up and wanted; the longest in the house first.
    func liveCalls(matching filter: CallFilter) -> [LiveCallDTO] {
        let wanted = snapshot.calls.filter { call in
            (filter.call.map { $0 == call.call } ?? true)
                && (filter.queue.map { $0 == call.queue } ?? true)
                && (filter.operator.map { call.state.operators.contains($0) } ?? true)
                && (filter.number.map { $0 == call.number } ?? true)
                && (filter.vip.map { $0 == call.vip } ?? true)
                && (filter.since.map { $0 <= WallTime(call.arrivedAt, origin: origin) } ?? true)
        }
        return Array(longestFirst(wanted).prefix(filter.limit))
    }

    func liveCall(_ id: CallID) -> LiveCallDTO? { calls[id].map(dto) }

    private func longestFirst(_ calls: [RoutingSnapshot.Call]) -> [LiveCallDTO] {
        calls.sorted { ($0.arrivedAt, $0.call) < ($1.arrivedAt, $1.call) }.map(dto)
    }

    private func dto(_ call: RoutingSnapshot.Call) -> LiveCallDTO {
        LiveCallDTO(
            call: call.call.description, queue: call.queue.name, number: call.number?.text, name: call.name,
            vip: call.vip, state: call.state.dto, stage: call.state.stage?.rawValue,
            operators: call.state.operators.map(\.name), ownOperator: call.own?.name, arrivedAt: date(call.arrivedAt),
            seconds: seconds(since: call.arrivedAt), stateSeconds: seconds(since: call.since))
    }

    private static func count(_ calls: [RoutingSnapshot.Call]) -> StatusDTO.Calls {
        var counts = StatusDTO.Calls(waiting: 0, talking: 0, held: 0)
        for call in calls {
            switch call.state.phase {
            case .waiting: counts.waiting += 1
            case .talking: counts.talking += 1
            case .held: counts.held += 1
            case .elsewhere: break
            }
        }
        return counts
    }

    // MARK: Times

    private func date(_ instant: Instant) -> Timestamp { Timestamp(WallTime(instant, origin: origin)) }

    private func seconds(since instant: Instant) -> Double { max(now - instant, .zero).inSeconds }
}

extension RoutingSnapshot.Call.State {
    fileprivate enum Phase {
        case waiting, talking, held
        /// In no queue.
        case elsewhere
    }

    fileprivate var phase: Phase {
        switch self {
        case .waiting, .ringing, .interrupting, .leaving: .waiting
        case .talking: .talking
        case .held: .held
        case .inScenario, .dialling: .elsewhere
        }
    }

    fileprivate var dto: LiveCallDTO.State {
        switch self {
        case .waiting: .waiting
        case .ringing: .ringing
        case .interrupting: .interrupting
        case .talking: .talking
        case .held: .held
        case .leaving: .leaving
        case .inScenario: .inScenario
        case .dialling: .dialling
        }
    }

    fileprivate var stage: StickyStage? {
        switch self {
        case .waiting(let stage): stage
        case .ringing, .interrupting, .talking, .held, .leaving, .inScenario, .dialling: nil
        }
    }

    fileprivate var operators: [OperatorID] {
        switch self {
        case .waiting, .leaving, .inScenario: []
        case .ringing(let operators): operators
        case .dialling(let one): one.map { [$0] } ?? []
        case .interrupting(let one), .talking(let one), .held(by: let one): [one]
        }
    }
}

extension OperatorWish {
    var dto: WishDTO.Wish {
        switch self {
        case .ready: .ready
        case .paused: .paused
        case .off: .off
        }
    }

    /// Why they want a pause, if they said so.
    fileprivate var dtoReason: String? {
        if case .paused(let reason) = self, !reason.isEmpty { reason } else { nil }
    }
}

extension Duration {
    /// Whole milliseconds, written in seconds.
    var inSeconds: Double { Double(wholeNanoseconds / 1_000_000) / 1_000 }
}
