import Routing
import Storage

extension TaskDTO {
    init(_ stored: StoredTask) {
        self.init(
            task: stored.id.description, dialer: stored.dialer.name, number: stored.number.text,
            state: stored.closedAt == nil && stored.result == nil ? .open : .closed, due: Timestamp(stored.due),
            responsible: stored.responsible?.name, group: stored.group?.name, source: stored.source.word,
            sourceCall: stored.source.call?.description, stage: stored.stage.rawValue, attempts: stored.attempts,
            operator: stored.claimedBy?.name, openedAt: Timestamp(stored.openedAt),
            updatedAt: Timestamp(stored.updatedAt), result: stored.result?.word, resultDetail: stored.result?.detail,
            closedAt: stored.closedAt.map { Timestamp($0) })
    }
}

extension TaskDetailDTO.Attempt {
    init(_ stored: StoredAttempt) {
        let (kind, number, outcome): (String, Int?, String?) =
            switch stored.kind {
            case .attempt(let number, let outcome): ("attempt", number, outcome.rawValue)
            case .responsibleWaitExpired: ("responsible_wait_expired", nil, nil)
            }
        self.init(
            kind: kind, number: number, operator: stored.operator.name, outcome: outcome, status: stored.status,
            call: stored.call?.description, began: Timestamp(stored.began),
            dialledAt: stored.dialledAt.map { Timestamp($0) }, rangAt: stored.rangAt.map { Timestamp($0) },
            answeredAt: stored.answeredAt.map { Timestamp($0) }, endedAt: Timestamp(stored.endedAt))
    }
}

extension TaskDetailDTO.Now {
    /// - Parameter origin: the date of `Instant(nanoseconds: 0)`.
    init(_ task: RoutingSnapshot.OpenTask, origin: WallTime) {
        func date(_ instant: Instant) -> Timestamp { Timestamp(WallTime(instant, origin: origin)) }
        let window = task.record.window
        self.init(
            state: .pending, operator: nil, stage: nil, until: nil, opens: window.map { date($0.opens) },
            closes: window.map { date($0.closes) })
        switch task.state {
        case .scheduled(let instant):
            state = .scheduled
            until = date(instant)
        case .waiting(let allowed, let instant):
            state = .waiting
            stage = allowed.rawValue
            until = instant.map(date)
        case .numberInUse: state = .numberInUse
        case .previewing(let name): (state, self.operator) = (.previewing, name.name)
        case .ringing(let name): (state, self.operator) = (.ringing, name.name)
        case .dialling(let name): (state, self.operator) = (.dialling, name.name)
        case .talking(let name): (state, self.operator) = (.talking, name.name)
        case .pending: break
        case .parked: state = .parked
        }
    }
}
