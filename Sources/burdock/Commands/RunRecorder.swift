import ArgumentParser
import Foundation
import Journal
import Routing
import Synchronization

/// Writes a run down as it happens, in pieces of some hundred kilobytes.
final class RunRecorder: Sendable {
    private struct State {
        let file: FileHandle
        let encoder = LineEncoder()
        var pending: [UInt8] = []
        var failure: (any Error)?
    }

    private static let piece = 256 * 1_024

    private let path: String
    private let state: Mutex<State>

    /// Makes the file, or empties it.
    init(path: String, seed: UInt64) throws {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else {
            Terminal.printError("\(path): cannot be written; is there such a directory, and may you write in it?")
            throw ExitCode.failure
        }
        var state = State(file: file)
        try state.encoder.append(JournalLine.head(JournalHead(seed: seed)), to: &state.pending)
        self.state = Mutex(state)
    }

    func observe(_ event: RoutingEvent, _ instant: Instant, _ decisions: [Decision]) {
        let step = JournalStep(at: instant, event: event, decisions: decisions)
        state.withLock { state in
            guard state.failure == nil else { return }
            do {
                try state.encoder.append(JournalLine.step(step), to: &state.pending)
                guard state.pending.count >= Self.piece else { return }
                try state.file.write(contentsOf: state.pending)
                state.pending.removeAll(keepingCapacity: true)
            } catch {
                state.failure = error
            }
        }
    }

    /// Writes the rest. Without it, or after a failure, the recording ends early.
    func finish() throws {
        try state.withLock { state in
            do {
                if let failure = state.failure { throw failure }
                try state.file.write(contentsOf: state.pending)
                try state.file.close()
            } catch {
                Terminal.printError("\(path): the recording is not complete: \(error.localizedDescription)")
                throw ExitCode.failure
            }
        }
    }
}
