import BenchLoad
import Foundation

/// Measures a server that it starts itself, beside baselines of its own. Figures never fail it, only what keeps it
/// from measuring.
func bench() -> Int32 {
    do {
        let options = try Options(Array(CommandLine.arguments.dropFirst()))
        if options.help {
            print(Options.usage)
            return 0
        }
        bl_raise_descriptor_limit()
        return try measure(options)
    } catch {
        complain(error)
        return 1
    }
}

/// Prints also what was measured before something kept it from going on.
func measure(_ options: Options) throws -> Int32 {
    var bench = Bench(options)
    let began = ContinuousClock.now
    var status: Int32 = 0
    do {
        try bench.runAll()
    } catch {
        complain(error)
        guard !bench.samples.values.isEmpty else { return 1 }
        bench.samples.note("not complete: \(error)")
        status = 1
    }
    let seconds = (ContinuousClock.now - began).milliseconds / 1_000
    let report = Report(samples: bench.samples, runs: options.runs, seconds: seconds)
    print(options.json ? try report.json() : report.table())
    return status
}

func complain(_ error: any Error) {
    FileHandle.standardError.write(Data("\nbench: \(error)\n".utf8))
}

exit(bench())
