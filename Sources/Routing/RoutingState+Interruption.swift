// A VIP call for whom nobody is ready takes an operator out of an ordinary conversation (product.md section 4). This
// file goes from the choice to the hold; `+Held` is about the customer on hold and the way back.

extension RoutingState {
    /// When a conversation may be interrupted.
    enum Ripeness: Hashable, Sendable {
        case now
        /// It is too young until then.
        case at(Instant)
        case never
    }

    // MARK: - Choose

    /// A waiting VIP looks for a conversation to interrupt. If there is none, they wait at the head of their queue.
    mutating func interruptSomebody(for id: CallID) {
        guard let call = calls[id], canInterrupt(call), let queue = queues[call.queue] else { return }
        var best: (name: OperatorID, key: VictimKey)?
        for member in queue.members where member.priority > 0 {
            let name = member.operator
            switch ripeness(of: name, for: call) {
            case .never: continue
            case .at(let instant): noteRipe(name, at: instant)
            case .now:
                let key = VictimKey(member, for: call, since: operators[name]?.conversation?.since ?? now)
                if let best, !(key < best.key) { continue }
                best = (name, key)
            }
        }
        if let best { tell(best.name, of: id, because: best.key.reason(best.name)) }
    }

    /// A conversation has begun, or may be interrupted again: the first VIP in line who may have it takes it.
    mutating func offerConversation(of name: OperatorID) {
        guard !vips.isEmpty, let state = operators[name], mayBeInterrupted(state) else { return }
        operators[name]?.conversation?.ripeAt = nil
        for entry in vipsInOrder(for: state) {
            guard let call = calls[entry], canInterrupt(call) else { continue }
            switch ripeness(of: name, for: call) {
            case .never: continue
            case .at(let instant): noteRipe(name, at: instant)
            case .now:
                let priority = state.memberships[call.queue]?.priority ?? 0
                let isOwn = call.stickiness?.own == name
                let isNamed = call.named == name
                let owned: RoutingReason = isNamed ? .namedByScenario(name) : .ownOperatorOfVIP(name)
                tell(name, of: entry, because: isOwn ? owned : .highestPriority(priority))
                return
            }
        }
    }

    /// A VIP in its own or group stage interrupts nobody while others are ready, who may have it when the stage is over.
    /// When the last of them is taken or goes away, it need not wait for that any longer. Asked after every event.
    mutating func reconsiderVIPs() {
        guard readyShrank else { return }
        readyShrank = false
        for vip in vips.calls where calls[vip]?.stage != .anyone { interruptSomebody(for: vip) }
    }

    /// VIP calls that this operator could have, pinned ones first, then by waiting time × priority.
    private func vipsInOrder(for state: Operator) -> [CallID] {
        var scored: [(entry: WaitingLine.Entry, score: Int64)] = []
        for (id, member) in state.serves {
            guard let queue = queues[id] else { continue }
            let lines = [queue.open.vip] + state.policy.groups.compactMap { queue.grouped[$0]?.vip }
            for entry in lines.flatMap(\.entries) {
                let wait = microseconds(from: entry.place.entered, to: now)
                scored.append((entry, wait &* Int64(member.priority)))
            }
        }
        scored.sort { ($1.score, $0.entry.place) < ($0.score, $1.entry.place) }
        return state.pinned.vip.calls + scored.map(\.entry.call)
    }

    /// The VIP waits, interrupts nobody yet, and nobody is ready whom they could have in the ordinary way.
    func canInterrupt(_ call: Call) -> Bool {
        guard call.isVIP, call.state == .waiting(telling: nil), let queue = queues[call.queue], queue.hasRoom else {
            return false
        }
        return !queue.ready.contains { operators[$0]?.refused.contains(call.id) == false }
    }

    /// Whatever does not depend on the VIP: an ordinary conversation, not interrupted before, not protected, of an
    /// operator who wants calls.
    private func mayBeInterrupted(_ state: Operator) -> Bool {
        guard let conversation = state.conversation, let customer = calls[conversation.call] else { return false }
        guard conversation.interruption == nil, !conversation.isProtected, !conversation.isHeldByPhone,
            state.wish == .ready
        else { return false }
        return !customer.isVIP && !customer.history.wasInterrupted
    }

