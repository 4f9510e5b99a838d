import PeerKit
import Testing

/// What programs outside do with the house, over HTTP from another machine.
extension Peers {
    @Suite(.needsPeers, .serialized) struct ProgramTests {
        @Test func programInAnotherLanguageHasACustomerCalledBack() async throws {
            try await CallCentre.run { centre in
                let number = "+380501112201"
                let outside = try await centre.host("outside")
                var configuration = ServerConfiguration.oneQueue(["olena"], settings: ["wrap_up": "0s"])
                configuration.outgoing = "{address: \"\(outside.address):5060\"}"
                // The card is shown for longer than the test lasts: the program ends that.
                configuration.extra = """
                    api: {listen: "0.0.0.0:8080"}
                    dialers:
                      - name: back
                        queues: [sales]
                        trunks: [carrier]
                        preview: 5 min
                        operators: {olena: 5}

                    """
                let server = try await centre.server(configuration)
                let home = try await centre.outsidePhone(number, on: outside)
                let olena = try await centre.phone("olena", answering: .auto)
                let token = try await server.json(["token", "add", "crm", "--scope", "read", "--scope", "tasks"])
                let secret = try #require(token["token"].string)
                let since = Moment.now
                async let said = Subprocess.run(
                    [
                        "python3", PeerTools.scenarios + "/crm.py", "http://\(NetworkNamespace.serverAddress):8080",
                        secret, "back", number,
                    ], on: outside, within: 40)
                try await home.waitForRing(since: since, within: 20)
                try await home.answer()
                try await centre.ear(of: home).waits(for: [olena.party.tone], within: 3, after: since)
                try await listen(1.3)
                try await home.hangUp()
                let report = try JSONValue(try await said)
                #expect(report["same"].bool == true, "a repeated request is the same task: \(report)")
                #expect(report["card"].string == "Oksana" && report["number"].string == number, "\(report)")
                #expect(report["state"].string == "closed" && report["result"].string == "resolved", "\(report)")
                #expect(report["attempts"].elements.map(\.string) == ["ANSWER"], "\(report)")
                let events = report["events"].elements.compactMap(\.string)
                #expect(events.contains("task.opened") && events.contains("attempt.started"), "\(events)")
            }
        }

        /// schemathesis makes requests from the server's own description: none may end in an error of the server, or in
        /// an answer that is not described.
        @Test func serverIsAsItsDescriptionSays() async throws {
            try await CallCentre.run { centre in
                var configuration = ServerConfiguration.oneQueue(["anna", "olena"])
                configuration.outgoing = "{address: \"\(centre.trunk.address):5060\"}"
                configuration.extra = """
                    api: {listen: "0.0.0.0:8080", requests: 10000, burst: 10000, strangers: 10000}
                    dialers:
                      - {name: back, queues: [sales], trunks: [carrier], operators: {olena: 5}}

                    """
                let server = try await centre.server(configuration)
                let token = try await server.json(["token", "add", "tester", "--scope", "admin"])
                let secret = try #require(token["token"].string)
                _ = try await server.json(["task", "add", "--dialer", "back", "+380501112201"])
                let said = try await Subprocess.run(
                    [
                        PeerTools.root + "/scripts/test-api", "http://\(NetworkNamespace.serverAddress):8080",
                        "--max-examples", "8",
                    ], on: centre.trunk, within: 240, environment: ["BURDOCK_TOKEN": secret])
                #expect(said.contains("✅ Fuzzing") && said.contains("✅ Stateful"), "\(said)")
                #expect(server.isUp)
            }
        }
    }
}
