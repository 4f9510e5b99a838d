import Routing
import Simulation
import TestKit

/// A small world around the router: customers with patience, VIPs, operators with moods, and a shell that is late.
///
/// Everything is drawn from one seed and happens in virtual time, so a seed is a whole story. The world is fair to the
/// contract of the seam (each ring has one end, each sound one end, each hung-up leg leaves) and to nothing else:
/// events come late, twice and crossed; people do what is least convenient.
struct World {
    /// How people and machines behave.
    struct Temper {
        var arrivals = 6.0
        var patience = 40.0
        var talk = 30.0
        var vip = 0.15
        var decline = 0.12
        var miss = 0.12
        var vanish = 0.05
        var pause = 0.1
        var keys = 0.4
        var doubled = 0.08
        /// Seconds that the shell takes for what it reports.
        var delay = 0.0...0.4
    }

    private(set) var state: RoutingState
    private(set) var now = Instant(seconds: 0)
    private(set) var policy: RoutingPolicy
    private(set) var checker = Checker()
    /// What happened and what was decided, newest last.
    private var lines: [(at: Instant, line: Line)] = []
    /// All that the router was told, for a replay.
    private(set) var script = Script()
    let seed: UInt64
    private var dice: SeededGenerator
    private var temper: Temper
    /// Faults and arrivals have stopped; all that runs comes to its end.
    private var isCalm = false
    var wasCalm: Bool { isCalm }
    private(set) var steps = 0

    private var agenda = Agenda<Plan>()
    private var lastCall: UInt64 = 0
    private var present: Set<CallID> = []
    private var ringing: [RingID: OperatorID] = [:]
    private var legs: [OperatorID: RingID] = [:]
    private var reachable: Set<OperatorID> = []
    private var overlays: [Party: PlaybackID] = [:]
    private var openPlaybacks: Set<PlaybackID> = []
    /// Customers whose phones ring for a task.
    private var dialling: Set<CallID> = []
    private var lastTask: UInt64 = 1_000_000

    private enum Line {
        case event(RoutingEvent)
        case decision(Decision)
    }

    /// What the world intends to do. Whether it still can is seen when the time comes.
    private enum Plan {
        case event(RoutingEvent)
        case nextArrival
        case customerLeaves(CallID)
        case phoneDecides(RingID)
        case phoneStopped(RingID)
        case operatorLeaves(OperatorID, RingID)
        case legGone(OperatorID, RingID)
        case callerGone(CallID)
        case soundOver(PlaybackID, completed: Bool)
        case mood(OperatorID)
        case key(OperatorID, RingID)
        case reload
        case comesBack(OperatorID)
        case protects(OperatorID)
        case nextRequest
        case claimAnswered(TaskID, Int)
        case customerDecides(CallID)
        case dialStopped(CallID)
        case windowFound(TaskID)
        case task(RoutingEvent)
        case whim(CallID)
        case consulted(CallID)
        case ownCallOver(CallID, OperatorID)
        case takesBack(OperatorID)
    }

    /// - Parameter operators: so many, for crowds; a few by default.
    init(seed: UInt64, operators: Int? = nil) {
        self.seed = seed
        dice = SeededGenerator(seed: seed)
        state = RoutingState(seed: seed)
        temper = Temper()
        policy = World.makePolicy(operators: operators, using: &dice)
        if let operators { policy.maxCalls = 20 * operators }
        temper.arrivals = Double.random(in: 2...20, using: &dice) * 4 / max(4, Double(operators ?? 4))
        temper.delay = 0...[0.0, 0.05, 0.5, 3][Int.random(in: 0..<4, using: &dice)]
    }

    // MARK: - Running

    /// Trouble for so long, then calm until everything is over. Returns what was not as it must be.
    mutating func run(trouble: Double = 600) -> [String] {
        handle(.configured(policy))
        for person in policy.operators {
            agenda.add(.mood(person.id), at: now + .seconds(Double.random(in: 0...20, using: &dice)))
        }
        agenda.add(.nextArrival, at: now)
        agenda.add(.nextRequest, at: now)
        agenda.add(.reload, at: now + .seconds(trouble / 2))
        advance(to: Instant(seconds: trouble))
        guard checker.problems.isEmpty else { return checker.problems }
        calmDown()
        advance(to: now + .seconds(7_200))
        return checker.problems + leftovers()
    }

