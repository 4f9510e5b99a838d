import Foundation
import PeerKit
import Testing

/// Wrong files, wrong packets, wrong people: a clear message or status, and the server stays up.
extension Peers {
    @Suite(.needsPeers, .serialized) struct RobustnessTests {
        @Test func brokenConfigurationIsRefusedWithFileLineAndSuggestion() async throws {
            try await CallCentre.run { centre in
                let server = try centre.preparedServer(.oneQueue(["olena"]))
                let good = try String(contentsOfFile: server.configurationFile, encoding: .utf8)
                try server.write(good.replacingOccurrences(of: "ring_timeout", with: "ring_timeuot"))
                let line =
                    good.split(separator: "\n", omittingEmptySubsequences: false)
                    .firstIndex { $0.contains("ring_timeout") }! + 1
                let text = try await failedStart(server)
                #expect(text.contains("burdock.yaml:\(line):"), "\(text)")
                #expect(text.contains("ring_timeuot") && text.contains("ring_timeout"), "\(text)")
            }
        }

        @Test func missingSoundIsNamedAndTheServerDoesNotStart() async throws {
            try await CallCentre.run { centre in
                let server = try centre.preparedServer(.oneQueue(["olena"]))
                try FileManager.default.removeItem(atPath: server.folder + "/sounds/hold.wav")
                let text = try await failedStart(server)
                #expect(text.contains("hold.wav"), "\(text)")
            }
        }

        @Test func portInUseIsNamedAndTheFirstServerIsNotDisturbed() async throws {
            try await CallCentre.run { centre in
                let first = try await centre.server(.oneQueue(["olena"]))
                let second = try BurdockServer(
                    .oneQueue(["olena"]), on: centre.network.server, folder: centre.folder + "/second")
                let text = try await failedStart(second)
                #expect(text.contains("5060"), "\(text)")
                #expect(first.isUp)
                _ = try await first.status()
            }
        }

        @Test func truncatedDatagramsHurtNobody() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let invite = Self.request("INVITE", from: centre.trunk.address)
                for length in [1, 20, 60, invite.count / 2, invite.count - 3] {
                    try centre.send(String(invite.prefix(length)), from: centre.trunk)
                }
                try centre.send(String(repeating: "\u{0}", count: 1_200), from: centre.trunk)
                try centre.send(
                    invite.replacingOccurrences(of: "Content-Length: 0", with: "Content-Length: 900"),
                    from: centre.trunk)
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                try await centre.end(ann, olena)
                #expect(server.isUp)
            }
        }

        @Test func callWithoutACommonCodecIsRefusedWith488() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                try await centre.run(scenario: "customer-offers-unknown-codecs", from: centre.trunk)
                #expect(server.isUp)
                let status = try await server.status()
                #expect(status.portsInUse == 0, "\(status)")
            }
        }

        @Test func callFromAnAddressThatIsNoTrunkIsForbiddenAndLeavesNoState() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let stranger = try await centre.host("stranger")
                try await centre.run(
                    scenario: "customer-is-refused", values: ["STATUS": "403", "TYPE": "0", "CODEC": "PCMU"],
                    from: stranger)
                let rows = try await server.callLog()
                #expect(rows.isEmpty, "\(rows)")
            }
        }

        @Test func unknownMethodIs405UnknownExtensionIs420AndOptionsIsAnswered() async throws {
            try await CallCentre.run { centre in
                _ = try await centre.server(.oneQueue(["olena"]))
                let address = centre.trunk.address
                try centre.send(Self.request("DANCE", from: address), from: centre.trunk)
                try centre.send(Self.request("OPTIONS", from: address), from: centre.trunk)
                try centre.send(
                    Self.request("INVITE", from: address, extra: "Require: time-travel\r\n"), from: centre.trunk)
                for (status, method) in [(405, "DANCE"), (200, "OPTIONS"), (420, "INVITE")] {
                    let answer = try await Moment.poll(within: 2) {
                        centre.capture.responses(status, for: method, to: address).first
                    }
                    #expect(answer != nil, "no \(status) to \(method):\n\(centre.capture.sipStory(of: address))")
                    if status == 405 { #expect(answer?.headers["allow"]?.contains("INVITE") == true) }
                    if status == 420 { #expect(answer?.headers["unsupported"] == "time-travel") }
                }
            }
        }

        @Test func serverSaysThatItIsReadyAtOnceAlsoIntoAPipe() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                try await server.process?.waitForLine(containing: "ready on", within: 2)
            }
        }

        @Test func terminatedServerEndsInOrder() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let begin = Moment.now
                await server.stop()
                #expect(server.process?.exit == .status(0), "\(server.process?.tail() ?? "")")
                #expect(Moment.now - begin < 5)
            }
        }

        /// Starts a server that must not start, and returns what it says.
        private func failedStart(_ server: BurdockServer) async throws -> String {
            let process = try server.launch()
            let exit = try await process.waitForExit(within: 8)
            let text = process.lines.map(\.text).joined(separator: "\n")
            if exit == nil { process.signal(9) }
            try require(exit == .status(1), "it ended with \(exit.map { "\($0)" } ?? "nothing at all"):\n\(text)")
            return text
        }

        private static func request(_ method: String, from address: String, extra: String = "") -> String {
            "\(method) sip:100@\(NetworkNamespace.serverAddress) SIP/2.0\r\n"
                + "Via: SIP/2.0/UDP \(address):5999;branch=z9hG4bK-\(method)\(extra.count);rport\r\n"
                + "From: <sip:+380670000001@\(address)>;tag=a\(method)\r\n"
                + "To: <sip:100@\(NetworkNamespace.serverAddress)>\r\n"
                + "Call-ID: \(method)-\(extra.count)@\(address)\r\nCSeq: 1 \(method)\r\n"
                + "Contact: <sip:+380670000001@\(address):5999>\r\nMax-Forwards: 70\r\n"
                + "\(extra)Content-Length: 0\r\n\r\n"
        }
    }
}
