import Journal
import Logging
import Media
import NIOCore
import NIOPosix
import Routing
import Signaling
import Storage
import Synchronization

@testable import Switching

/// A switchboard with a real router between fake engines, on an event loop of its own, with a clock turned by hand.
final class House: Sendable {
    let signaling = FakeSignaling()
    let media: FakeMedia
    let store: FakeStore
    let switchboard: Switchboard
    let router: CallRouter

    init(
        policy: RoutingPolicy, lines: [Line], ports: UInt64 = 1_000, store: FakeStore = FakeStore(),
        change: (inout SwitchboardSettings) -> Void = { _ in }
    ) async {
        var settings = SwitchboardSettings(lines: lines, plan: NumberPlan(country: "380"), policy: policy)
        change(&settings)
        media = FakeMedia(ports: ports)
        self.store = store
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let executor = loop.executor
        let clock = HandClock()
        let switchboard = Switchboard(
            settings: settings,
            store: store,
            clocks: Clocks(now: { clock.now }, wall: { WallTime(milliseconds: 1_800_000_000_000) }),
            executor: executor,
            enter: { loop.execute($0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let steps = steps
        let router = CallRouter(
            executor: executor, now: { clock.now }, schedule: Self.schedule(on: loop),
            observe: { event, instant, decisions, _ in
                steps.withLock { $0.append(JournalStep(at: instant, event: event, decisions: decisions)) }
            },
            deliver: { decisions in switchboard.assumeIsolated { $0.deliver(decisions) } }
        )
        self.switchboard = switchboard
        self.router = router
        self.clock = clock
        await switchboard.attach(router: router, signaling: signaling, media: media)
    }

    let clock: HandClock
    private let steps = Steps()

    /// What happened and was decided, in plain words.
    var story: [String] {
        var teller = Storyteller()
        return steps.withLock { $0.flatMap { teller.tell($0, origin: WallTime(milliseconds: 0)).map(\.text) } }
    }

    /// What the router was told.
    var events: [RoutingEvent] { steps.withLock { $0.map(\.event) } }

    private static func schedule(on loop: any EventLoop) -> CallRouter.Schedule {
        { wait, body in
            let timer = loop.scheduleTask(in: TimeAmount(wait), body)
            return { timer.cancel() }
        }
    }

    /// A call from the trunk, taken as far as the router's first decisions.
    func call(_ leg: UInt64, from number: String?, to dialled: String) async throws {
        await switchboard.receive(
            .incoming(
                IncomingCall(
                    leg: LegID(rawValue: leg), source: .trunk("carrier"), dialled: dialled, number: number, name: nil,
                    sipCallID: "call-\(leg)"
                )
            )
        )
        let id = LegID(rawValue: leg)
        try await settle {
            self.signaling.commands.contains { command in
                switch command {
                case .accept(id, _), .reject(id, _): true
                default: false
                }
            }
        }
        // The command is seen from here while the decisions behind it are still being carried out.
        _ = await switchboard.isDraining
    }

    /// Waits until something that another task brings about is there.
    func settle(_ condition: @Sendable () -> Bool) async throws {
        for _ in 0..<1_000 where !condition() { try await Task.sleep(for: .milliseconds(2)) }
    }

    var invites: [(LegID, OutgoingCall)] {
        signaling.commands.compactMap { if case .invite(let leg, let call) = $0 { (leg, call) } else { nil } }
    }

    static let remote = RemoteMedia(
        address: "192.0.2.7", port: 4_000, rtcpPort: 4_001, codec: .pcma, telephoneEvent: 101, direction: .sendReceive
    )
}

/// What the router saw and decided.
private final class Steps: Sendable {
    private let steps = Mutex<[JournalStep]>([])

    func withLock<Value: Sendable>(_ body: (inout sending [JournalStep]) -> sending Value) -> Value {
        steps.withLock { body(&$0) }
    }
}

/// A clock that stands until it is turned.
final class HandClock: Sendable {
    private let instant = Mutex(Instant(seconds: 1_000))

    var now: Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) {
        instant.withLock { $0 = $0 + duration }
    }
}