    private mutating func advance(to end: Instant) {
        while checker.problems.isEmpty {
            steps += 1
            checker.expect(steps < 100_000, "the world does not come to rest")
            let deadline = state.nextDeadline
            guard let next = earliest(deadline, agenda.next), next <= end else { break }
            now = max(now, next)
            if let deadline, deadline <= now {
                handle(.deadlineReached)
                checker.expect(
                    (state.nextDeadline ?? .init(nanoseconds: .max)) > now, "a deadline is not in the future")
            } else if let plan = agenda.pop() {
                act(plan)
            }
        }
        now = max(now, end)
    }

    /// Everybody comes to work and answers; customers wait as long as it takes.
    private mutating func calmDown() {
        isCalm = true
        World.employAll(&policy)
        handle(.configured(policy))
        for dialer: DialerID in ["dialer0", "dialer1", "gone"] { handle(.dialerWished(dialer, .running)) }
        for person in policy.operators {
            if !reachable.contains(person.id) { register(person.id) }
            handle(.operatorWished(person.id, .ready))
        }
    }

    private func leftovers() -> [String] {
        let snapshot = state.snapshot(at: now)
        var problems: [String] = []
        if !snapshot.tasks.isEmpty { problems.append("tasks are left: \(snapshot.tasks)") }
        if !snapshot.calls.isEmpty { problems.append("calls are left: \(snapshot.calls)") }
        for person in snapshot.operators where person.state != .ready {
            problems.append("\(person.id) is left \(person.state)")
        }
        if let deadline = state.nextDeadline { problems.append("a deadline is left: \(deadline)") }
        if !openPlaybacks.isEmpty { problems.append("sounds are left") }
        return problems + checker.unfinished()
    }

    /// Every event that reached the router, alarms too.
    var events: [(at: Instant, event: RoutingEvent)] {
        lines.compactMap { at, line in
            guard case .event(let event) = line else { return nil }
            return (at, event)
        }
    }

    private mutating func handle(_ event: RoutingEvent) {
        lines.append((now, .event(event)))
        script.record(event, at: now)
        let decisions = state.handle(event, at: now)
        checker.take(event, at: now)
        for decision in decisions {
            lines.append((now, .decision(decision)))
            script.note(decision.action)
            checker.take(decision)
            carryOut(decision.action)
        }
        checker.settle(state.checkInvariants())
        checker.watch(state.snapshot(at: now))
        if !isCalm, dice.chance(temper.doubled) { agenda.add(.event(event), at: later()) }
    }

    /// The end of the story, for people. Written only when asked for: it costs more than the world itself.
    func story(last count: Int) -> String {
        lines.suffix(count).map { at, line in
            switch line {
            case .event(.configured): "\(at): configured"
            case .event(let event): "\(at): \(event)"
            case .decision(let decision): "\(at):     \(decision.action), because \(decision.reason)"
            }
        }.joined(separator: "\n")
    }

    /// What was decided, for comparison.
    var decisions: [Decision] {
        lines.compactMap {
            guard case .decision(let decision) = $0.line else { return nil }
            return decision
        }
    }

    private mutating func later() -> Instant {
        now + .seconds(Double.random(in: temper.delay, using: &dice))
    }

    private mutating func soon(_ mean: Double) -> Instant {
        now + .seconds(dice.exponential(mean: mean))
    }

    // MARK: - What people do

    private mutating func act(_ plan: Plan) {
        switch plan {
        case .event(let event): repeated(event)
        case .nextArrival: arrive()
        case .customerLeaves(let call): callerLeaves(call, .hungUp)
        case .callerGone(let call): callerLeaves(call, .byDecision)
        case .phoneDecides(let ring): phoneDecides(ring)
        case .phoneStopped(let ring): phoneStopped(ring)
        case .operatorLeaves(let name, let leg): legEnds(name, leg, dice.chance(0.2) ? .failed : .hungUp)
        case .legGone(let name, let leg): legEnds(name, leg, .byDecision)
        case .soundOver(let playback, let completed): soundOver(playback, completed: completed)
        case .mood(let name): mood(of: name)
        case .key(let name, let leg):
            guard legs[name] == leg, let key = Key(["1", "2", "5"].randomElement(using: &dice) ?? "1") else { return }
            handle(.keyPressed(.operator(name), key))
        case .reload: reload()
        case .comesBack(let name): handle(.operatorWished(name, .ready))
        case .protects(let name): handle(.interruptionForbidden(name, true))
        case .nextRequest: request()
        case .claimAnswered(let task, let attempt): answerClaim(task, attempt)
        case .customerDecides(let call): customerDecides(call)
        case .dialStopped(let call): dialStopped(call)
        case .windowFound(let task): handle(.windowFound(task, makeWindow()))
        case .task(let event): handle(event)
        case .whim(let call): whim(of: call)
        case .consulted(let call): handle(.consulted(call, dice.chance(0.5) ? [] : [.play("known")]))
        case .ownCallOver(let call, let name):
            let talked = Duration.seconds(Int.random(in: 0...20, using: &dice))
            handle(.ownCallEnded(call, by: name, talked: talked))
        case .takesBack(let name): handle(.heldByPhone(name, false))
        }
    }

