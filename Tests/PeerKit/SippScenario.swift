import Foundation

/// A scenario file of sipp, with the values that sipp itself cannot take from its command line put in.
struct SippScenario {
    /// File name without `.xml`: who does what.
    let name: String
    /// Replaces `@KEY@` by its value.
    var values: [String: String] = [:]

    /// Writes the filled-in scenario into a folder and returns its path.
    func write(to folder: String) throws -> String {
        let source = "\(PeerTools.scenarios)/\(name).xml"
        var text = try String(contentsOfFile: source, encoding: .utf8)
        for (key, value) in values { text = text.replacingOccurrences(of: "@\(key)@", with: value) }
        let path = "\(folder)/\(name).xml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}

/// Where a sipp sits: its host and ports.
package struct SippPlace: Sendable {
    package let host: Host
    package let port: UInt16
    package let mediaPort: UInt16

    package init(host: Host, port: UInt16, mediaPort: UInt16) {
        self.host = host
        self.port = port
        self.mediaPort = mediaPort
    }

    /// The beginning of every sipp command line here; UDP, one socket, errors into a file of the folder.
    func arguments(scenario: String, calls: Int, folder: String) -> [String] {
        [
            "sipp", "\(NetworkNamespace.serverAddress):5060", "-sf", scenario, "-i", host.address, "-mi", host.address,
            "-p", "\(port)", "-mp", "\(mediaPort)", "-m", "\(calls)", "-nostdin", "-f", "3600",
            "-trace_err", "-error_file", "\(folder)/errors.log", "-timeout", "120s", "-timeout_error",
        ]
    }

    /// What sipp complained about, for a failure's message.
    static func complaints(in folder: String) -> String {
        // No file: no complaint.
        let text = (try? String(contentsOfFile: "\(folder)/errors.log", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").prefix(12).map { "    | \($0.prefix(200))" }.joined(separator: "\n")
    }
}
