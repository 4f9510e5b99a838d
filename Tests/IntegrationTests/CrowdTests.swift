import PeerKit
import Testing

/// Many calls at once.
extension Peers {
    @Suite(.needsPeers, .serialized) struct CrowdTests {
        @Test func hundredCallsAtOnceThroughTenOperatorsEndInOneRowEachAndLeaveNothingBehind() async throws {
            try await CallCentre.run(filter: "udp port 5060") { centre in
                let names = (0..<10).map { "operator\($0)" }
                var configuration = ServerConfiguration.oneQueue(names, settings: ["wrap_up": "0s"])
                configuration.routing["success_talk"] = "0s"
                configuration.logLevel = "info"
                let server = try await centre.server(configuration)
                let phones = try await centre.scriptedPhone(names, .answers(ringing: 100, talk: 400), calls: 100)
                let before = try await server.status()
                #expect(before.registered == 10, "\(before)")

                try await centre.run(
                    scenario: "customers-call-in-a-crowd", values: ["PATIENCE": "40000", "PREFIX": "+380670001"],
                    from: centre.trunk,
                    calls: 100, options: ["-r", "100", "-l", "100"], within: 50)
                try await phones.waitForEnd(within: 5)
                try await listen(0.5)

                let rows = try await server.callLog()
                #expect(rows.count == 100 && Set(rows.map(\.id)).count == 100, "\(rows.count) rows")
                let unanswered = rows.filter { $0.outcome != "answered" }
                #expect(unanswered.isEmpty, "\(unanswered)")
                let twice = rows.filter { $0.rings.filter { $0.outcome == "answered" }.count != 1 }
                #expect(twice.isEmpty, "\(twice)")
                let after = try await server.status()
                #expect(after.portsInUse == 0, "\(after)")
                let left = try await server.callers(in: "sales")
                #expect(left.isEmpty, "\(left)")
                let spread = Dictionary(grouping: rows) { $0.rings.last?.operator ?? "" }.mapValues(\.count)
                #expect(spread.values.allSatisfy { (5...15).contains($0) }, "equal operators got \(spread)")
            }
        }

        @Test func customersWhoLosePatienceByTheDozenLeaveNothingBehindEither() async throws {
            try await CallCentre.run(filter: "udp port 5060") { centre in
                let names = (0..<5).map { "operator\($0)" }
                var configuration = ServerConfiguration.oneQueue(names, settings: ["wrap_up": "0s"])
                configuration.logLevel = "info"
                let server = try await centre.server(configuration)
                _ = try await centre.scriptedPhone(names, .answers(ringing: 150, talk: 300))
                // Half of the time a phone rings, so hang-ups meet rings, answers and conversations at every moment.
                try await centre.run(
                    scenario: "customers-call-in-a-crowd", values: ["PATIENCE": "1500", "PREFIX": "+380670001"],
                    from: centre.trunk,
                    calls: 60, options: ["-r", "60", "-l", "60"], within: 30)
                try await listen(0.7)
                let rows = try await server.callLog()
                #expect(rows.count == 60 && Set(rows.map(\.id)).count == 60, "\(rows.count) rows")
                let outcomes = Dictionary(grouping: rows, by: \.outcome).mapValues(\.count)
                #expect(Set(outcomes.keys) == ["answered", "abandoned"], "\(outcomes)")
                let left = try await server.callers(in: "sales")
                #expect(left.isEmpty, "\(left)")
                let after = try await server.status()
                #expect(after.portsInUse == 0, "\(after)")
                let states = try await server.json(["operator", "show"])["operators"].elements
                #expect(states.allSatisfy { $0["state"].string == "ready" }, "\(states)")
            }
        }
    }
}