    /// An event that comes a second time. Arrivals and wishes are not repeated: those are new things.
    private mutating func repeated(_ event: RoutingEvent) {
        switch event {
        case .dialAnswered, .dialEnded, .claimed, .claimRefused, .windowFound, .previewEnded, .previewSkipped,
            .taskCancelled, .dialRang, .callEndWanted:
            handle(event)
        case .callerLeft, .ringEnded, .ringAnswered, .operatorLeft, .soundEnded, .keyPressed, .deadlineReached:
            if case .ringAnswered(let ring) = event, ringing[ring] != nil { return }
            if case .ringEnded(let ring, _) = event, ringing[ring] != nil { return }
            handle(event)
        case .consulted, .timeResolved, .rerouted, .handedOver, .newOperatorWanted, .ownCallBegan, .ownCallEnded,
            .operatorReleased:
            break
        case .configured, .callArrived, .operatorReachable, .operatorUnreachable, .operatorWished, .wrapUpExtended,
            .interruptionForbidden, .heldByPhone, .codeDialled, .countersSet, .drainBegan, .taskRequested,
            .taskRestored, .callbackOwed, .dialerWished, .taskPostponed, .taskStarted, .reminderWanted:
            break
        }
    }

    private mutating func arrive() {
        guard !isCalm else { return }
        lastCall += 1
        let call = CallID(rawValue: lastCall)
        let queue = policy.queues.filter { $0.vip == dice.chance(temper.vip) }.randomElement(using: &dice)
        var arrival = Arrival(
            call: call, line: "100", queue: queue?.id ?? "gone", number: makeNumber())
        if dice.chance(0.1) { arrival.number = nil }
        if dice.chance(0.05) { arrival.waited = .seconds(20) }
        if dice.chance(0.5), let own = policy.operators.randomElement(using: &dice) {
            arrival.tie = Tie(operator: own.id, age: .seconds(Int.random(in: 0...1_000, using: &dice)))
        }
        if dice.chance(0.15) { arrival.script = makeScript() }
        arrival.wantsNewOperator = dice.chance(0.05)
        if dice.chance(0.1) { arrival.named = policy.operators.randomElement(using: &dice)?.id }
        arrival.listedVIP = dice.chance(0.05)
        arrival.blackListed = dice.chance(0.02)
        present.insert(call)
        handle(.callArrived(arrival))
        agenda.add(.customerLeaves(call), at: soon(temper.patience))
        agenda.add(.nextArrival, at: soon(temper.arrivals))
        if dice.chance(0.4) { agenda.add(.whim(call), at: soon(10)) }
    }

    /// A customer presses a key or wants somebody else, or somebody sends the call elsewhere.
    private mutating func whim(of call: CallID) {
        guard present.contains(call) else { return }
        switch Int.random(in: 0..<6, using: &dice) {
        case 0: if let key = Key("5") { handle(.keyPressed(.caller(call), key)) }
        case 1: handle(.newOperatorWanted(call))
        case 4: handle(.callEndWanted(call))
        case 2:
            if let queue = policy.queues.randomElement(using: &dice) { handle(.rerouted(call, to: .queue(queue.id))) }
        case 3:
            let colleague = policy.operators.randomElement(using: &dice)
            if let colleague { handle(.rerouted(call, to: .operator(colleague.id))) }
        default:
            // A colleague whose phone is up for it.
            let busy = Set(legs.keys).union(ringing.values)
            let colleague = policy.operators.filter { !busy.contains($0.id) }.randomElement(using: &dice)
            if let colleague { handle(.handedOver(call, to: colleague.id)) }
        }
    }

