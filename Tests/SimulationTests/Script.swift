import Routing
import TestKit

/// What a world told its router, in a form that still makes sense when parts of it are left out.
///
/// The router numbers rings and playbacks itself, so leaving out an arrival would give all later ones other numbers.
/// The script therefore knows them by what they are: the second ring of Anna's phone for call 7.
struct Script {
    struct Step {
        let at: Instant
        let event: RoutingEvent
        /// What the event is about, if the router made its number.
        let subject: Subject?
    }

    /// A ring or a playback, by what it is and how many such there were before.
    enum Subject: Hashable {
        case ring(OperatorID, CallID, number: Int)
        case playback(Party, Sound, number: Int)
    }

    private(set) var steps: [Step] = []
    private var names = Names()

    /// Alarms are no part of it: they go off by themselves.
    mutating func record(_ event: RoutingEvent, at instant: Instant) {
        if case .deadlineReached = event { return }
        steps.append(Step(at: instant, event: event, subject: names.subject(of: event)))
    }

    mutating func note(_ action: Action) { names.note(action) }
}

/// What the router's numbers stand for, both ways.
struct Names {
    private var subjects: [RingID: Script.Subject] = [:]
    private var rings: [Script.Subject: RingID] = [:]
    private var sounds: [PlaybackID: Script.Subject] = [:]
    private var playbacks: [Script.Subject: PlaybackID] = [:]
    private var counts: [Script.Subject: Int] = [:]

    mutating func note(_ action: Action) {
        switch action {
        case .ring(let ring, let name, let call), .ringForTask(let ring, let name, let call, _, _),
            .adoptLeg(let ring, let name, let call):
            let subject = Script.Subject.ring(name, call, number: next(.ring(name, call, number: 0)))
            subjects[ring] = subject
            rings[subject] = ring
        case .play(let playback, let sound, let party, _), .overlay(let playback, let sound, let party):
            note(playback, sound, party)
        case .speak(let playback, _, let party):
            note(playback, "speech", party)
        case .claim, .findWindow, .showCard, .hideCard, .remind, .resolveTime, .dial, .stopDialling, .consult, .note,
            .accept,
            .refuse,
            .stopRinging, .connect, .loop, .stopOverlay, .captureKeys, .hangUp, .record:
            break
        }
    }

    private mutating func note(_ playback: PlaybackID, _ sound: Sound, _ party: Party) {
        let subject = Script.Subject.playback(party, sound, number: next(.playback(party, sound, number: 0)))
        sounds[playback] = subject
        playbacks[subject] = playback
    }

    private mutating func next(_ kind: Script.Subject) -> Int {
        counts[kind, default: 0] += 1
        return counts[kind, default: 0]
    }

    func subject(of event: RoutingEvent) -> Script.Subject? {
        switch event {
        case .ringAnswered(let ring), .ringEnded(let ring, _), .operatorLeft(_, let ring, _): subjects[ring]
        case .soundEnded(let playback, _): sounds[playback]
        default: nil
        }
    }

    /// The step's event with this router's numbers; `nil`: here there never was such a ring or playback.
    func event(of step: Script.Step) -> RoutingEvent? {
        guard let subject = step.subject else { return step.event }
        switch step.event {
        case .ringAnswered: return rings[subject].map(RoutingEvent.ringAnswered)
        case .ringEnded(_, let end): return rings[subject].map { .ringEnded($0, end) }
        case .operatorLeft(let name, _, let cause): return rings[subject].map { .operatorLeft(name, $0, cause) }
        case .soundEnded(_, let completed): return playbacks[subject].map { .soundEnded($0, completed: completed) }
        default: return step.event
        }
    }
}

/// Plays a script, or what is left of it, to a fresh router.
struct Replay {
    private(set) var state: RoutingState
    private(set) var checker = Checker()
    /// What happened and what was decided, one line each.
    private(set) var lines: [String] = []
    private var names = Names()
    private var now = Instant(seconds: 0)
    private let complaint: (Decision) -> String?

