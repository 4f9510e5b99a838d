import Foundation

/// A configuration of the server for one test: what differs from the defaults, written as YAML.
package struct ServerConfiguration: Sendable {
    /// One queue, with keys and values as they stand in the file.
    package struct Queue: Sendable {
        package var name: String
        package var vip = false
        /// Written after the kit's own settings and in their place: "responsible_wait": "5s".
        package var settings: [String: String]
        /// Key `interruption`.
        package var interruption: [String: String]
        /// Operator and priority.
        package var operators: [(name: String, priority: Int)]

        package init(
            _ name: String, vip: Bool = false, settings: [String: String] = [:], interruption: [String: String] = [:],
            operators: [(name: String, priority: Int)]
        ) {
            self.name = name
            self.vip = vip
            self.settings = settings
            self.interruption = interruption
            self.operators = operators
        }
    }

    /// Name and groups of each operator; the secret is `secret(of:)`.
    package var operators: [(name: String, groups: [String])]
    package var queues: [Queue]
    /// Dialled number and queue.
    package var lines: [(number: String, queue: String)]
    package var routing: [String: String] = ["success_talk": "1s"]
    package var ports = "10000-10999"
    package var logLevel = "debug"
    /// A folder of sounds with one of the languages in it; `nil`: the kit's test tones.
    package var sounds: (folder: String, language: String)?
    /// Tones in place of words that the house speaks; other words are its own, in English.
    package var words: [String: Tone] = [:]
    /// Where the trunk's calls come from.
    package var trunkAddress = "10.99.0.2"
    /// Key `outgoing` of the trunk, as a mapping in one line.
    package var outgoing: String?
    /// Patience with phones that give no sign of life: `sip.no_response`.
    package var noResponse = "2s"
    /// After so long without a packet a party counts as gone: `media.rtp_timeout`.
    package var rtpTimeout = "60s"
    /// More lines at the top level of the file.
    package var extra = ""

    package init(
        operators: [(name: String, groups: [String])], queues: [Queue], lines: [(number: String, queue: String)]
    ) {
        self.operators = operators
        self.queues = queues
        self.lines = lines
    }

    package static func secret(of operator: String) -> String { "secret-of-\(`operator`)" }

    /// Test tones in place of every sound that the defaults name, and of words.
    var testSounds: [(name: String, tone: Tone, seconds: Double)] {
        Self.defaultSounds + words.map { ($0.key, $0.value, 0.6) }
    }

    private static let defaultSounds: [(name: String, tone: Tone, seconds: Double)] = [
        ("hold", .hold, 4), ("vip-operator", .operatorNotice, 1), ("vip-customer", .customerNotice, 1),
        ("code-ready", .codeReady, 0.6), ("code-pause", .codePause, 0.6), ("code-off", .codeOff, 0.6),
        ("timeout", .timeoutNotice, 0.8),
    ]

    /// Short times in place of the defaults, so that tests are.
    static let shortTimes = ["ring_timeout": "3s", "wrap_up": "1s", "retry_after": "20s"]
    static let shortInterruption = ["hold_after_announcement": "1s", "min_talk": "0s"]

    /// The whole file. `soundFolder` holds the sounds, `state` is the state directory.
    package func yaml(soundFolder: String, state: String) -> String {
        let files = Dictionary(
            uniqueKeysWithValues: testSounds.map { ($0.name, "\(soundFolder)/\($0.name).wav") })
        let house = words.isEmpty ? "folder: \(soundFolder)" : "folder: \(PeerTools.root)/sounds\n  language: en"
        let soundLines =
            sounds.map { "  folder: \($0.folder)\n  language: \($0.language)" }
            ?? "  \(house)\n  files:\n\(Self.block(files, indent: 4))"
        var text = """
            sip:
              listen: ["udp:0.0.0.0:5060", "tcp:0.0.0.0:5060"]
              no_response: \(noResponse)
            media:
              ports: \(ports)
              rtp_timeout: \(rtpTimeout)
            state: \(state)
            log:
              level: \(logLevel)
            sounds:
            \(soundLines)
            routing:
            \(Self.block(routing, indent: 2))
            trunks:
              - name: carrier
                addresses: [\(trunkAddress)]
            \(outgoing.map { "    outgoing: \($0)" } ?? "")

            """
        text += "operators:\n"
        for (name, groups) in operators {
            text += "  - name: \(name)\n    secret: \(Self.secret(of: name))\n"
            text += "    email: \(name)@example.com\n    groups: [\(groups.joined(separator: ", "))]\n"
        }
        text += "queues:\n" + queues.map(write).joined()
        text += "lines:\n" + lines.map { "  - number: \"\($0.number)\"\n    queue: \($0.queue)\n" }.joined()
        return text + extra
    }

    private func write(_ queue: Queue) -> String {
        var settings = Self.shortTimes.merging(queue.settings) { $1 }
        settings["vip"] = queue.vip ? "true" : "false"
        var text = "  - name: \(queue.name)\n\(Self.block(settings, indent: 4))\n"
        if queue.vip {
            let interruption = Self.shortInterruption.merging(queue.interruption) { $1 }
            text += "    interruption:\n\(Self.block(interruption, indent: 6))\n"
        }
        text += "    operators:\n"
        return text + queue.operators.map { "      \($0.name): \($0.priority)\n" }.joined()
    }

    private static func block(_ values: [String: String], indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        return values.sorted { $0.key < $1.key }.map { "\(margin)\($0.key): \($0.value)" }.joined(separator: "\n")
    }
}