    /// A small scenario with a bit of everything.
    private mutating func makeScript() -> [ScenarioStep] {
        let question = Question(
            "menu",
            answers: [
                Question.Answer(Key("5")!, [.play("five"), .route(.queue(policy.queues[0].id))]),
                Question.Answer(Key("6")!, [.callback]),
            ], timeout: .seconds(3), repeats: 1, otherwise: dice.chance(0.3) ? [.hangUp] : [])
        let all: [ScenarioStep] = [
            .play("welcome"), .ask(question), .check("list"), .reject(status: 486),
            .askTime(TimeQuestion(confirmKey: Key("1")!, timeout: .seconds(3), tries: 2)),
            .route(.operator(policy.operators[0].id)), .callback, .rejectAndCallBack(status: 486),
        ]
        return (0..<2).compactMap { _ in all.randomElement(using: &dice) }
    }

    private mutating func dialOut(_ name: OperatorID) {
        lastCall += 1
        let call = CallID(rawValue: lastCall)
        handle(.ownCallBegan(call, by: name, with: CustomerNumber("+\(call.rawValue)")))
        agenda.add(.ownCallOver(call, name), at: soon(20))
    }

    private mutating func callerLeaves(_ call: CallID, _ kind: HangupCause.Kind) {
        guard present.remove(call) != nil else { return }
        handle(.callerLeft(call, HangupCause(kind)))
    }

    private mutating func phoneDecides(_ ring: RingID) {
        guard let name = ringing[ring] else { return }
        let causes: [RingEnd.Cause] = [.declined, .busy, .noAnswer, .unreachable]
        if !isCalm, dice.chance(temper.decline) || !reachable.contains(name) {
            ringing[ring] = nil
            handle(.ringEnded(ring, RingEnd(causes.randomElement(using: &dice) ?? .declined)))
            return
        }
        ringing[ring] = nil
        legs[name] = ring
        agenda.add(.operatorLeaves(name, ring), at: soon(temper.talk))
        handle(.ringAnswered(ring))
    }

    /// Our stop has reached the phone, unless its answer was faster.
    private mutating func phoneStopped(_ ring: RingID) {
        guard ringing[ring] != nil else { return }
        if dice.chance(0.15) {
            phoneDecides(ring)
        } else {
            ringing[ring] = nil
            handle(.ringEnded(ring, RingEnd(.withdrawn)))
        }
    }

    private mutating func legEnds(_ name: OperatorID, _ leg: RingID, _ kind: HangupCause.Kind) {
        guard legs[name] == leg else { return }
        legs[name] = nil
        handle(.operatorLeft(name, leg, HangupCause(kind)))
    }

    private mutating func soundOver(_ playback: PlaybackID, completed: Bool) {
        guard openPlaybacks.remove(playback) != nil else { return }
        overlays = overlays.filter { $0.value != playback }
        handle(.soundEnded(playback, completed: completed))
    }

    private mutating func mood(of name: OperatorID) {
        guard !isCalm else { return }
        if !reachable.contains(name) {
            register(name)
        } else if dice.chance(temper.vanish) {
            reachable.remove(name)
            handle(.operatorUnreachable(name))
        } else if dice.chance(temper.pause) {
            handle(.operatorWished(name, dice.chance(0.3) ? .off : .paused(reason: "coffee")))
        } else if dice.chance(0.1) {
            handle(.interruptionForbidden(name, dice.chance(0.5)))
        } else if dice.chance(0.1) {
            handle(.heldByPhone(name, true))
            agenda.add(.takesBack(name), at: soon(10))
        } else if dice.chance(0.1) {
            handle(.wrapUpExtended(name, by: .seconds(5)))
        } else if dice.chance(0.1) {
            dialOut(name)
        } else if dice.chance(0.05) {
            handle(.operatorReleased(name, hangUp: dice.chance(0.3)))
        } else if dice.chance(0.1) {
            lastCall += 1
            let call = CallID(rawValue: lastCall)
            present.insert(call)
            handle(.codeDialled(call, by: name, code: ["*1", "*2", "*0", "*7"].randomElement(using: &dice) ?? "*1"))
        } else {
            handle(.operatorWished(name, .ready))
        }
        agenda.add(.mood(name), at: soon(15))
    }

    /// A supervisor pauses a dialer for a while, whether there is such a one or not.
    private mutating func pauseSomeDialer() {
        let dialer = (["dialer0", "dialer1", "gone"] as [DialerID]).randomElement(using: &dice) ?? "gone"
        handle(.dialerWished(dialer, .paused(reason: dice.chance(0.5) ? "meeting" : "holiday")))
        agenda.add(.task(.dialerWished(dialer, .running)), at: soon(15))
    }

