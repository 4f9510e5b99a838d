import Foundation
package import Glibc
import Synchronization

/// A program that a test has started: its output line by line with times, its end, and no zombie left behind.
package final class Subprocess: Sendable {
    /// One line of what the program printed, on either channel.
    package struct Line: Sendable {
        package let at: Moment
        package let text: String
    }

    /// How a program ended.
    package enum Exit: Hashable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    private struct State {
        var lines: [Line] = []
        var partial: [UInt8] = []
        var exit: Exit?
    }

    /// What the test calls it: "operator olena", "server".
    package let name: String
    package let pid: pid_t
    private let state = Mutex(State())
    private let outputEnded = DispatchSemaphore(value: 0)

    /// Lines kept; older ones are forgotten.
    private static let maxLines = 20_000

    /// Starts a program. `host` puts it into that host's network namespace.
    package init(
        _ name: String, _ arguments: [String], on host: Host? = nil, folder: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        self.name = name
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw PeerFailure("\(name): no pipe, error \(errno)") }
        ends.forEach { _ = fcntl($0, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        let place = folder.map { ["env", "-C", $0] } ?? []
        let full = (host?.prefix ?? []) + place + arguments
        do {
            pid = try Self.spawn(full, output: ends[1], environment: environment)
        } catch {
            close(ends[0])
            throw PeerFailure("\(name): cannot start \(full.joined(separator: " ")): \(error)")
        }
        LiveThings.shared.add(pid)
        let output = ends[0]
        Thread.detachNewThread { [self] in read(output) }
        Thread.detachNewThread { [self] in reap() }
    }

    /// Runs a program to its end and returns what it printed; throws if it fails or takes longer than `limit` seconds.
    @discardableResult
    package static func run(
        _ arguments: [String], on host: Host? = nil, within limit: Double = 20, environment: [String: String] = [:]
    ) async throws -> String {
        let name = arguments.first ?? ""
        let program = try Subprocess(name, arguments, on: host, environment: environment)
        guard let exit = try await program.waitForExit(within: limit) else {
            program.signal(SIGKILL)
            throw PeerFailure("\(arguments.joined(separator: " ")) did not end within \(limit) s\n\(program.tail())")
        }
        guard exit == .status(0) else {
            throw PeerFailure("\(arguments.joined(separator: " ")): \(exit)\n\(program.tail())")
        }
        return program.lines.map(\.text).joined(separator: "\n")
    }

    package var lines: [Line] { state.withLock { $0.lines } }
    package var exit: Exit? { state.withLock { $0.exit } }

    /// The last lines, for a failure's message.
    package func tail(_ count: Int = 25) -> String {
        lines.suffix(count).map { "    | \($0.text.prefix(200))" }.joined(separator: "\n")
    }

    package func signal(_ number: Int32) {
        // Under the lock, so that a pid that was reaped meanwhile is never signalled.
        state.withLock { state in
            guard state.exit == nil else { return }
            _ = kill(pid, number)
        }
    }

    /// Waits for a line with `text` in it.
    @discardableResult
    package func waitForLine(containing text: String, within limit: Double) async throws -> Line {
        var seen = 0
        let found = try await Moment.poll(within: limit) { () throws -> Line? in
            let lines = self.lines
            defer { seen = lines.count }
            if let line = lines.dropFirst(min(seen, lines.count)).first(where: { $0.text.contains(text) }) {
                return line
            }
            if let exit { throw PeerFailure("\(name) ended (\(exit)) before it said \"\(text)\"\n\(tail())") }
            return nil
        }
        guard let found else { throw PeerFailure("\(name) did not say \"\(text)\" within \(limit) s\n\(tail())") }
        return found
    }

    package func waitForExit(within limit: Double) async throws -> Exit? {
        try await Moment.poll(within: limit, every: 0.01) { exit }
    }

    /// Asks it to end, and kills it if it does not within `limit` seconds.
    package func stop(within limit: Double = 3) async {
        signal(SIGCONT)
        signal(SIGTERM)
        // A cancelled wait only means that it is killed at once.
        if (try? await waitForExit(within: limit)) == nil { signal(SIGKILL) }
        _ = try? await waitForExit(within: 1)
    }

    private func read(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            take(buffer[0..<count])
        }
        close(descriptor)
        take([10])
        outputEnded.signal()
    }

    private func take(_ bytes: ArraySlice<UInt8>) {
        let now = Moment.now
        state.withLock { state in
            for byte in bytes {
                guard byte == 10 else {
                    state.partial.append(byte)
                    continue
                }
                if state.partial.isEmpty { continue }
                state.lines.append(Line(at: now, text: String(decoding: state.partial, as: UTF8.self)))
                state.partial.removeAll(keepingCapacity: true)
            }
            if state.lines.count > Self.maxLines { state.lines.removeFirst(state.lines.count - Self.maxLines) }
        }
    }

    private func reap() {
        var status: Int32 = 0
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        // The last lines are worth waiting for; not for long, since a grandchild may keep the pipe open.
        _ = outputEnded.wait(timeout: .now() + 0.05)
        state.withLock { state in
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7f
            state.exit = signal == 0 ? .status((status >> 8) & 0xff) : .signal(signal)
        }
        LiveThings.shared.remove(pid)
    }

    private static func spawn(
        _ arguments: [String], output: Int32, environment: [String: String]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)

        // A group of its own, so that Ctrl-C reaches us first; ordinary signals, whatever the test runner blocks.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, arguments.first ?? "", &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw PeerFailure(String(cString: strerror(code))) }
        return pid
    }
}