    func ripeness(of name: OperatorID, for vip: Call) -> Ripeness {
        guard let state = operators[name], mayBeInterrupted(state), let conversation = state.conversation else {
            return .never
        }
        guard state.memberships[vip.queue] != nil, mayTake(vip, name) else { return .never }
        guard !vip.declinedConversations.contains(conversation.call) else { return .never }
        let ripeAt = conversation.since + max(.zero, vip.policy.interruption.minTalk)
        return ripeAt <= now ? .now : .at(ripeAt)
    }

    /// Comes back when the conversation is old enough.
    private mutating func noteRipe(_ name: OperatorID, at instant: Instant) {
        let earlier = operators[name]?.conversation?.ripeAt
        operators[name]?.conversation?.ripeAt = earliest(earlier, instant)
    }

    // MARK: - Announce, pause

    private mutating func tell(_ name: OperatorID, of vip: CallID, because reason: RoutingReason) {
        guard let call = calls[vip], let customer = operators[name]?.conversation?.call else { return }
        let policy = call.policy.interruption
        let playback = makePlayback(.announcement(name))
        let interruption = Interruption(vip: vip, customer: customer, policy: policy, announcement: playback)
        operators[name]?.conversation?.interruption = interruption
        operators[name]?.conversation?.ripeAt = nil
        move(vip, to: .waiting(telling: name))
        decide(.overlay(playback, policy.operatorAnnouncement, to: .operator(name)), because: reason)
        decide(.note(vip, .told(name)), because: reason)
        guard interruption.usesKeys else { return }
        decide(.captureKeys(name, true), because: .vipInterrupts(vip))
        decide(.note(customer, .keysCaptured(name, true)), because: .vipInterrupts(vip))
    }

    mutating func announcementEnded(_ playback: PlaybackID, for name: OperatorID, completed: Bool) {
        guard var interruption = operators[name]?.conversation?.interruption else { return }
        let consequence = interruption.soundEnded(playback, completed: completed, at: now)
        operators[name]?.conversation?.interruption = interruption
        if interruption.wasHeard { noteHeard(interruption.vip, name) }
        carryOut(consequence, name)
    }

    mutating func operatorPressed(_ key: Key, _ name: OperatorID) {
        guard let interruption = operators[name]?.conversation?.interruption else { return }
        carryOut(interruption.keyPressed(key), name)
    }

    mutating func pauseEnded(_ name: OperatorID) {
        guard let interruption = operators[name]?.conversation?.interruption else { return }
        carryOut(interruption.pauseEnded(), name)
    }

    private mutating func carryOut(_ consequence: Interruption.Consequence, _ name: OperatorID) {
        switch consequence {
        case .nothing: break
        case .hold(let reason): hold(name, because: reason)
        case .decline(let reason): decline(name, because: reason)
        }
    }

    /// The operator goes on with the customer; the VIP tries the next conversation, and this one never again.
    mutating func decline(_ name: OperatorID, because reason: RoutingReason) {
        guard let interruption = operators[name]?.conversation?.interruption else { return }
        withdraw(from: name, because: reason, isMissed: true)
        let declined = calls[interruption.vip]?.declinedConversations ?? []
        let running = declined.filter { calls[$0] != nil }
        calls[interruption.vip]?.declinedConversations = running + [interruption.customer]
        seek(interruption.vip)
        offerConversation(of: name)
    }

    // MARK: - Withdraw

    /// The VIP does not interrupt this operator after all, and is simply waiting again.
    ///
    /// - Parameter isMissed: the operator could have had the VIP, and is told so in the figures if they heard of it.
    mutating func withdraw(from name: OperatorID, because reason: RoutingReason, isMissed: Bool) {
        guard let interruption = endTelling(name, because: reason) else { return }
        move(interruption.vip, to: .waiting(telling: nil))
        decide(.note(interruption.vip, .notTold(name)), because: reason)
        if isMissed, interruption.wasHeard {
            decide(.record(.vipMissed(interruption.vip, name)), because: reason)
        }
    }