    // What an obedient shell needs to know to bring everything to an end.
    private var operators: Set<OperatorID> = []
    private var rings: [RingID: OperatorID] = [:]
    private var stopped: Set<RingID> = []
    private var playing: Set<PlaybackID> = []
    private var legs: [OperatorID: RingID] = [:]
    /// What else an answer is due to, oldest first.
    private var owed: [RoutingEvent] = []
    private var lastCall: UInt64 = 1 << 40

    /// - Parameters:
    ///   - seed: of the world whose script it is: the router throws the same dice.
    ///   - complaint: finds fault with a decision, for tests of all this.
    init(seed: UInt64, complaint: @escaping (Decision) -> String? = { _ in nil }) {
        state = RoutingState(seed: seed)
        self.complaint = complaint
    }

    /// What goes wrong, at the first step at which anything does, or in the calm afterwards.
    mutating func problems(of steps: [Script.Step]) -> [String] {
        for step in steps where checker.problems.isEmpty {
            fireDeadlines(until: step.at)
            now = max(now, step.at)
            if let event = names.event(of: step) { handle(event) }
        }
        return checker.problems
    }

    /// The same, after everybody was given the time to come to an end.
    mutating func leftovers(of steps: [Script.Step]) -> [String] {
        let problems = problems(of: steps)
        guard problems.isEmpty else { return problems }
        comeToRest()
        let snapshot = state.snapshot(at: now)
        let calls = snapshot.calls.isEmpty ? [] : ["calls are left: \(snapshot.calls.map(\.call))"]
        return checker.problems + calls + checker.unfinished()
    }

    private mutating func fireDeadlines(until end: Instant) {
        while let next = state.nextDeadline, next <= end, checker.problems.isEmpty {
            now = max(now, next)
            handle(.deadlineReached)
            checker.expect(state.nextDeadline.map { $0 > now } ?? true, "a deadline is not in the future")
        }
    }

    private mutating func handle(_ event: RoutingEvent) {
        if case .configured(let policy) = event {
            operators.formUnion(policy.operators.map(\.id))
            lines.append("\(now): configured: \(policy.operators.map(\.id)), \(policy.queues.map(\.id))")
        } else {
            lines.append("\(now): \(readable(event))")
        }
        note(event)
        let decisions = state.handle(event, at: now)
        checker.take(event, at: now)
        for decision in decisions {
            lines.append("\(now):     \(readable(decision.action)), because \(decision.reason)")
            names.note(decision.action)
            note(decision.action)
            checker.take(decision)
            if let complaint = complaint(decision) { checker.expect(false, complaint) }
        }
        checker.settle(state.checkInvariants())
        checker.watch(state.snapshot(at: now))
    }

    // MARK: - Calm

    private mutating func note(_ event: RoutingEvent) {
        switch event {
        case .ringAnswered(let ring):
            guard let name = rings.removeValue(forKey: ring) else { return }
            legs[name] = ring
        case .ringEnded(let ring, _): rings[ring] = nil
        case .operatorLeft(let name, let leg, _): if legs[name] == leg { legs[name] = nil }
        case .soundEnded(let playback, _): playing.remove(playback)
        case .claimed(let task, let attempt, _), .claimRefused(let task, let attempt):
            owed.removeAll { $0.isAnswer(to: task, attempt) }
        case .dialAnswered(let call), .dialEnded(let call, _):
            owed.removeAll { if case .dialEnded(call, _) = $0 { true } else { false } }
        case .windowFound(let task, _):
            owed.removeAll { if case .windowFound(task, _) = $0 { true } else { false } }
        case .ownCallBegan(let call, let name, _): owed.append(.ownCallEnded(call, by: name, talked: .zero))
        case .ownCallEnded(let call, _, _):
            owed.removeAll { if case .ownCallEnded(call, _, _) = $0 { true } else { false } }
        case .heldByPhone(let name, true): owed.append(.heldByPhone(name, false))
        case .heldByPhone(let name, false): owed.removeAll { $0 == .heldByPhone(name, false) }
        default: break
        }
    }