    private mutating func register(_ name: OperatorID) {
        reachable.insert(name)
        handle(.operatorReachable(name))
    }

    /// Halfway through, somebody changes the configuration.
    private mutating func reload() {
        var changed = World.makePolicy(operators: policy.operators.count, using: &dice)
        changed.operators = policy.operators
        if dice.chance(0.5) { policy = changed }
        handle(.configured(policy))
    }

    // MARK: - What the shell does

    private mutating func carryOut(_ action: Action) {
        switch action {
        case .accept, .captureKeys, .loop, .connect, .hideCard, .note: break
        case .claim(let task, let attempt, _): agenda.add(.claimAnswered(task, attempt), at: later())
        case .findWindow(let task, _, _): agenda.add(.windowFound(task), at: later())
        case .showCard(let task, let name, _): look(at: task, name)
        case .dial(let call, _, _, _):
            dialling.insert(call)
            agenda.add(.customerDecides(call), at: soon(8))
        case .stopDialling(let call): agenda.add(.dialStopped(call), at: later())
        case .speak(let playback, _, let party):
            sound(playback)
            if case .operator(let name) = party, let leg = legs[name] { agenda.add(.key(name, leg), at: soon(4)) }
            if case .caller(let call) = party { press("1", call) }
        case .remind(let name):
            lastCall += 1
            agenda.add(.task(.reminderWanted(name, as: CallID(rawValue: lastCall))), at: later())
        case .consult(let call, _):
            if dice.chance(0.8) { agenda.add(.consulted(call), at: later()) }
        case .resolveTime(let call, _, _):
            let chosen = ChosenTime(
                at: now + .seconds(Int.random(in: -10...60, using: &dice)),
                local: LocalTime(year: 2026, month: 11, day: 24, hour: 9, minute: 30))
            if dice.chance(0.9) {
                agenda.add(.task(.timeResolved(call, dice.chance(0.8) ? chosen : nil)), at: later())
            }
        case .adoptLeg(let ring, let name, _):
            legs[name] = ring
            agenda.add(.operatorLeaves(name, ring), at: soon(temper.talk))
        case .record(.operatorWished(let name, let wish)):
            if isCalm, wish != .ready { agenda.add(.comesBack(name), at: later()) }
        case .record: break
        case .refuse(let call, _): agenda.add(.callerGone(call), at: later())
        case .ring(let ring, let name, _), .ringForTask(let ring, let name, _, _, _):
            ringing[ring] = name
            guard isCalm || !dice.chance(temper.miss) else { break }
            let most = isCalm ? 3.0 : 25
            agenda.add(.phoneDecides(ring), at: now + .seconds(Double.random(in: 0...most, using: &dice)))
        case .stopRinging(let ring): agenda.add(.phoneStopped(ring), at: later())
        case .play(let playback, let asked, let party, _):
            sound(playback)
            guard case .caller(let call) = party else { break }
            if asked == "enter-date" { press(dice.chance(0.5) ? "1#" : "2411", call) }
            if asked == "enter-time" { press(dice.chance(0.8) ? "0930" : "09*1", call) }
        case .overlay(let playback, _, let party):
            if let old = overlays[party] { agenda.add(.soundOver(old, completed: false), at: later()) }
            overlays[party] = playback
            sound(playback)
            if case .operator(let name) = party, let leg = legs[name], dice.chance(temper.keys) {
                agenda.add(.key(name, leg), at: soon(4))
            }
            if case .operator(let name) = party, dice.chance(0.1) { agenda.add(.protects(name), at: soon(2)) }
        case .stopOverlay(let party):
            if let playback = overlays[party] { agenda.add(.soundOver(playback, completed: false), at: later()) }
        case .hangUp(.caller(let call)): agenda.add(.callerGone(call), at: later())
        case .hangUp(.operator(let name)):
            if let leg = legs[name] { agenda.add(.legGone(name, leg), at: later()) }
        }
    }

    /// One key after the other.
    private mutating func press(_ keys: String, _ call: CallID) {
        var at = now
        for key in keys.compactMap({ Key($0) }) {
            at = at + .seconds(Double.random(in: 0...2, using: &dice))
            agenda.add(.event(.keyPressed(.caller(call), key)), at: at)
        }
    }

    private mutating func sound(_ playback: PlaybackID) {
        openPlaybacks.insert(playback)
        let length = Double.random(in: 0...4, using: &dice)
        agenda.add(.soundOver(playback, completed: dice.chance(0.9)), at: now + .seconds(length))
    }
}

// MARK: - Tasks

