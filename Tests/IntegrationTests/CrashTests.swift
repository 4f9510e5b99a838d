import Foundation
import PeerKit
import Testing

/// What was acknowledged is there after the process was killed at any moment (product.md section 8).
extension Peers {
    @Suite(.needsPeers, .serialized) struct CrashTests {
        /// Kills in a row; `BURDOCK_CRASHES` sets another number.
        private static let rounds =
            ProcessInfo.processInfo.environment["BURDOCK_CRASHES"].flatMap { Int($0) } ?? 5

        @Test func nothingAcknowledgedIsLostOrDoubledWheneverItIsKilled() async throws {
            try await CallCentre.run(filter: "udp port 5060") { centre in
                let names = (0..<6).map { "operator\($0)" }
                var configuration = ServerConfiguration.oneQueue(names + ["clerk"], settings: ["wrap_up": "0s"])
                configuration.routing["success_talk"] = "0s"
                configuration.logLevel = "info"
                let server = try await centre.server(configuration)
                _ = try await centre.scriptedPhone(names, .answers(ringing: 80, talk: 300), calls: 100_000)
                var random = SystemRandomNumberGenerator()
                var seen = 0
                for round in 0..<Self.rounds {
                    let load = try centre.start(
                        scenario: "customers-call-in-a-crowd",
                        values: ["PATIENCE": "1200", "PREFIX": "+3806\(1_000 + round)"], from: centre.trunk,
                        calls: 10_000, options: ["-r", "25", "-l", "60"])
                    let wish = try await acknowledgedWish(server, round: round)
                    try await listen(Double.random(in: 0.3...3.5, using: &random))
                    let killed = Moment.now
                    await server.kill()
                    load.signal(SIGKILL)
                    _ = try await load.waitForExit(within: 3)
                    try await server.start()

                    let told = Told(centre.capture.sip(until: killed - 1), prefix: "+3806\(1_000 + round)")
                    seen += told.over.count
                    try await check(server, told, wish, "round \(round)")
                }
                #expect(seen > Self.rounds, "the calls of the test do not come to an end")
                try await checkJournal(server)
            }
        }

        /// A pause that the server has said yes to.
        private func acknowledgedWish(_ server: BurdockServer, round: Int) async throws -> String {
            let reason = "round \(round)"
            _ = try await server.json(["operator", "pause", "clerk", "--reason", reason])
            return reason
        }

        private func check(_ server: BurdockServer, _ told: Told, _ wish: String, _ round: String) async throws {
            let rows = try await server.callLog(limit: 10_000)
            #expect(Set(rows.map(\.id)).count == rows.count, "\(round): a call has two rows")
            #expect(rows.allSatisfy { !$0.outcome.isEmpty }, "\(round): a call has no end")
            let byNumber = Dictionary(grouping: rows, by: \.number)
            for number in told.answered {
                #expect(byNumber[number]?.count == 1, "\(round): \(number) was taken, and is not in the log once")
            }
            for number in told.over {
                let outcomes = byNumber[number]?.map(\.outcome) ?? []
                #expect(
                    outcomes.count == 1 && ["answered", "abandoned"].contains(outcomes[0]),
                    "\(round): \(number) had ended, and the log says \(outcomes)")
            }
            let clerk = try await server.json(["operator", "show", "clerk"])
            #expect(clerk["wish"].string == "paused" && clerk["reason"].string == wish, "\(round): \(clerk)")
            let status = try await server.status()
            #expect(status.registered == 6, "\(round): registrations were forgotten: \(status)")
            // The report checks itself, and fails if it does not add up.
            _ = try await server.command(
                ["report", "queues", "--json", "--since", "1h", "--database", server.stateFolder + "/burdock.db"])
            _ = try await server.command(
                ["report", "operators", "--json", "--since", "1h", "--database", server.stateFolder + "/burdock.db"])
        }

        /// What each process decided is decided the same once more.
        private func checkJournal(_ server: BurdockServer) async throws {
            let folder = server.stateFolder + "/journal"
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(files.count == Self.rounds + 1)
            for file in files {
                let outcome = try JSONValue(try await server.command(["replay", "--json", "\(folder)/\(file)"]))
                #expect(outcome["same"].bool == true, "\(file): \(outcome)")
            }
        }
    }
}

/// What customers were told, by what went over the wire.
private struct Told {
    /// Their INVITE was answered with 200.
    var answered: Set<String> = []
    /// Their BYE was answered, or ours by them.
    var over: Set<String> = []

    init(_ messages: [SIPMessage], prefix: String) {
        var numbers: [String: String] = [:]
        for message in messages {
            if message.isRequest, message.method == "INVITE", let number = Self.number(message, prefix) {
                numbers[message.callID] = number
            }
            guard message.status == 200, let number = numbers[message.callID] else { continue }
            if message.method == "INVITE" { answered.insert(number) }
            if message.method == "BYE" { over.insert(number) }
        }
    }

    private static func number(_ message: SIPMessage, _ prefix: String) -> String? {
        guard let from = message.headers["from"], let start = from.firstRange(of: "sip:" + prefix) else { return nil }
        return String(from[start.lowerBound...].dropFirst(4).prefix { $0 != "@" })
    }
}