    /// Takes back what the telling did to the operator's leg. The VIP's state is the caller's business.
    ///
    /// - Parameter legIsUp: there still is something to take back.
    @discardableResult
    mutating func endTelling(
        _ name: OperatorID, because reason: RoutingReason, legIsUp: Bool = true
    ) -> Interruption? {
        guard var interruption = operators[name]?.conversation?.interruption else { return nil }
        if case .announcing(let playback) = interruption.step {
            playbacks[playback] = nil
            if legIsUp { decide(.stopOverlay(.operator(name)), because: reason) }
        }
        if legIsUp, interruption.usesKeys {
            decide(.captureKeys(name, false), because: reason)
            // A customer who has just left has no story any more.
            if calls[interruption.customer] != nil {
                decide(.note(interruption.customer, .keysCaptured(name, false)), because: reason)
            }
        }
        interruption.cutAnnouncement()
        if interruption.wasHeard { noteHeard(interruption.vip, name) }
        operators[name]?.conversation?.interruption = nil
        return interruption
    }

    // MARK: - Hold, talk

    /// The customer is held and the VIP connected to the operator's same leg, in one step: nobody has to wait for the
    /// end of the customer's announcement.
    private mutating func hold(_ name: OperatorID, because reason: RoutingReason) {
        guard let leg = operators[name]?.conversation?.leg,
            var interruption = endTelling(name, because: reason), let customer = calls[interruption.customer]
        else { return }
        let vip = interruption.vip
        move(customer.id, to: .held(by: name))
        let party = Party.caller(customer.id)
        if let announcement = interruption.policy.customerAnnouncement {
            let play = Action.play(makePlayback(), announcement, to: party, then: customer.policy.holdAudio)
            decide(play, because: .vipInterrupts(vip))
        } else {
            decide(.loop(customer.policy.holdAudio, to: party), because: .vipInterrupts(vip))
        }
        leaveLine(vip)
        calls[vip]?.history.noteInterrupted()
        recordUsage(of: vip, name)
        _ = chargeTurn(of: name, for: vip)
        connect(vip, name, leg: leg, because: reason)
        interruption.hold(at: now)
        operators[name]?.conversation?.interruption = interruption
        decide(.overlay(makePlayback(), .beep, to: .operator(name)), because: reason)
    }

    // MARK: - What is counted

    private mutating func noteHeard(_ vip: CallID, _ name: OperatorID) {
        calls[vip]?.history.noteAnnounced()
        recordUsage(of: vip, name)
    }

    /// Once for each VIP call, however many operators were told of it or interrupted.
    private mutating func recordUsage(of vip: CallID, _ name: OperatorID) {
        guard calls[vip]?.history.isUsageRecorded == false else { return }
        calls[vip]?.history.isUsageRecorded = true
        decide(.record(.vipUsed(vip, name)), because: .vipInterrupts(vip))
    }
}

/// The order in which conversations are interrupted: the operator named by the scenario, else the VIP's own; then the
/// highest priority; then the longest conversation; then the configured order.
private struct VictimKey: Comparable {
    private let isNamed: Bool
    private let isOwn: Bool
    private let member: Member
    private let since: Instant

    init(_ member: Member, for vip: Call, since: Instant) {
        isNamed = vip.named == member.operator
        isOwn = vip.stickiness?.own == member.operator
        self.member = member
        self.since = since
    }

    static func < (left: VictimKey, right: VictimKey) -> Bool {
        if left.isNamed != right.isNamed { return left.isNamed }
        if left.isOwn != right.isOwn { return left.isOwn }
        if left.member.priority != right.member.priority { return left.member.priority > right.member.priority }
        return left.since == right.since ? left.member.rank < right.member.rank : left.since < right.since
    }

    func reason(_ name: OperatorID) -> RoutingReason {
        if isNamed { return .namedByScenario(name) }
        return isOwn ? .ownOperatorOfVIP(name) : .highestPriority(member.priority)
    }
}