extension World {
    /// Few customers, so that they call in while they are to be called.
    private mutating func makeNumber() -> CustomerNumber {
        CustomerNumber("+\(Int.random(in: 0..<16, using: &dice))")
    }

    private mutating func makeWindow() -> CallWindow? {
        guard !isCalm, dice.chance(0.5) else { return nil }
        let opens = now + .seconds(Int.random(in: -20...20, using: &dice))
        return CallWindow(opens: opens, closes: opens + .seconds(Int.random(in: 1...60, using: &dice)))
    }

    /// Somebody wants a customer to be called, and something else becomes of that sooner or later.
    private mutating func request() {
        guard !isCalm else { return }
        lastTask += 1
        let task = TaskID(rawValue: lastTask)
        let dialers: [DialerID] = ["dialer0", "dialer0", "dialer1", "gone"]
        var request = TaskRequest(
            id: task, dialer: dialers.randomElement(using: &dice) ?? "dialer0", number: makeNumber(),
            due: now + .seconds(Int.random(in: -10...30, using: &dice)))
        if dice.chance(0.7) { request.responsible = policy.operators.randomElement(using: &dice)?.id }
        if dice.chance(0.3) { request.group = dice.chance(0.5) ? "red" : "blue" }
        if dice.chance(0.3) { request.window = makeWindow() }
        handle(.taskRequested(request))
        if dice.chance(0.1) { pauseSomeDialer() }
        if dice.chance(0.1), let queue = policy.queues.randomElement(using: &dice) {
            lastCall += 1
            let wish = CallbackWish(
                call: CallID(rawValue: lastCall), number: makeNumber(), queue: queue.id,
                responsible: request.responsible, group: request.group)
            handle(.callbackOwed(wish))
        }
        if dice.chance(0.1) { agenda.add(.task(.taskCancelled(task)), at: soon(20)) }
        if dice.chance(0.1) { agenda.add(.task(.taskPostponed(task, to: soon(20))), at: soon(20)) }
        if let name = policy.operators.randomElement(using: &dice)?.id {
            if dice.chance(0.1) { agenda.add(.task(.taskStarted(task, by: name)), at: soon(20)) }
            if dice.chance(0.2) {
                lastCall += 1
                handle(.reminderWanted(name, as: CallID(rawValue: lastCall)))
            }
        }
        agenda.add(.nextRequest, at: soon(1.5 * temper.arrivals))
    }

    /// The disk is slow, and full now and then.
    private mutating func answerClaim(_ task: TaskID, _ attempt: Int) {
        guard isCalm || dice.chance(0.9) else {
            handle(.claimRefused(task, attempt: attempt))
            return
        }
        lastCall += 1
        let call = CallID(rawValue: lastCall)
        handle(.claimed(task, attempt: attempt, as: call))
        if !isCalm, dice.chance(0.1) { agenda.add(.task(.callEndWanted(call)), at: soon(10)) }
    }

    private mutating func look(at task: TaskID, _ name: OperatorID) {
        if dice.chance(0.4) { agenda.add(.task(.previewEnded(task, by: name)), at: soon(3)) }
        if !isCalm, dice.chance(0.2) { agenda.add(.task(.previewSkipped(task, by: name)), at: soon(3)) }
        if !isCalm, dice.chance(0.1) { agenda.add(.task(.taskPostponed(task, to: soon(20))), at: soon(3)) }
    }

    private mutating func customerDecides(_ call: CallID) {
        guard dialling.remove(call) != nil else { return }
        guard isCalm || dice.chance(0.5) else {
            let causes: [DialEnd.Cause] = [.busy, .noAnswer, .failed]
            handle(.dialEnded(call, DialEnd(causes.randomElement(using: &dice) ?? .busy, status: 486)))
            return
        }
        present.insert(call)
        agenda.add(.customerLeaves(call), at: soon(isCalm ? 60 : temper.talk))
        handle(.dialAnswered(call))
    }

    /// Our stop has reached the customer's phone, unless their answer was faster.
    private mutating func dialStopped(_ call: CallID) {
        guard dialling.contains(call) else { return }
        if dice.chance(0.3) {
            customerDecides(call)
        } else {
            dialling.remove(call)
            handle(.dialEnded(call, DialEnd(.stopped)))
        }
    }
}

/// The earlier of two instants, either of which may be missing.
private func earliest(_ first: Instant?, _ second: Instant?) -> Instant? {
    guard let first, let second else { return first ?? second }
    return min(first, second)
}
