package import Routing

/// Writes Asterisk's `queue_log` from the steps of a journal, so that existing report tools read what happened
/// (product.md section 8).
///
/// It is a fold: it takes every step once, in order, and keeps what later lines need. A call whose beginning it has not
/// seen gets one line, at its end, from its row of the call log. Positions that it cannot know are 0, legs and keys empty,
/// and an operator NONE.
///
/// The agent is the operator's short name, the call id the text form of `CallID`. A stay in a queue begins with
/// ENTERQUEUE and ends with exactly one of the lines that end one in Asterisk. A call that is transferred to a queue, or
/// set free by a hold that took too long, begins another stay under the same call id.
package struct QueueLog: Sendable {
    struct OpenRing {
        var `operator`: OperatorID
        var call: CallID
        var from: Instant
    }

    var now = Instant(nanoseconds: 0)
    private var wall = WallTime(milliseconds: 0)
    private var written: [QueueLogLine] = []
    private var hasBegun = false
    /// All who wait are known: the first step was the start of a process.
    private var knowsWaiting = false

    var members = QueueMembers()
    var newcomers: [CallID: QueueNewcomer] = [:]
    var visits: [CallID: QueueVisit] = [:]
    /// Who waits, in the order in which they entered; the head first.
    private var waiting: [QueueID: [CallID]] = [:]
    var rings: [RingID: OpenRing] = [:]
    /// The operators' legs, by the rings that made them.
    var legs: [OperatorID: RingID] = [:]
    /// Who talks with them, whether the beginning of that call was seen or not, and who is held for that.
    var talking: [OperatorID: CallID] = [:]
    var holding: [OperatorID: CallID] = [:]
    /// With which customers leave.
    var keys: [CallID: Key] = [:]
    /// The ring that was answered in this step.
    var answered: OpenRing?
    /// The call to a task's customer that ended in this step.
    var endedOutbound: CallRecord?

    package init() {}

    /// To be told between two processes (a `JournalHead` with another origin) and where steps are missing (`lost`).
    ///
    /// Whatever was up is forgotten and gets no more lines here: the exporter writes the ends of those calls from the
    /// call log. The next line is a QUEUESTART, by which report tools know that nothing goes on across it.
    package mutating func restarted() {
        self = QueueLog()
    }

    /// The lines of the next step, in the order in which it decided.
    ///
    /// - Parameter origin: the date of `Instant(nanoseconds: 0)`.
    package mutating func lines(of step: JournalStep, origin: WallTime) -> [QueueLogLine] {
        now = step.at
        wall = WallTime(step.at, origin: origin)
        written = []
        if !hasBegun {
            hasBegun = true
            knowsWaiting = Self.isStart(step)
            members.beginsEmpty = knowsWaiting
            write(.queueStart)
        } else if case .configured = step.event {
            write(.configReload)
        }
        begin(step.event)
        for decision in step.decisions { follow(decision) }
        end(step.event)
        return written
    }

    /// The first configuration of a process brings all its operators in, away; a reload does not.
    private static func isStart(_ step: JournalStep) -> Bool {
        guard case .configured(let policy) = step.event else { return false }
        return policy.operators.allSatisfy { person in
            step.decisions.contains { $0.action == .record(.operatorEntered(person.id, .away)) }
        }
    }
}

// MARK: - Lines

extension QueueLog {
    mutating func write(
        _ event: QueueLogLine.Event, _ call: CallID? = nil, _ queue: QueueID? = nil, _ agent: OperatorID? = nil,
        _ parameters: [String] = []
    ) {
        written.append(
            QueueLogLine(at: wall, call: call, queue: queue, agent: agent, event: event, parameters: parameters))
    }

    mutating func write(_ told: [QueueMembers.Telling]) {
        for line in told { write(line.event, nil, line.queue, line.agent, line.parameters) }
    }

    /// The conversation is over: hold time, call time, original position, after what the event has before them.
    mutating func writeEnd(
        _ event: QueueLogLine.Event, _ call: CallID, _ visit: QueueVisit, at end: Instant, _ first: [String] = []
    ) {
        write(
            event, call, visit.queue, visit.operator,
            first + [visit.held.seconds, visit.talked(until: end).seconds, Self.text(visit.originalPosition)])
    }

    /// The customer is out of the queue: position, original position, wait time.
    mutating func writeExit(
        _ event: QueueLogLine.Event, _ call: CallID, _ visit: QueueVisit, at end: Instant, first: [String] = [],
        last: [String] = []
    ) {
        let waited = end - visit.enteredAt
        let position = Self.text(position(of: call, in: visit.queue))
        write(
            event, call, visit.queue, nil,
            first + [position, Self.text(visit.originalPosition), waited.seconds] + last)
    }

    private static func text(_ position: Int?) -> String { String(position ?? 0) }
}

// MARK: - Who waits

extension QueueLog {
    /// The call takes its place: at the end, or before all others.
    mutating func enter(_ call: CallID, _ who: QueueNewcomer, _ queue: QueueID, atHead: Bool = false) {
        var line = waiting[queue] ?? []
        line.insert(call, at: atHead ? 0 : line.count)
        waiting[queue] = line
        let place = position(of: call, in: queue)
        visits[call] = QueueVisit(who, in: queue, at: now, position: place)
        let name = who.name.map { [$0] } ?? []
        write(.enterQueue, call, queue, nil, ["", who.number?.text ?? "", Self.text(place)] + name)
    }

    mutating func leaveLine(_ call: CallID, _ queue: QueueID) {
        waiting[queue]?.removeAll { $0 == call }
        if waiting[queue]?.isEmpty == true { waiting[queue] = nil }
    }

    /// 1 for the head; `nil`: not known.
    private func position(of call: CallID, in queue: QueueID) -> Int? {
        guard knowsWaiting, let index = waiting[queue]?.firstIndex(of: call) else { return nil }
        return index + 1
    }
}

extension Duration {
    /// Whole seconds, none if it is negative.
    var seconds: String { String(max(0, components.seconds)) }
    /// Whole milliseconds, none if it is negative.
    var milliseconds: String { String(max(0, wholeNanoseconds) / 1_000_000) }
}
