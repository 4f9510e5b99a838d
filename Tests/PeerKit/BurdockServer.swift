import Foundation
import Glibc
import Synchronization

/// The server under test: its configuration, state directory and process on the server host.
package final class BurdockServer: Sendable {
    package let folder: String
    package let host: Host
    private let running = Mutex<Subprocess?>(nil)

    package init(_ configuration: ServerConfiguration, on host: Host, folder: String) throws {
        self.folder = folder
        self.host = host
        let sounds = folder + "/sounds"
        try FileManager.default.createDirectory(atPath: sounds, withIntermediateDirectories: true)
        if configuration.sounds == nil {
            for sound in configuration.testSounds {
                try sound.tone.writeWAV(to: "\(sounds)/\(sound.name).wav", seconds: sound.seconds)
            }
        }
        try write(configuration.yaml(soundFolder: sounds, state: stateFolder))
    }

    package var configurationFile: String { folder + "/burdock.yaml" }
    package var stateFolder: String { folder + "/state" }

    /// Puts another configuration in the place of the present one; takes effect at the next start.
    package func write(_ yaml: String) throws {
        try yaml.write(toFile: configurationFile, atomically: true, encoding: .utf8)
        // It holds secrets.
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: configurationFile)
    }

    /// Starts it and waits until it answers on its control socket.
    package func start() async throws {
        // What a killed server left behind would be taken for the new one's.
        try? FileManager.default.removeItem(atPath: socket)
        let process = try launch()
        let isUp = try await Moment.poll(within: 15) { () throws -> Bool? in
            if let exit = process.exit {
                throw PeerFailure("the server ended (\(exit)) at its start\n\(process.tail())")
            }
            return FileManager.default.fileExists(atPath: socket) ? true : nil
        }
        guard isUp != nil else { throw PeerFailure("the server is not ready after 15 s\n\(process.tail())") }
        _ = try await json(["status"])
    }

    /// Starts it without waiting for anything, for starts that must fail.
    @discardableResult
    package func launch() throws -> Subprocess {
        guard let binary = PeerTools.serverBinary else { throw PeerFailure("the burdock executable is not built") }
        let process = try Subprocess(
            "server", [binary, "serve", "--config", configurationFile], on: host, folder: folder)
        running.withLock { $0 = process }
        return process
    }

    /// Asks it to end as an administrator would, by SIGTERM.
    package func stop() async { await process?.stop(within: 8) }

    /// A power cut, as far as the process can tell.
    package func kill() async {
        process?.signal(SIGKILL)
        // A cancelled wait: the process is dying anyway.
        _ = try? await process?.waitForExit(within: 5)
    }

    package var process: Subprocess? { running.withLock { $0 } }
    package var isUp: Bool { process.map { $0.exit == nil } ?? false }

    /// Runs one of the executable's other commands and returns what it printed.
    @discardableResult
    package func command(_ arguments: [String]) async throws -> String {
        guard let binary = PeerTools.serverBinary else { throw PeerFailure("the burdock executable is not built") }
        return try await Subprocess.run([binary] + arguments, within: 10)
    }

    /// A command to the running server, its answer as JSON.
    package func json(_ arguments: [String]) async throws -> JSONValue {
        let text = try await command(arguments + ["--json", "--socket", socket])
        do {
            return try JSONValue(text)
        } catch {
            throw PeerFailure("burdock \(arguments.joined(separator: " ")) --json printed no JSON: \(text.prefix(500))")
        }
    }

    package var socket: String { stateFolder + "/burdock.sock" }
}
