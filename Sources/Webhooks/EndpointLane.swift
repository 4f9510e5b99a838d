import Logging
import Routing
import Storage
import Synchronization

/// Brings the letters of one endpoint to it, until it is told to stop.
///
/// Everything that happens comes in one stream, and is answered by one decision of `EndpointPace`.
final class EndpointLane: Sendable {
    private enum Happening: Sendable {
        /// There may be new letters.
        case rung
        /// Something may be due.
        case alarm(UInt64)
        case ended(Letter, Verdict)
        case stop
    }

    /// What is known of it, for whoever asks.
    struct Condition: Hashable, Sendable {
        var failures = 0
        var delivered = 0
        var lastDeliveredAt: WallTime?
        var lastProblem: String?
        var lastProblemAt: WallTime?
    }

    /// Letters that are looked at together; those that cannot begin yet are among them.
    private static let window = 64
    /// The date may be changed: when letters are due is looked up again so often.
    private static let longestSleep = Duration.seconds(60)
    /// Until the database is asked again when it cannot be read or written.
    private static let pauseOfStore = Duration.seconds(5)

    let endpoint: WebhookEndpoint
    private let parts: WebhookSender.Parts
    private let events: AsyncStream<Happening>
    private let inbox: AsyncStream<Happening>.Continuation
    private let end: AsyncStream<Never>
    private let endInbox: AsyncStream<Never>.Continuation
    private let isRung = Atomic(false)
    private let isStopping = Atomic(false)
    private let condition = Mutex(Condition())

    init(_ endpoint: WebhookEndpoint, _ parts: WebhookSender.Parts) {
        self.endpoint = endpoint
        self.parts = parts
        // Not bounded, and short all the same: one ring, one alarm, and an end for each letter under way.
        (events, inbox) = AsyncStream.makeStream()
        (end, endInbox) = AsyncStream.makeStream()
    }

    var present: Condition { condition.withLock { $0 } }

    func ring() {
        guard !isRung.exchange(true, ordering: .relaxed) else { return }
        inbox.yield(.rung)
    }

