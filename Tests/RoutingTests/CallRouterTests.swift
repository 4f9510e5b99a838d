import Dispatch
import Routing
import Synchronization
import TestKit
import Testing

/// The shell around the rules: order of delivery, and the alarm.
struct CallRouterTests {
    /// One queue of jobs, as the event loop is in the program.
    private final class Loop: SerialExecutor {
        private let queue = DispatchQueue(label: "loop")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }

        /// So that code on the queue may say that it is on the loop.
        func checkIsolated() {
            dispatchPrecondition(condition: .onQueue(queue))
        }

        /// What is taken back goes off all the same: the router knows an alarm that is not its last.
        func schedule(_ wait: Duration, _ body: @escaping @Sendable () -> Void) -> CallRouter.Cancel {
            queue.asyncAfter(deadline: .now() + .nanoseconds(Int(wait / .nanoseconds(1))), execute: body)
            return {}
        }
    }

    /// Real time, as the monotonic clock gives it.
    private static func makeNow() -> @Sendable () -> Instant {
        let start = ContinuousClock.now
        return { Instant(nanoseconds: 0) + (ContinuousClock.now - start) }
    }

    private static func arrival(_ number: UInt64) -> RoutingEvent {
        .callArrived(Arrival(call: CallID(rawValue: number), line: "100", queue: "sales", number: nil))
    }

    private func policy(maxWait: Duration? = nil) -> RoutingPolicy {
        var policy = RoutingPolicy(queues: [QueuePolicy(id: "sales")])
        policy.queues[0].maxWait = maxWait
        return policy
    }

    @Test func decisionsAreDeliveredBeforeSubmitReturns() async {
        let delivered = Mutex<[Decision]>([])
        let loop = Loop()
        let router = CallRouter(executor: loop, now: { 1 }, schedule: loop.schedule) { batch in
            delivered.withLock { $0 += batch }
        }
        await router.submit(.configured(policy()))
        await router.submit(Self.arrival(1))
        #expect(delivered.withLock { $0 }.map(\.reason) == [.arrived, .waiting])
        #expect(await router.snapshot().calls.count == 1)
        #expect(await router.standing(of: CallID(rawValue: 1)) == [])
        #expect(await router.checkInvariants() == [])
    }

    /// The shell answers inside `deliver`; its event has its turn after the batch that caused it.
    @Test func eventsSubmittedDuringDeliveryComeAfterTheirCause() async {
        final class Shell: Sendable {
            let router = Mutex<CallRouter?>(nil)
            let order = Mutex<[String]>([])

            func deliver(_ batch: [Decision]) {
                guard case .accept(let call) = batch[0].action else {
                    order.withLock { $0.append("\(batch[0].reason)") }
                    return
                }
                let router = router.withLock { $0 }
                router?.assumeIsolated { $0.submit(.callerLeft(call, HangupCause(.hungUp))) }
                order.withLock { $0.append("accepted") }
            }
        }
        let shell = Shell()
        let loop = Loop()
        let router = CallRouter(executor: loop, now: { 1 }, schedule: loop.schedule, deliver: shell.deliver)
        shell.router.withLock { $0 = router }
        await router.submit(.configured(policy()))
        await router.submit(Self.arrival(1))
        #expect(shell.order.withLock { $0 } == ["accepted", "the call is over"])
        shell.router.withLock { $0 = nil }
    }

    @Test func observerSeesEveryEventWithWhatWasDecided() async {
        let seen = Mutex<[(RoutingEvent, Instant, Int)]>([])
        let loop = Loop()
        let router = CallRouter(
            executor: loop, now: { 7 }, schedule: loop.schedule,
            observe: { event, at, decisions, _ in seen.withLock { $0.append((event, at, decisions.count)) } },
            deliver: { _ in })
        await router.submit(.configured(policy()))
        await router.submit(Self.arrival(1))
        let list = seen.withLock { $0 }
        #expect(list.map(\.1) == [7, 7])
        #expect(list.map(\.2) == [0, 2])
    }

    @Test(.timeLimit(.minutes(5))) func alarmGoesOffByItselfAndAnEarlierDeadlineMovesIt() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Action.self)
        let loop = Loop()
        let router = CallRouter(executor: loop, now: Self.makeNow(), schedule: loop.schedule) { batch in
            for decision in batch { continuation.yield(decision.action) }
        }
        await router.submit(.configured(policy(maxWait: .seconds(30))))
        await router.submit(Self.arrival(1))
        await router.submit(.configured(policy(maxWait: .milliseconds(20))))
        await router.submit(Self.arrival(2))
        let hungUp = Action.hangUp(.caller(CallID(rawValue: 2)))
        var last: Action?
        for await action in stream where action == hungUp {
            last = action
            break
        }
        #expect(last == hungUp)
        #expect(await router.snapshot().calls.map(\.call) == [CallID(rawValue: 1)])
    }
}
