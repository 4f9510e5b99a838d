import BenchLoad
import Foundation

/// The measured server, from its start to its end.
final class ServerProcess {
    let setup: ServerSetup
    let id: pid_t

    /// How it ended, once it has.
    private var status: Int32?

    /// Returns when the server says that it is ready.
    init(binary: String, operators: Int) throws {
        setup = try ServerSetup(operators: operators)
        id = Self.spawn([binary, "serve", "--config", setup.configuration], log: setup.log)
        do {
            try waitUntilReady(binary)
        } catch {
            kill()
            setup.remove()
            throw error
        }
    }

    private func waitUntilReady(_ binary: String) throws {
        guard id > 0 else { throw BenchError.server("\(binary) could not be started") }
        let deadline = ContinuousClock.now + .seconds(20)
        while !output().contains("ready") {
            if let status = ended(within: .milliseconds(20)) {
                throw BenchError.server("\(binary) ended instead of starting (\(Self.words(status)))\(tail())")
            }
            guard ContinuousClock.now < deadline else {
                throw BenchError.server("\(binary) was not ready within 20 s\(tail())")
            }
        }
    }

    /// CPU time so far.
    func cpu() throws -> Duration {
        try checkAlive()
        return .nanoseconds(bl_process_cpu(id))
    }

    /// Resident memory in KiB.
    func memory() throws -> Double {
        try checkAlive()
        return Double(bl_process_rss(id))
    }

    func stop() throws {
        defer { setup.remove() }
        if status == nil { bl_signal(id, SIGTERM) }
        if ended(within: .seconds(15)) == nil {
            kill()
            throw BenchError.server("the server did not end within 15 s of SIGTERM")
        }
    }

    private func kill() {
        guard id > 0, status == nil else { return }
        bl_signal(id, SIGKILL)
        _ = ended(within: .seconds(5))
    }

    private func checkAlive() throws {
        guard let status = ended(within: .zero) else { return }
        throw BenchError.server("the server ended while it was measured (\(Self.words(status)))\(tail())")
    }

    private func ended(within time: Duration) -> Int32? {
        var wait: Int32 = 0
        if status == nil, bl_wait(id, time.nanoseconds, &wait) { status = wait }
        return status
    }

    /// A status of waitpid.
    private static func words(_ status: Int32) -> String {
        let signal = status & 0x7F
        if signal != 0 { return "signal \(signal)" }
        return switch status >> 8 & 0xFF {
        case 127: "there is no such file"
        case 126: "it cannot be executed"
        case let code: "exit status \(code)"
        }
    }

    private func output() -> String {
        // No file yet is no output yet.
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: setup.log)) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// The last it said.
    private func tail() -> String {
        let lines = output().split(separator: "\n").suffix(12)
        return lines.isEmpty ? "" : ":\n" + lines.joined(separator: "\n")
    }

    private static func spawn(_ arguments: [String], log: String) -> pid_t {
        let copies = arguments.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { UnsafePointer($0) } + [nil]
        return pointers.withUnsafeBufferPointer { bl_spawn($0.baseAddress, log) }
    }
}

extension Duration {
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    var milliseconds: Double { Double(nanoseconds) / 1e6 }
    var microseconds: Double { Double(nanoseconds) / 1e3 }
}