    /// No letter begins any more; those under way are waited for.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        inbox.yield(.stop)
    }

    func waitForEnd() async {
        for await _ in end {}
    }

    func run() async {
        defer { endInbox.finish() }
        ring()
        await withDiscardingTaskGroup { group in
            var pace = EndpointPace(limit: parts.limits.underWay)
            var alarm = Alarm()
            for await happening in events {
                switch happening {
                case .rung: isRung.store(false, ordering: .relaxed)
                case .alarm(let number): alarm.wentOff(number)
                case .ended(let letter, let verdict):
                    pace.ended(letter, verdict, parts.rule, chance: parts.time.chance(), at: parts.time.now())
                    note(verdict, failures: pace.failures)
                case .stop: break
                }
                if isStopping.load(ordering: .relaxed) {
                    if pace.isIdle { break }
                    continue
                }
                await go(on: &pace, &alarm, &group)
            }
            // Nothing but alarms is left.
            group.cancelAll()
        }
    }

    /// The one alarm. One that was replaced goes off unheard.
    private struct Alarm {
        var number: UInt64 = 0
        var at: Instant?

        mutating func wentOff(_ number: UInt64) {
            if number == self.number { at = nil }
        }
    }

    /// Begins what may begin, and sees to it that this is asked again in time.
    private func go(on pace: inout EndpointPace, _ alarm: inout Alarm, _ group: inout DiscardingTaskGroup) async {
        guard !parts.subscriptions.isOff(endpoint.name) else { return }
        var wait: Duration?
        do throws(StorageError) {
            if pace.room(at: parts.time.now()) > 0 {
                let letters = try await parts.outbox.dueLetters(
                    to: endpoint.name, at: parts.time.wall(), limit: Self.window)
                for letter in pace.begin(letters, at: parts.time.now()) {
                    group.addTask { await self.deliver(letter) }
                }
            }
            if let restsUntil = pace.restsUntil, restsUntil > parts.time.now() {
                wait = restsUntil - parts.time.now()
            } else if pace.room(at: parts.time.now()) > 0 {
                let wall = parts.time.wall()
                wait = try await parts.outbox.nextDue(to: endpoint.name, after: wall).map { $0.since(wall) }
            }
        } catch {
            parts.logger.error(
                "letters cannot be read", metadata: [.endpoint: "\(endpoint.name)", .problem: "\(error)"])
            wait = Self.pauseOfStore
        }
        if let wait { set(&alarm, after: wait, &group) }
    }

    private func set(_ alarm: inout Alarm, after wait: Duration, _ group: inout DiscardingTaskGroup) {
        let wait = min(max(wait, .milliseconds(1)), Self.longestSleep)
        let at = parts.time.now() + wait
        if let earlier = alarm.at, earlier <= at { return }
        alarm.number &+= 1
        alarm.at = at
        group.addTask { [number = alarm.number, parts, inbox] in
            // Cancelled when the lane ends, and then nobody listens.
            guard (try? await parts.time.sleep(wait)) != nil else { return }
            inbox.yield(.alarm(number))
        }
    }

    // MARK: - One letter

    private func deliver(_ letter: Letter) async {
        let reply = await parts.send(letter.body, id: letter.event, to: endpoint)
        // Cut by a stop: that is no failure of theirs, and the next process sends it again.
        guard !Task.isCancelled else { return }
        let now = parts.time.wall()
        let verdict = parts.rule.verdict(
            on: reply, attempts: letter.attempts, waited: max(now.since(letter.since), .zero),
            chance: parts.time.chance())
        if case .gone(let problem) = verdict { await switchOff(because: problem, at: now) }
        await write(verdict, letter, at: now)
        inbox.yield(.ended(letter, verdict))
    }

    private func write(_ verdict: Verdict, _ letter: Letter, at now: WallTime) async {
        let fate: LetterFate =
            switch verdict {
            case .delivered: .delivered
            case .gone(let problem): .dead(at: now, problem: problem, status: 410)
            case .retry(let wait, _, let problem, let status):
                .failed(
                    nextAt: now.adding(milliseconds: wait.wholeNanoseconds / 1_000_000), problem: problem,
                    status: status)
            case .dead(let problem, let status): .dead(at: now, problem: problem, status: status)
            }
        if case .dead(let problem, _) = verdict {
            parts.logger.error(
                "an event could not be delivered and is kept as a dead letter; see: burdock webhook dead",
                metadata: [.endpoint: "\(endpoint.name)", .event: "\(letter.event)", .problem: "\(problem)"])
        }
        do throws(StorageError) {
            try await parts.outbox.settle(letter, fate)
        } catch {
            await waitForStore()
        }
    }

    /// The store has what became of the letter and writes it as soon as it can. Until then the letter must not look as
    /// if it were to be sent.
    private func waitForStore() async {
        while !isStopping.load(ordering: .relaxed), (try? await parts.time.sleep(Self.pauseOfStore)) != nil {
            if (try? await parts.outbox.flush()) != nil { return }
        }
    }

    private func switchOff(because problem: String, at now: WallTime) async {
        parts.subscriptions.setOff(endpoint.name, true)
        parts.logger.warning(
            "a webhook is switched off until it is changed, tried by hand, or the server starts anew",
            metadata: [.endpoint: "\(endpoint.name)", .problem: "\(problem)"])
        do throws(StorageError) {
            try await parts.outbox.buryAll(to: endpoint.name, because: problem, at: now)
        } catch {
            // They stay where they are, and are buried when they have waited too long.
            parts.logger.error("letters cannot be given up", metadata: [.problem: "\(error)"])
        }
    }

    private func note(_ verdict: Verdict, failures: Int) {
        let before = condition.withLock { condition in
            defer { condition.note(verdict, failures, at: parts.time.wall()) }
            return condition.failures
        }
        if before == 0, failures > 0 {
            parts.logger.warning(
                "a webhook does not take events; they are kept and tried again",
                metadata: [.endpoint: "\(endpoint.name)", .problem: "\(verdict.problem ?? "")"])
        } else if before > 0, failures == 0 {
            parts.logger.notice("a webhook takes events again", metadata: [.endpoint: "\(endpoint.name)"])
        }
    }
}

extension EndpointLane.Condition {
    fileprivate mutating func note(_ verdict: Verdict, _ failures: Int, at now: WallTime) {
        self.failures = failures
        if let problem = verdict.problem {
            lastProblem = problem
            lastProblemAt = now
        } else {
            delivered += 1
            lastDeliveredAt = now
        }
    }
}

extension Verdict {
    fileprivate var problem: String? {
        switch self {
        case .delivered: nil
        case .gone(let problem), .retry(_, _, let problem, _), .dead(let problem, _): problem
        }
    }
}
