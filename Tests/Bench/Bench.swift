import BenchLoad
import Foundation

/// Carries out the runs; the parts are in extensions.
struct Bench {
    let options: Options
    var samples = Samples()
    var progress: Progress

    init(_ options: Options) {
        self.options = options
        progress = Progress(runs: options.runs)
    }

    mutating func runAll() throws {
        for run in 1...options.runs {
            progress.run = run
            if options.parts.contains(.calls) { try measureCalls() }
            if options.parts.contains(.register) { try measureRegistering() }
            if options.parts.contains(.conversation) { try measureConversation() }
            if options.parts.contains(.queue) { try measureQueue() }
            if options.parts.contains(.decisions) { measureDecisions() }
        }
        if options.soak { try measureSoak() }
        progress.end()
    }

    /// A fresh server, so that every part starts from the same memory.
    func withServer(operators: Int, _ body: (ServerProcess) throws -> Void) throws {
        progress.say("starting the server")
        let server = try ServerProcess(binary: options.binary, operators: operators)
        do {
            try body(server)
        } catch {
            // The first error says more than that of stopping.
            try? server.stop()
            throw error
        }
        try server.stop()
    }

    func register(_ count: Int, _ generator: Generator) throws {
        generator.startRegistering(count, perSecond: 400, limit: count)
        let before = generator.statistics.registered
        let done = generator.run(atMost: .seconds(12)) { $0.registered - before >= UInt64(count) }
        let registered = generator.statistics.registered - before
        guard done else {
            throw BenchError.nothingHappened("only \(registered) of \(count) operators could register")
        }
    }

    /// Notes what would make the figures of a part doubtful.
    mutating func check(_ generator: Generator, _ part: String) {
        let statistics = generator.statistics
        let findings: [(String, UInt64)] = [
            ("calls failed", statistics.calls_failed),
            ("of them dropped by the server", statistics.calls_dropped),
            ("of them without an answer", statistics.calls_timed_out),
            ("of them refused, last with \(statistics.last_refusal)", statistics.calls_refused),
            ("operators rung for two calls at once", statistics.operator_double),
            ("operators rung for an unknown number", statistics.operator_strangers),
            ("operators rung for a caller who had left", statistics.operator_late),
            ("calls overtook a longer waiting one", statistics.out_of_order),
            ("calls not started: too many at once", statistics.not_started),
            ("REGISTERs failed", statistics.register_failed),
            ("INVITEs repeated by the server after their call was over", statistics.late_repeats),
            ("messages repeated by the generator", statistics.retransmissions),
            ("datagrams were no SIP", statistics.garbage),
            ("legs never ended", UInt64(statistics.legs)),
            ("RTP packets reached the wrong party", generator.rtp.misdirected),
        ]
        for (what, count) in findings where count > 0 {
            samples.note("run \(progress.run), \(part): \(count) \(what)")
        }
    }
}
