import PeerKit
import Testing

/// Customers who did not get through are called back: through a trunk, by the operator responsible for them.
extension Peers {
    @Suite(.needsPeers, .serialized) struct CallbackTests {
        private static let number = "+380501112201"

        /// One queue whose lost calls are called back through a trunk that leads to the outside world's host.
        private func configuration(
            _ operators: [String], outside: Host, preview: String = "0s", dialer: [String] = []
        ) -> ServerConfiguration {
            var configuration = ServerConfiguration.oneQueue(operators, settings: ["callback": "true"])
            configuration.outgoing = "{address: \"\(outside.address):5060\"}"
            let lines = [
                "name: back", "queues: [sales]", "trunks: [carrier]", "caller_id: \"+380441230000\"",
                "preview: \(preview)",
                "operators: {\(operators.map { "\($0): 5" }.joined(separator: ", "))}",
            ]
            configuration.extra =
                "dialers:\n  - " + (lines + dialer).joined(separator: "\n    ") + "\n"
            return configuration
        }

        /// The customer's own phone, behind the trunk.
        private func customersPhone(_ centre: CallCentre, on host: Host) async throws -> Phone {
            try await centre.outsidePhone(Self.number, on: host)
        }

        /// A customer who waits in vain and hangs up.
        private func loseACall(_ centre: CallCentre) async throws {
            let ann = try centre.customer("Ann", number: Self.number)
            try ann.call()
            try await centre.ear(of: ann).waits(for: [.hold], within: 3, after: Moment.now)
            try ann.hangUp()
            try await ann.waitForEnd(within: 3)
        }

        @Test func lostCustomerIsCalledBackAndBothHearEachOther() async throws {
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let server = try await centre.server(configuration(["olena"], outside: outside))
                let home = try await customersPhone(centre, on: outside)
                try await loseACall(centre)

                // The operator's phone answers by itself; it hears ring-back until the customer answers.
                let olena = try await centre.phone("olena", answering: .auto)
                let since = Moment.now
                try await home.waitForRing(since: since, within: 5)
                try await listen(1)
                let answered = Moment.now
                try await home.answer()
                try await centre.ear(of: home).waits(for: [olena.party.tone], within: 3, after: answered)
                try await centre.ear(of: olena).waits(for: [home.party.tone], within: 3, after: answered)
                let invites = centre.capture.requests("INVITE", to: outside.address)
                #expect(invites.first?.headers["from"]?.contains("+380441230000") == true, "\(invites)")
                try await listen(1.2)
                try await home.hangUp()
                try await olena.waitForEvent("CALL_CLOSED", since: answered, within: 3)

                let rows = try await server.attempts(1, within: 5)
                #expect(rows.map { $0["outcome"].string } == ["ANSWER"], "\(rows)")
                let log = try await server.callLog()
                #expect(Set(log.map(\.outcome)) == ["abandoned", "answered"], "\(log)")
            }
        }

        @Test func customerWhoGetsThroughByThemselvesIsNotCalledBack() async throws {
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let server = try await centre.server(
                    configuration(["olena"], outside: outside, preview: "3s"))
                let home = try await customersPhone(centre, on: outside)
                try await loseACall(centre)
                let olena = try await centre.phone("olena")
                let again = try centre.customer("Ann", number: Self.number)
                try await centre.connect(again, olena)
                try await listen(1.2)
                try await centre.end(again, olena)
                try await listen(4)
                #expect(home.rings() == 0)
                let tasks = try await server.command([
                    "report", "tasks", "--json", "--database", server.stateFolder + "/burdock.db",
                ])
                #expect(tasks.contains("resolved"), "\(tasks)")
            }
        }

        @Test func busyCustomerIsTriedAgain() async throws {
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let server = try await centre.server(
                    configuration(
                        ["olena"], outside: outside, dialer: ["retries:", "  busy: {tries: 2, interval: 2s}"]))
                let home = try await customersPhone(centre, on: outside)
                try await loseACall(centre)
                let olena = try await centre.phone("olena", answering: .auto)
                var since = Moment.now
                try await home.waitForRing(since: since, within: 5)
                since = Moment.now
                try await home.hangUp()
                try await olena.waitForEvent("CALL_CLOSED", since: since, within: 3)
                try await home.waitForRing(since: since, within: 8)
                try await home.answer()
                try await centre.ear(of: home).waits(for: [olena.party.tone], within: 3, after: since)
                let rows = try await server.attempts(1, within: 5)
                #expect(rows.first?["outcome"].string == "BUSY" && rows.first?["status"].number == 486, "\(rows)")
            }
        }

        @Test func operatorWorksTheirOwnListOneAfterTheOtherAndNobodyElses() async throws {
            try await CallCentre.run(filter: "udp port 5060") { centre in
                let outside = try await centre.host("outside")
                let names = ["ihor", "olena"]
                let server = try await centre.server(
                    configuration(names, outside: outside, dialer: ["mode: personal"]))
                _ = try await centre.outsideWorld(.answers(ringing: 100, talk: 60_000), on: outside)
                let (hers, his) = (["+380501112211", "+380501112212", "+380501112213"], "+380501112299")
                for number in hers + [his] {
                    let owner = number == his ? "ihor" : "olena"
                    _ = try await server.json(["task", "add", "--dialer", "back", "--responsible", owner, number])
                }
                _ = try await centre.scriptedPhone(["olena"], .answers(ringing: 50, talk: 1_200))
                let rows = try await server.attempts(hers.count, within: 20)
                let order = rows.sorted { ($0["began_at"].string ?? "") < ($1["began_at"].string ?? "") }
                #expect(order.map { $0["number"].string } == hers, "\(rows)")
                #expect(rows.allSatisfy { $0["operator"].string == "olena" && $0["outcome"].string == "ANSWER" })
                try await listen(2)
                let open = try await server.json(["task", "list", "--state", "open"])["tasks"].elements
                #expect(open.map { $0["number"].string } == [his], "Ihor is not there, and his list stays his: \(open)")
            }
        }

        @Test func callThatARestartCutIsCalledBackByWhoeverHadIt() async throws {
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let server = try await centre.server(configuration(["ihor", "olena"], outside: outside))
                let home = try await customersPhone(centre, on: outside)
                let olena = try await centre.phone("olena", answering: .auto)
                let ann = try centre.customer("Ann", number: Self.number)
                let begin = Moment.now
                try ann.call()
                try await centre.conversation(ann, olena, since: begin, within: 4)
                try await listen(0.5)
                await server.kill()
                ann.kill()
                try await olena.hangUp()
                let since = Moment.now
                try await server.start()
                try await home.waitForRing(since: since, within: 6)
                try await home.answer()
                try await centre.ear(of: home).waits(for: [olena.party.tone], within: 3, after: since)
            }
        }
    }
}
