import CTelephony
package import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The media engine on real sockets: streams on their own threads, sounds in memory, ports of its own.
package final class RTPEngine: MediaEngine {
    /// Threads are pinned work; more than this is a mistake in the configuration.
    private static let mostThreads = 64

    /// Does something when whoever gives commands is done with those that belong together, so that all of them wake a
    /// thread once.
    package typealias Soon = @Sendable (_ body: @escaping @Sendable () -> Void) -> Void

    private struct Ports {
        var pool: PortPool
        var nextStream: UInt64 = 0
        var isShutDown = false
    }

    private let settings: MediaSettings
    private let host: ct_address
    private let ports: Mutex<Ports>
    private let threads: [MediaThread]
    private let soon: Soon
    private let sounds: Mutex<SoundLibrary>
    private let logger: Logger
    /// How long each sound plays, those that the engine makes itself included.
    package var soundLengths: [SoundName: Duration] { sounds.withLock(\.lengths) }

    /// Loads and converts all sounds, then starts the threads. Every sound that cannot be used is logged as an error;
    /// the first of them is thrown.
    ///
    /// - Parameter soon: of those who give the commands, an event loop say; at once if there is nothing of the kind.
    package init(
        settings: MediaSettings, logger: Logger, soon: @escaping Soon = { $0() }, events: @escaping MediaEventHandler
    ) throws(MediaError) {
        let sounds = try Self.load(settings, logger)
        var host = ct_address()
        guard ct_address_parse(settings.address, 0, &host) == 0 else {
            throw MediaError.system(operation: "media address \"\(settings.address)\"", code: EINVAL)
        }
        self.settings = settings
        self.host = host
        self.soon = soon
        self.sounds = Mutex(sounds)
        self.logger = logger
        ports = Mutex(Ports(pool: PortPool(settings.ports)))
        let count = min(max(settings.threads, 1), Self.mostThreads)
        var threads: [MediaThread] = []
        for index in 0..<count { threads.append(try MediaThread(index: index, crossesThreads: count > 1)) }
        self.threads = threads
        let shared = MediaLoop.Shared(
            settings: settings, sounds: sounds, threads: threads, logger: logger, events: events,
            freePort: { [weak self] port in self?.free(port) })
        for thread in threads {
            do throws(MediaError) {
                try thread.start { MediaLoop(shared, thread: thread) }
            } catch {
                stopThreads()
                throw error
            }
        }
    }

    private static func load(_ settings: MediaSettings, _ logger: Logger) throws(MediaError) -> SoundLibrary {
        let (sounds, broken) = SoundLibrary.load(settings.sounds)
        for problem in broken { logger.error("a sound cannot be used", metadata: ["problem": "\(problem)"]) }
        if let first = broken.first { throw first }
        return sounds
    }

    /// Loads the sounds of new settings and takes them and the silence time-out over; ports, address and threads stay.
    /// What plays goes on. Sounds that are gone stay in memory: calls that are up may still name them.
    ///
    /// Reads files: not to be called where nothing may block. Throws, and changes nothing, if a sound cannot be used.
    package func reconfigure(_ settings: MediaSettings) throws(MediaError) {
        let loaded = try Self.load(settings, logger)
        let all = sounds.withLock { sounds in
            sounds = loaded.adding(sounds)
            return sounds
        }
        for thread in threads { thread.post(.adapt(all, rtpTimeout: settings.rtpTimeout)) }
    }

    /// Every sound of a configuration that could not be used, without starting anything.
    package static func brokenSounds(_ settings: MediaSettings) -> [MediaError] {
        SoundLibrary.load(settings.sounds).broken
    }

    deinit {
        stopThreads()
    }

    package func open() throws(MediaError) -> OpenStream {
        let sockets = try bindPair()
        let id = ports.withLock { ports in
            ports.nextStream += 1
            return StreamID(rawValue: ports.nextStream)
        }
        guard thread(of: id).post(.adopt(id, sockets), waking: soon) else {
            UDPPort.close(sockets)
            free(sockets.port)
            throw MediaError.system(operation: "opening a stream after the engine's shutdown", code: ESHUTDOWN)
        }
        return OpenStream(id: id, port: sockets.port)
    }

    package func perform(_ command: MediaCommand) {
        thread(of: command.stream).post(.command(command), waking: soon)
    }

    /// RTP/RTCP port pairs that streams hold at this moment.
    package var portsInUse: Int { ports.withLock { $0.pool.inUse } }
    /// All port pairs of the range.
    package var portCapacity: Int { ports.withLock { $0.pool.capacity } }

    /// Closes all streams, reports their ends, and waits for the threads. No event comes after it.
    package func shutdown() {
        stopThreads()
    }

    private func stopThreads() {
        for thread in threads { thread.post(.stop) }
        for thread in threads { thread.join() }
    }

    private func thread(of id: StreamID) -> MediaThread {
        threads[Int(id.rawValue % UInt64(threads.count))]
    }

    private func free(_ port: UInt16) {
        ports.withLock { $0.pool.giveBack(port) }
    }

    /// Tries each free pair once: others on the machine may use ports of our range too.
    private func bindPair() throws(MediaError) -> StreamSockets {
        let attempts = ports.withLock { $0.pool.free }
        for _ in 0..<attempts {
            guard let port = ports.withLock({ $0.pool.take() }) else { break }
            do throws(MediaError) {
                if let sockets = try UDPPort.bind(port, host: host) { return sockets }
            } catch {
                free(port)
                throw error
            }
            free(port)
        }
        throw MediaError.noPortFree(settings.ports)
    }
}
