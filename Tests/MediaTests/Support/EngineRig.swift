import Glibc
import Logging
import Synchronization
import Testing

@testable import Media

/// A media engine on loopback, with its events kept.
final class EngineRig {
    let engine: RTPEngine
    let ports: ClosedRange<UInt16>
    private let log = EventLog()

    /// Ports are searched for by each rig in a range of its own, below those that the kernel hands out by itself.
    init(
        pairs: Int = 20, threads: Int = 1, sounds: [SoundName: String] = [:], backend: RTPBackendKind = .ortp,
        rtpTimeout: Duration = .seconds(60), reportInterval: Duration = .seconds(5), address: String = "127.0.0.1"
    ) throws {
        ports = Self.range(pairs)
        var settings = MediaSettings(ports: ports, address: address, threads: threads, sounds: sounds)
        settings.backend = backend
        settings.rtpTimeout = rtpTimeout
        settings.reportInterval = reportInterval
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let log = log
        engine = try RTPEngine(settings: settings, logger: logger) { log.append($0) }
    }

    deinit {
        engine.shutdown()
    }

    private static let nextBase = Mutex(UInt16.random(in: 10_000..<16_000) & ~1)

    static func range(_ pairs: Int) -> ClosedRange<UInt16> {
        nextBase.withLock { base in
            defer { base += UInt16(pairs * 2) }
            return base...base + UInt16(pairs * 2) - 1
        }
    }

    var events: [MediaEvent] { log.events }

    /// Opens a stream for a peer and connects it.
    func connect(_ peer: ScriptedPeer) throws -> OpenStream {
        let stream = try engine.open()
        engine.perform(.connect(stream.id, peer.endpoint()))
        return stream
    }

    /// Waits until an event has been seen; the time-out is for a broken engine only.
    func expect(
        _ event: MediaEvent, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        await expect(comment ?? "\(event)", sourceLocation: sourceLocation) { $0.contains(event) }
    }

    func expect(
        _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: ([MediaEvent]) -> Bool
    ) async {
        let isMet = await Self.wait { condition(log.events) }
        #expect(isMet, comment, sourceLocation: sourceLocation)
    }

    static func wait(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<2_500 {
            if condition() { return true }
            await sleep(2)
        }
        return condition()
    }

    /// The peers speak, each to its stream, in the rhythm of 20 ms.
    static func talk(_ pairs: [(peer: ScriptedPeer, stream: OpenStream)], frames: Int) async {
        for _ in 0..<frames {
            for (peer, stream) in pairs { peer.speak(to: stream.port) }
            await sleep(20)
            for (peer, _) in pairs { peer.listen() }
        }
    }

    /// The peers only listen for so many frames' time.
    static func listen(_ peers: [ScriptedPeer], frames: Int) async {
        for _ in 0..<frames {
            await sleep(20)
            for peer in peers { peer.listen() }
        }
    }

    private static func sleep(_ milliseconds: Int) async {
        // Only cancellation ends it early, and a cancelled test has no more to find out.
        try? await Task.sleep(for: .milliseconds(milliseconds))
    }
}

private final class EventLog: Sendable {
    private let list = Mutex<[MediaEvent]>([])

    var events: [MediaEvent] { list.withLock { $0 } }

    func append(_ events: [MediaEvent]) {
        list.withLock { $0 += events }
    }
}

/// A WAV file in a directory of the test's own.
struct TemporarySound {
    let path: String

    init(_ bytes: [UInt8]) {
        path = "/tmp/burdock-test-\(UInt64.random(in: .min ... .max)).wav"
        let file = fopen(path, "wb")
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    init(_ samples: [Int16], rate: Int = 8_000) {
        self.init(WAVBytes.file(samples, rate: rate))
    }

    func remove() {
        unlink(path)
    }
}

/// WAV files as bytes, right and wrong.
enum WAVBytes {
    static func file(
        _ samples: [Int16], rate: Int = 8_000, channels: Int = 1, bits: Int = 16, tag: Int = 1, before: [UInt8] = []
    ) -> [UInt8] {
        let data = samples.flatMap { bytes(Int($0), 2) }
        let format =
            bytes(tag, 2) + bytes(channels, 2) + bytes(rate, 4) + bytes(rate * channels * bits / 8, 4)
            + bytes(channels * bits / 8, 2) + bytes(bits, 2)
        let body = Array("WAVE".utf8) + before + chunk("fmt ", format) + chunk("data", data)
        return chunk("RIFF", body)
    }

    static func chunk(_ name: String, _ body: [UInt8], size: Int? = nil) -> [UInt8] {
        Array(name.utf8) + bytes(size ?? body.count, 4) + body + (body.count & 1 == 1 ? [0] : [])
    }

    static func bytes(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
