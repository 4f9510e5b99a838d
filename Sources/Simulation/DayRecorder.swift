package import Routing

/// Makes a `RecordedDay` from what reached a router and what it decided, in order.
///
/// Instants count from the beginning of the day on, whatever the router's own clock said; what was before it, at negative
/// ones, tells who was at work when the day began. Calls that were up then are not part of the day.
package struct DayRecorder: Sendable {
    private struct Rings {
        var answered: [Duration] = []
        var declined = 0
        var missed = 0

        var count: Int { answered.count + declined + missed }

        static func + (left: Self, right: Self) -> Self {
            Rings(
                answered: left.answered + right.answered, declined: left.declined + right.declined,
                missed: left.missed + right.missed)
        }
    }

    private struct Standing {
        var isReachable = false
        var wish = OperatorWish.off
        /// Paused by the router, since then, because of unanswered rings.
        var pausedAt: Instant?
    }

    /// Of fewer rings nothing can be said about one operator: they are taken to be like all others.
    private static let enoughRings = 10

    private let length: Duration?
    private var now = Instant(nanoseconds: 0)
    private var day = RecordedDay(length: .zero)
    /// Where the calls that are up stand in the day.
    private var up: [CallID: Int] = [:]
    /// A wish to be called back follows in the next breath.
    private var lastEnded: (call: CallID, index: Int)?
    private var standings: [OperatorID: Standing] = [:]
    private var rings: [OperatorID: Rings] = [:]
    /// How long operators stayed away who had been paused because of unanswered rings.
    private var absences: [Duration] = []
    /// Where the calls of their own that operators are in stand among the changes.
    private var ownCalls: [CallID: Int] = [:]
    private var hasBegun = false

    /// - Parameter length: later arrivals are not part of the day; `nil`: it is as long as the record.
    package init(length: Duration? = nil) {
        self.length = length
    }

    /// Calls of the day that are not over.
    package var waitsForEnds: Bool { !up.isEmpty }

    // MARK: - What happened

    /// The router's process was started: whatever was up is gone, and nobody is there before they come back.
    package mutating func processBegan(at instant: Instant) {
        advance(to: instant)
        cutCalls { _ in true }
        for name in standings.keys.sorted() {
            set(name, reachable: false)
            set(name, wish: .off)
            standings[name]?.pausedAt = nil
        }
    }

    /// The router's state, written down where the record goes on after a gap, or where it begins.
    package mutating func take(_ state: RoutingState, at instant: Instant) {
        advance(to: instant)
        day.policy = state.policy
        let snapshot = state.snapshot(at: instant)
        let present = Set(snapshot.calls.map(\.call))
        cutCalls { !present.contains($0) }
        for person in snapshot.operators {
            set(person.id, reachable: person.reachable)
            set(person.id, wish: person.wish)
        }
    }

    package mutating func take(_ event: RoutingEvent, _ decisions: [Decision], at instant: Instant) {
        advance(to: instant)
        switch event {
        case .configured(let policy): if isInDay { day.policy = policy }
        case .callArrived(let arrival): arrived(arrival)
        case .operatorReachable(let name): set(name, reachable: true)
        case .operatorUnreachable(let name): set(name, reachable: false)
        case .ownCallBegan(let call, let name, let number): beginOwnCall(call, of: name, with: number)
        case .ownCallEnded(let call, _, let talked): endOwnCall(call, talked: talked)
        default: break
        }
        for decision in decisions {
            switch decision.action {
            case .connect(let call, let name): connected(call, name)
            case .record(.callEnded(let record)): ended(record)
            case .record(.operatorWished(let name, let wish)): set(name, wish: wish)
            case .record(.callbackWanted(let wish)): wantsCallback(wish.call)
            case .record(.taskOpened(let record)):
                switch record.source {
                case .lostCall(let call), .customer(let call), .hangUp(let call): wantsCallback(call)
                case .form, .click, .importFile, .program: break
                }
            default: break
            }
        }
    }

    /// The day as far as it was seen.
    package mutating func finish() -> RecordedDay {
        cutCalls { _ in true }
        beginDay()
        findRepeats()
        day.length = length ?? max(.zero, now - Instant(nanoseconds: 0))
        let all = rings.keys.sorted().compactMap { rings[$0] }.reduce(Rings(), +)
        day.habits = habits(from: all, or: OperatorHabits())
        for (name, seen) in rings where seen.count >= Self.enoughRings {
            day.habitsOf[name] = habits(from: seen, or: day.habits)
        }
        return day
    }

    // MARK: - Time

    /// A clock that was set back between two processes must not bring the day into disorder.
    private mutating func advance(to instant: Instant) {
        now = hasBegun ? max(now, instant) : instant
        if now.nanoseconds >= 0 { beginDay() }
    }

    private var isInDay: Bool { length.map { now.nanoseconds < $0.wholeNanoseconds } ?? true }

    private mutating func beginDay() {
        guard !hasBegun else { return }
        hasBegun = true
        for name in standings.keys.sorted() {
            guard let standing = standings[name] else { continue }
            for what in [RecordedDay.Change.What.reachable(standing.isReachable), .wish(standing.wish)] {
                day.changes.append(RecordedDay.Change(at: Instant(nanoseconds: 0), operator: name, what: what))
            }
        }
    }

    // MARK: - Calls

    private mutating func arrived(_ arrival: Arrival) {
        guard hasBegun, isInDay, up[arrival.call] == nil else { return }
        up[arrival.call] = day.calls.count
        day.calls.append(RecordedDay.Call(arrival, at: now))
    }

    private mutating func connected(_ id: CallID, _ name: OperatorID) {
        guard let index = up[id], day.calls[index].answeredBy == nil else { return }
        day.calls[index].answeredBy = name
        day.calls[index].wait = now - day.calls[index].at
    }

    private mutating func ended(_ record: CallRecord) {
        guard let index = up.removeValue(forKey: record.arrival.call) else { return }
        lastEnded = (record.arrival.call, index)
        var call = day.calls[index]
        call.outcome = record.outcome
        if call.answeredBy == nil { call.wait = record.endedAt - record.arrivedAt }
        if record.outcome == .answered {
            call.talk = record.segments.filter { $0.kind == .talking }.reduce(.zero) { $0 + ($1.until - $1.from) }
        }
        call.hadToWait = record.rings.map(\.from).min() != record.arrivedAt
        call.interrupted = record.interrupted
        day.calls[index] = call
        for ring in record.rings { count(ring) }
    }

    private mutating func wantsCallback(_ id: CallID) {
        guard let ended = lastEnded, ended.call == id else { return }
        day.calls[ended.index].wantsCallback = true
    }

    /// How soon somebody calls again who means the same thing.
    private static let redialsWithin = Duration.seconds(3_600)

    /// Which calls there were only because the one before had not been answered.
    private mutating func findRepeats() {
        var lost: [CustomerNumber: Instant] = [:]
        var losses = 0
        var pauses: [Duration] = []
        for index in day.calls.indices {
            let call = day.calls[index]
            guard let number = call.arrival.number else { continue }
            if let since = lost[number], call.at - since <= Self.redialsWithin {
                day.calls[index].repeats = true
                pauses.append(max(.zero, call.at - since))
            }
            lost[number] = call.isAnswered ? nil : call.at + call.wait
            losses += call.isAnswered ? 0 : 1
        }
        day.redial.share = losses > 0 ? Double(pauses.count) / Double(losses) : 0
        day.redial.after = .observed(pauses.sorted())
    }

    /// Their ends were not seen. Whoever waited was still waiting.
    private mutating func cutCalls(where isGone: (CallID) -> Bool) {
        for call in ownCalls.keys.sorted() { endOwnCall(call, talked: .zero) }
        for id in up.keys.sorted() where isGone(id) {
            guard let index = up.removeValue(forKey: id) else { continue }
            if day.calls[index].answeredBy == nil { day.calls[index].wait = now - day.calls[index].at }
        }
    }

    // MARK: - Operators

    private mutating func set(_ name: OperatorID, reachable isReachable: Bool) {
        guard standings[name, default: Standing()].isReachable != isReachable else { return }
        standings[name, default: Standing()].isReachable = isReachable
        note(.reachable(isReachable), of: name)
    }

    /// A pause because of unanswered rings is nobody's wish: with other rings there would have been none. How long it
    /// lasts is.
    private mutating func set(_ name: OperatorID, wish: OperatorWish) {
        var standing = standings[name] ?? Standing()
        defer { standings[name] = standing }
        let isPause = wish == .noAnswer
        if isPause {
            standing.pausedAt = standing.pausedAt ?? now
        } else if let since = standing.pausedAt {
            standing.pausedAt = nil
            if wish == .ready { absences.append(now - since) }
        }
        let wish = isPause ? .ready : wish
        guard standing.wish != wish else { return }
        standing.wish = wish
        note(.wish(wish), of: name)
    }

    private mutating func beginOwnCall(_ call: CallID, of name: OperatorID, with number: CustomerNumber?) {
        guard hasBegun, isInDay, ownCalls[call] == nil else { return }
        ownCalls[call] = day.changes.count
        note(.ownCall(number, .zero, talked: .zero), of: name)
    }

    private mutating func endOwnCall(_ call: CallID, talked: Duration) {
        guard let index = ownCalls.removeValue(forKey: call), case .ownCall(let number, _, _) = day.changes[index].what
        else { return }
        day.changes[index].what = .ownCall(number, now - day.changes[index].at, talked: talked)
    }

    private mutating func note(_ what: RecordedDay.Change.What, of name: OperatorID) {
        guard hasBegun, isInDay else { return }
        day.changes.append(RecordedDay.Change(at: now, operator: name, what: what))
    }

    private mutating func count(_ ring: CallRecord.Ring) {
        switch ring.end?.cause {
        case nil: rings[ring.operator, default: Rings()].answered.append(ring.until - ring.from)
        case .declined, .busy: rings[ring.operator, default: Rings()].declined += 1
        case .noAnswer: rings[ring.operator, default: Rings()].missed += 1
        // Nothing that the operator did.
        case .unreachable, .withdrawn: break
        }
    }

    private func habits(from rings: Rings, or others: OperatorHabits) -> OperatorHabits {
        var habits = others
        if rings.count > 0 {
            habits.declines = Double(rings.declined) / Double(rings.count)
            habits.misses = Double(rings.missed) / Double(rings.count)
        }
        if !rings.answered.isEmpty { habits.answering = .observed(rings.answered.sorted()) }
        if !absences.isEmpty {
            habits.returnsAfter = absences.reduce(.zero, +) / absences.count
        }
        return habits
    }
}
