import Dispatch
import Foundation
package import Logging
package import Routing
import Synchronization

/// Writes everything that reached the router and everything it decided, in order (product.md section 8).
///
/// The router never waits: steps gather in memory for `groupDelay`, then one write and one sync take all of them. If
/// the disk refuses they are kept and tried again; if it refuses for too long, the oldest are given up, and the file
/// says how many. Each start of the process and each rotation begins a new file; one that goes on from another begins
/// with a snapshot, so that a replay needs no more than one file.
package final class JournalWriter: Sendable {
    private struct Waiter {
        let sequence: Int
        let continuation: CheckedContinuation<Result<Void, JournalError>, Never>
    }

    private struct State {
        var pending: [JournalOutput.Item] = []
        /// Steps that were appended, and those of them that are on disk or given up.
        var appended = 0
        var settled = 0
        var lost = 0
        /// In the router's state, which a new file would begin with.
        var openTasks = 0
        /// The next step brings the state with it.
        var wantsSnapshot = false
        var isScheduled = false
        /// Failed writes in a row.
        var failures = 0
        var waiters: [Waiter] = []

        mutating func note(_ loss: JournalOutput.Loss) {
            settled += loss.steps
            lost += loss.steps
            wantsSnapshot = true
        }

        /// Takes out the waiters that have nothing left to wait for.
        mutating func takeSettledWaiters() -> [Waiter] {
            guard !waiters.isEmpty else { return [] }
            let waiting = waiters
            waiters = waiting.filter { $0.sequence > settled }
            return waiting.filter { $0.sequence <= settled }
        }
    }

    private let settings: JournalSettings
    private let directory: JournalDirectory
    private let wall: @Sendable () -> WallTime
    private let logger: Logger
    private let state = Mutex(State())
    /// Everything is written from here, so that no thread of the cooperative pool ever waits for the disk.
    private let dispatch = DispatchQueue(label: "burdock.journal")
    private let output: Mutex<JournalOutput>

    /// Begins a file. Blocks meanwhile.
    ///
    /// - Parameters:
    ///   - seed: of the router's dice.
    ///   - origin: the date of `Instant(nanoseconds: 0)`.
    ///   - wall: reads the wall clock, for the age of files that are to be removed.
    ///   - calls: for tests.
    package init(
        settings: JournalSettings, seed: UInt64, origin: WallTime, wall: @escaping @Sendable () -> WallTime,
        calls: FileCalls = .real, logger: Logger
    ) throws(JournalError) {
        self.settings = settings
        self.wall = wall
        self.logger = logger
        directory = JournalDirectory(settings.directory)
        do {
            try FileManager.default.createDirectory(
                atPath: settings.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw .cannotWrite(path: settings.directory, problem: error.localizedDescription)
        }
        let head = JournalHead(seed: seed, origin: origin)
        output = Mutex(try JournalOutput(directory: directory, head: head, calls: calls))
    }

    /// Takes a step, and the state after it. Never waits for the disk.
    package func append(_ event: RoutingEvent, at instant: Instant, _ decisions: [Decision], _ after: RoutingState) {
        let (schedule, lossBegins) = state.withLock { state in
            // A tenth at once, so that a buffer which stays full is not searched for every step.
            let excess = state.pending.count < settings.bound ? 0 : max(settings.bound / 10, 1)
            let loss = state.pending.giveUp(excess)
            if let loss { state.note(loss) }
            state.appended += 1
            state.openTasks = after.openTaskCount
            state.pending.append(.step(JournalStep(at: instant, event: event, decisions: decisions)))
            if state.wantsSnapshot {
                state.wantsSnapshot = false
                state.pending.append(.snapshot(after, at: instant))
            }
            defer { state.isScheduled = true }
            return (!state.isScheduled, loss?.begins == true)
        }
        if lossBegins { reportLoss() }
        if schedule { drain(after: settings.groupDelay) }
    }

    /// Begins a new file with this state, which not all steps before it have led to.
    package func begin(with after: RoutingState, at instant: Instant) {
        let schedule = state.withLock { state in
            state.openTasks = after.openTaskCount
            state.pending.append(.snapshot(after, at: instant))
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if schedule { drain(after: settings.groupDelay) }
    }

    /// Steps that are not on disk yet.
    package var backlog: Int { state.withLock { $0.appended - $0.settled } }
    /// Steps that had to be given up since the start.
    package var lost: Int { state.withLock { $0.lost } }

    /// Writes at once what has gathered. Throws if the disk refuses; the steps are kept then and tried again.
    package func flush() async throws(JournalError) {
        let result: Result<Void, JournalError> = await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                guard state.settled < state.appended else { return true }
                state.waiters.append(Waiter(sequence: state.appended, continuation: continuation))
                return false
            }
            if isSettled {
                continuation.resume(returning: .success(()))
            } else {
                dispatch.async { self.drain() }
            }
        }
        try result.get()
    }
}

