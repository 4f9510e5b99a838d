import Foundation
import Logging
import NIOCore
import NIOPosix

@testable import Signaling

/// One user agent on loopback with short timers, and everything it reported.
final class AgentFixture: @unchecked Sendable {
    // Unchecked: `recorded` is guarded by `condition`, everything else is constant after `init`.
    let agent: SIPUserAgent
    let settings: SignalingSettings
    let loop: any EventLoop
    /// The engine's clock runs ahead of the machine's by so much.
    let ahead: Ahead
    let udpPort: UInt16
    let tcpPort: UInt16
    private let recorder: Recorder

    final class Ahead: @unchecked Sendable {
        // Unchecked: `seconds` is guarded by `lock`.
        private let lock = NSLock()
        private var seconds: Int64 = 0

        func advance(seconds more: Int64) { lock.withLock { seconds += more } }

        var now: Int64 {
            Int64(clamping: NIODeadline.now().uptimeNanoseconds) + lock.withLock { seconds } * 1_000_000_000
        }
    }

    final class Recorder: @unchecked Sendable {
        // Unchecked: `events` is guarded by `condition`.
        private let condition = NSCondition()
        private var events: [SignalingEvent] = []

        func append(_ event: SignalingEvent) {
            condition.withLock {
                events.append(event)
                condition.broadcast()
            }
        }

        var all: [SignalingEvent] { condition.withLock { events } }

        func first<T>(within seconds: Double, _ matching: (SignalingEvent) -> T?) -> T? {
            let deadline = Date(timeIntervalSinceNow: seconds)
            condition.lock()
            defer { condition.unlock() }
            while true {
                for event in events {
                    if let found = matching(event) { return found }
                }
                if !condition.wait(until: deadline) { return nil }
            }
        }
    }

    static func timing(t1: Duration = .milliseconds(50)) -> SIPTiming {
        var timing = SIPTiming()
        timing.t1 = t1
        timing.t2 = t1 * 4
        timing.t4 = t1 * 4
        timing.cancelWait = t1 * 6
        return timing
    }

    /// A trunk at 127.0.0.1 unless `trunks` says otherwise; one user, anna.
    init(
        trunks: [SignalingSettings.Trunk] = [SignalingSettings.Trunk(name: "trunk", addresses: ["127.0.0.1"])],
        timing: SIPTiming = timing(), change: (inout SignalingSettings) -> Void = { _ in }
    ) async throws {
        loop = MultiThreadedEventLoopGroup.singleton.next()
        var settings = SignalingSettings(
            listeners: [
                SignalingSettings.Listener(transport: .udp, address: "127.0.0.1", port: 0),
                SignalingSettings.Listener(transport: .tcp, address: "127.0.0.1", port: 0),
            ],
            trunks: trunks, users: [SignalingSettings.User(name: "anna", secret: "s3cret")])
        settings.timing = timing
        settings.noResponse = timing.t1 * 10
        change(&settings)
        self.settings = settings
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let recorder = Recorder()
        self.recorder = recorder
        let ahead = Ahead()
        self.ahead = ahead
        agent = try SIPUserAgent(loop: loop, settings: settings, logger: logger, clock: { ahead.now }) {
            recorder.append($0)
        }
        try await agent.start()
        let ports = await agent.boundPorts
        udpPort = ports[0]
        tcpPort = ports.count > 1 ? ports[1] : 0
    }

    func stop() async { await agent.stop() }

    func perform(_ command: SignalingCommand) {
        let agent = agent
        loop.execute { agent.perform(command) }
    }

    /// Looks into the engine, on its event loop.
    func onCore<T: Sendable>(_ work: @escaping @Sendable (UserAgentCore) -> T) async throws -> T {
        let agent = agent
        return try await loop.submit { agent.assumeIsolated { work($0.core) } }.get()
    }

    func makeLeg() async throws -> LegID {
        let agent = agent
        return try await loop.submit { agent.makeLeg() }.get()
    }

    var events: [SignalingEvent] { recorder.all }

    func first<T>(within seconds: Double = 5, _ matching: (SignalingEvent) -> T?) -> T? {
        recorder.first(within: seconds, matching)
    }

    func incoming() -> IncomingCall? {
        first { if case .incoming(let call) = $0 { call } else { nil } }
    }

    func end(of leg: LegID) -> LegEnd? {
        first { if case .ended(leg, let end) = $0 { end } else { nil } }
    }

    func established(_ leg: LegID) -> RemoteMedia? {
        first { if case .established(leg, let media) = $0 { media } else { nil } }
    }

    func answered(_ leg: LegID) -> RemoteMedia? {
        first { if case .answered(leg, let media) = $0 { media } else { nil } }
    }

    func modified(_ leg: LegID, _ direction: RemoteMedia.Direction) -> RemoteMedia? {
        first {
            if case .modified(leg, let media) = $0, media.direction == direction { media } else { nil }
        }
    }

    static let media = LocalMedia(port: 20_000, codecs: [.pcma, .pcmu])
}
