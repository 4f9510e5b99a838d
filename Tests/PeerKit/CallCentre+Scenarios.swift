import Foundation

extension CallCentre {
    /// Sends the server one datagram from a host, as it is.
    package func send(_ text: String, from host: Host) throws {
        try NamespaceSocket.send(Array(text.utf8), from: host, to: NetworkNamespace.serverAddress, port: 5_060)
    }

    /// Runs one of the scenarios that only need a status in the end; throws if it went otherwise.
    package func run(
        scenario: String, values: [String: String] = [:], dials: String = "100", from host: Host, calls: Int = 1,
        options: [String] = [], within limit: Double = 10
    ) async throws {
        let folder = try makeFolder(for: scenario)
        do {
            try await Subprocess.run(
                try arguments(scenario, values, dials, host, calls, folder) + options, on: host, within: limit)
        } catch {
            throw PeerFailure("\(scenario): \(error)\n\(SippPlace.complaints(in: folder))")
        }
    }

    /// The same without waiting for its end, which is the caller's to bring about.
    package func start(
        scenario: String, values: [String: String] = [:], dials: String = "100", from host: Host, calls: Int,
        options: [String] = []
    ) throws -> Subprocess {
        let folder = try makeFolder(for: scenario)
        let arguments = try arguments(scenario, values, dials, host, calls, folder) + options
        return try Subprocess(scenario, arguments, on: host, folder: folder)
    }

    private func makeFolder(for scenario: String) throws -> String {
        let folder = "\(folder)/\(scenario)-\(Moment.now.seconds)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    private func arguments(
        _ scenario: String, _ values: [String: String], _ dials: String, _ host: Host, _ calls: Int, _ folder: String
    ) throws -> [String] {
        let file = try SippScenario(name: scenario, values: values).write(to: folder)
        let place = SippPlace(host: host, port: 5_900, mediaPort: 50_000)
        return place.arguments(scenario: file, calls: calls, folder: folder)
            + ["-s", dials, "-key", "number", "+380671112233", "-key", "display", "Stranger"]
    }
}