extension JournalWriter {
    /// Writes what has gathered, as far as the disk lets it; what it does not take is lost, and the log says so.
    package func close() async {
        do {
            try await flush()
        } catch {
            logger.critical("The end of the journal is lost", metadata: ["problem": "\(error)"])
        }
    }
}

// MARK: - Writing

extension JournalWriter {
    private func drain(after delay: Duration) {
        dispatch.asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: delay.wholeNanoseconds))) { self.drain() }
    }

    /// Runs on `dispatch` only.
    private func drain() {
        let (items, failures) = state.withLock { state in
            defer { state.pending = [] }
            return (state.pending, state.failures)
        }
        let (problem, kept, loss) = output.withLock { output -> (JournalError?, Int, JournalOutput.Loss?) in
            output.add(items)
            do throws(JournalError) {
                try output.write { steps in state.withLock { $0.settled += steps } }
                return (nil, 0, nil)
            } catch {
                let loss = output.giveUp(beyond: settings.bound)
                return (error, output.count, loss)
            }
        }
        if let loss {
            state.withLock { $0.note(loss) }
            if loss.begins { reportLoss() }
        }
        if let problem { return failed(problem, kept: kept) }
        if failures > 0 { logger.notice("The journal can be written again", metadata: ["path": "\(directory.path)"]) }
        succeeded()
    }

    private func succeeded() {
        let (size, age) = output.withLock { ($0.size, $0.age) }
        let (waiters, again, isFull) = state.withLock { state in
            state.failures = 0
            let isFull = size >= settings.fileSize(openTasks: state.openTasks) || age >= settings.fileAge
            if isFull { state.wantsSnapshot = true }
            state.isScheduled = !state.pending.isEmpty
            return (state.takeSettledWaiters(), state.isScheduled, isFull)
        }
        for waiter in waiters { waiter.continuation.resume(returning: .success(())) }
        if isFull { prune() }
        if again { drain(after: settings.groupDelay) }
    }

    private func failed(_ problem: JournalError, kept: Int) {
        let (waiters, failures) = state.withLock { state in
            state.failures += 1
            state.isScheduled = true
            defer { state.waiters = [] }
            return (state.waiters, state.failures)
        }
        let delay = settings.delay(afterFailures: failures)
        logger.critical(
            "The journal cannot be written: its lines are kept in memory and tried again; free or repair the disk",
            metadata: ["problem": "\(problem)", "lines": "\(kept)", "failures": "\(failures)", "retry.in": "\(delay)"])
        for waiter in waiters { waiter.continuation.resume(returning: .failure(problem)) }
        dispatch.asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: delay.wholeNanoseconds))) {
            // A flush may have tried in between: then a newer alarm is set, or none is needed.
            guard self.state.withLock({ $0.failures }) == failures else { return }
            self.drain()
        }
    }

    private func reportLoss() {
        logger.critical(
            "The journal's disk does not keep up: its oldest lines are given up, calls and tasks are kept",
            metadata: ["bound": "\(settings.bound)", "path": "\(directory.path)"])
    }

    /// Files are known by their dates, so this goes by the wall clock.
    private func prune() {
        let oldest = wall().adding(milliseconds: -(settings.keptAge.wholeNanoseconds / 1_000_000))
        let removed = directory.prune(keeping: settings.keptSize, newerThan: oldest)
        if removed > 0 { logger.info("old files of the journal removed", metadata: ["files": "\(removed)"]) }
    }
}

extension JournalSettings {
    /// Doubled with each failure.
    fileprivate func delay(afterFailures failures: Int) -> Duration {
        min(retryDelay * (1 << min(max(failures - 1, 0), 16)), longestRetryDelay)
    }
}
