import Routing

/// Which operators are in which queues, and who is paused, as `queue_log` tells it.
///
/// Operators with softphones come and go: in Asterisk they are dynamic members, whom report tools follow by ADDMEMBER and
/// REMOVEMEMBER. AGENTLOGIN and AGENTLOGOFF belong to agents whose own channel stays up for a whole shift; with both
/// kinds, tools that read both would count each session twice.
struct QueueMembers {
    typealias Telling = (event: QueueLogLine.Event, queue: QueueID?, agent: OperatorID, parameters: [String])

    /// Nobody was a member before the first step.
    var beginsEmpty = false
    private var policy: RoutingPolicy?
    /// The queues in which each operator is a member, none while away. Who is missing here may be a member or not.
    private var joined: [OperatorID: [QueueID]] = [:]
    private var paused: [OperatorID: String] = [:]

    /// The queues whose calls the operator takes, in the configured order; `nil`: not known.
    func queues(of name: OperatorID) -> [QueueID]? {
        guard let policy else { return nil }
        let served = policy.assignments.filter { $0.operator == name && $0.priority > 0 }.map(\.queue)
        var queues: [QueueID] = []
        for queue in policy.queues.map(\.id) where served.contains(queue) && !queues.contains(queue) {
            queues.append(queue)
        }
        return queues
    }

    func isConfigured(_ queue: QueueID) -> Bool {
        policy.map { $0.queues.contains { $0.id == queue } } ?? true
    }

    func queue(of dialer: DialerID) -> QueueID? {
        policy?.dialers.first { $0.id == dialer }?.queue
    }

    /// Members come to new queues and are taken out of old ones.
    mutating func configured(_ policy: RoutingPolicy) -> [Telling] {
        let old = self.policy?.operators.map(\.id)
        for name in policy.operators.map(\.id) where joined[name] == nil && old?.contains(name) == false {
            joined[name] = []
        }
        self.policy = policy
        var told: [Telling] = []
        for name in joined.keys.sorted() {
            guard let before = joined[name], !before.isEmpty, let now = queues(of: name) else { continue }
            told += before.filter { !now.contains($0) }.map { (.removeMember, $0, name, []) }
            told += now.filter { !before.contains($0) }.map { (.addMember, $0, name, []) }
            joined[name] = now
        }
        return told
    }

    mutating func entered(_ name: OperatorID, _ activity: OperatorActivity) -> [Telling] {
        guard activity != .away else {
            let left = membership(of: name) ?? queues(of: name) ?? []
            joined[name] = []
            return left.map { (.removeMember, $0, name, []) }
        }
        guard let before = membership(of: name) else {
            joined[name] = queues(of: name)
            return []
        }
        guard before.isEmpty, let now = queues(of: name), !now.isEmpty else { return [] }
        joined[name] = now
        let added: [Telling] = now.map { (.addMember, $0, name, []) }
        return added + pauseLines(of: name, paused[name], .pauseAll, .pause)
    }

    /// What is wished while away is told when the operator comes; where nobody knows whether they are there, it is not.
    mutating func wished(_ name: OperatorID, _ wish: OperatorWish) -> [Telling] {
        let isAway = membership(of: name)?.isEmpty ?? true
        switch wish {
        case .paused(let reason):
            paused[name] = reason
            return isAway ? [] : pauseLines(of: name, reason, .pauseAll, .pause)
        case .ready:
            let reason = paused.removeValue(forKey: name)
            return isAway ? [] : pauseLines(of: name, reason, .unpauseAll, .unpause)
        case .off:
            // Who is no member any more is not paused either.
            paused[name] = nil
            return []
        }
    }

    /// The queues in which the operator is a member; `nil`: not known.
    private func membership(of name: OperatorID) -> [QueueID]? {
        joined[name] ?? (beginsEmpty ? [] : nil)
    }

    /// Asterisk tells of it once for all queues, and then for each.
    private func pauseLines(
        of name: OperatorID, _ reason: String?, _ all: QueueLogLine.Event, _ each: QueueLogLine.Event
    ) -> [Telling] {
        guard let reason else { return [] }
        let queues = membership(of: name) ?? queues(of: name) ?? []
        return [(all, nil, name, [reason])] + queues.map { (each, $0, name, [reason]) }
    }
}