    private mutating func note(_ action: Action) {
        switch action {
        case .ring(let ring, let name, _), .ringForTask(let ring, let name, _, _, _): rings[ring] = name
        case .adoptLeg(let ring, let name, _): legs[name] = ring
        case .speak(let playback, _, _): playing.insert(playback)
        case .claim(let task, let attempt, _):
            // Numbers that no world gives to a call.
            lastCall += 1
            owed.append(.claimed(task, attempt: attempt, as: CallID(rawValue: lastCall)))
        case .findWindow(let task, _, _): owed.append(.windowFound(task, nil))
        case .dial(let call, _, _, _): owed.append(.dialEnded(call, DialEnd(.noAnswer)))
        case .stopRinging(let ring): stopped.insert(ring)
        case .play(let playback, _, _, _), .overlay(let playback, _, _): playing.insert(playback)
        case .hangUp(.operator(let name)): legs[name] = nil
        default: break
        }
    }

    /// Everybody works and answers at once, sounds end, customers hang up after their conversations.
    private mutating func comeToRest() {
        for name in operators.sorted() { handle(.operatorReachable(name)) }
        for _ in 0..<10_000 where checker.problems.isEmpty {
            for person in state.snapshot(at: now).operators where person.wish != .ready {
                handle(.operatorWished(person.id, .ready))
            }
            if let ring = rings.keys.min() {
                handle(stopped.contains(ring) ? .ringEnded(ring, RingEnd(.withdrawn)) : .ringAnswered(ring))
            } else if let event = owed.first {
                owed.removeFirst()
                handle(event)
            } else if let playback = playing.min(by: { $0.rawValue < $1.rawValue }) {
                handle(.soundEnded(playback, completed: true))
            } else if let call = state.snapshot(at: now).calls.first(where: \.isTalking) {
                handle(.callerLeft(call.call, HangupCause(.hungUp)))
            } else if let next = state.nextDeadline {
                fireDeadlines(until: next)
            } else {
                return
            }
        }
    }
}

extension RoutingEvent {
    fileprivate func isAnswer(to task: TaskID, _ number: Int) -> Bool {
        switch self {
        case .claimed(task, number, _), .claimRefused(task, number): true
        default: false
        }
    }
}

extension RoutingSnapshot.Call {
    fileprivate var isTalking: Bool {
        guard case .talking = state else { return false }
        return true
    }
}

/// Without the names of modules and types that the compiler puts in, and without the row of the call log, which says again
/// what the story tells.
private func readable(_ value: Any) -> String {
    if case .record(.callEnded(let record))? = value as? Action {
        return "record(end of call \(record.arrival.call), \(record.outcome.rawValue))"
    }
    return "\(value)".replacing(#/Routing\.([A-Z][A-Za-z]*\.)*/#, with: "")
}

/// A problem without the numbers in it: what stays the same when the story around it gets shorter.
private func shape(of problem: String) -> String {
    String(problem.map { $0.isNumber ? "#" : $0 }).split(separator: "#", omittingEmptySubsequences: true).joined()
}

extension World {
    /// The shortest story that still goes wrong in the same way, as people read it; the whole one if the fault does not
    /// show again without the world's own dice.
    func shrunkStory(complaint: @escaping (Decision) -> String? = { _ in nil }) -> (steps: [Script.Step], text: String)
    {
        let seed = seed
        func outcome(_ steps: [Script.Step]) -> (problem: String, lines: [String])? {
            var replay = Replay(seed: seed, complaint: complaint)
            var problems = replay.problems(of: steps)
            if problems.isEmpty, wasCalm {
                problems = replay.leftovers(of: [])
            }
            return problems.first.map { ($0, replay.lines) }
        }
        guard let whole = outcome(script.steps) else {
            return (script.steps, "does not happen again when replayed; the end of it:\n\(story(last: 60))")
        }
        let wanted = shape(of: whole.problem)
        let steps = shrink(script.steps) { outcome($0).map { shape(of: $0.problem) == wanted } ?? false }
        let last = outcome(steps) ?? whole
        let head = "\(script.steps.count) steps, shrunk to \(steps.count): \(last.problem)"
        return (steps, ([head] + last.lines).joined(separator: "\n"))
    }
}
