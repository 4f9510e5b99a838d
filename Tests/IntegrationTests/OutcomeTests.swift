import Foundation
import PeerKit
import Testing

/// What became of an attempt is what the customer's network said, and nobody is dialled twice for one.
extension Peers {
    @Suite(.needsPeers, .serialized) struct OutcomeTests {
        private func configuration(
            _ operators: [String], outside: PeerKit.Host, dialer: [String] = []
        ) -> ServerConfiguration {
            var configuration = ServerConfiguration.oneQueue(operators, settings: ["wrap_up": "0s"])
            configuration.outgoing = "{address: \"\(outside.address):5060\"}"
            let lines = [
                "name: back", "queues: [sales]", "trunks: [carrier]", "preview: 0s",
                "operators: {\(operators.map { "\($0): 5" }.joined(separator: ", "))}",
            ]
            configuration.extra = "dialers:\n  - " + (lines + dialer).joined(separator: "\n    ") + "\n"
            return configuration
        }

        private func ask(_ server: BurdockServer, for number: String, _ more: [String] = []) async throws {
            _ = try await server.json(["task", "add", "--dialer", "back", number] + more)
        }

        @Test func everyAnswerOfTheNetworkHasItsOutcome() async throws {
            let outcomes = [
                "486": "BUSY", "600": "BUSY", "480": "NOANSWER", "408": "NOANSWER", "302": "FAILED", "404": "FAILED",
                "503": "FAILED", "603": "FAILED",
            ]
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let server = try await centre.server(
                    configuration(["olena"], outside: outside, dialer: ["retries: {tries: 1}"]))
                _ = try await centre.outsideWorld(.refusesByNumber, on: outside)
                for status in outcomes.keys.sorted() { try await ask(server, for: "+380501112\(status)") }
                let since = Moment.now
                let olena = try await centre.phone("olena", answering: .auto)
                let rows = try await server.attempts(outcomes.count, within: 30)
                for row in rows {
                    let number = row["number"].string ?? ""
                    let status = String(number.suffix(3))
                    #expect(row["outcome"].string == outcomes[status], "\(row)")
                    #expect(row["status"].number.map { "\(Int($0))" } == status, "\(row)")
                }
                let dialled = centre.capture.requests("INVITE", to: outside.address).map { $0.headers["to"] ?? "" }
                #expect(Set(dialled).count == outcomes.count, "one for each: \(dialled)")
                try await olena.waitForEvent("CALL_CLOSED", since: since, within: 3)
                let open = try await server.json(["task", "list"])["tasks"].elements
                #expect(open.isEmpty, "\(open)")
            }
        }

        @Test func phoneThatRingsForEverIsGivenUp() async throws {
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let server = try await centre.server(
                    configuration(["olena"], outside: outside, dialer: ["retries: {tries: 1}", "answer_timeout: 5s"]))
                let world = try await centre.outsideWorld(.ringsForEver, on: outside, calls: 1)
                try await ask(server, for: "+380501112200")
                _ = try await centre.phone("olena", answering: .auto)
                // Its script ends well only if CANCEL came, and ACK after the 487.
                try await world.waitForEnd(within: 15)
                let row = try await server.attempts(1, within: 3)[0]
                #expect(row["outcome"].string == "NOANSWER", "\(row)")
            }
        }

        @Test func whatTheNetworkSaysBeforeTheAnswerIsHeardByTheOperator() async throws {
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let server = try await centre.server(configuration(["olena"], outside: outside))
                let voice = try centre.outsideVoice()
                _ = try await centre.outsideWorld(.isHeardEarly(sound: voice.file, answersAfter: 3_000), on: outside)
                let since = Moment.now
                try await ask(server, for: "+380501112200")
                let olena = try await centre.phone("olena", answering: .auto)
                try await centre.ear(of: olena).waits(for: [voice.tone], within: 6, after: since)
                let state = try await server.json(["operator", "show"])["operators"].elements
                #expect(state.first?["state"].string != "talking", "nobody has answered yet: \(state)")
                try await listen(3.5)
                let hangUp = Moment.now
                try await olena.hangUp()
                let row = try await server.attempts(1, within: 5)[0]
                #expect(row["outcome"].string == "ANSWER", "\(row)")
                try centre.ear(of: olena).expect([voice.tone], from: hangUp - 1, until: hangUp)
            }
        }

        /// From and until, in seconds, and what that is.
        private typealias Stretch = (from: Double, until: Double, what: String)

        private func seconds(_ value: JSONValue) throws -> Double {
            let text = value.string ?? ""
            guard let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) else {
                throw PeerFailure("\(text) is no time")
            }
            return date.timeIntervalSince1970
        }

        @Test func fiftyDueAtOnceGiveWayToCallsAndNobodyIsInTwoPlaces() async throws {
            try await CallCentre.run(filter: "udp port 5060") { centre in
                let (names, count) = (["anna", "ihor", "olena"], 50)
                let outside = try await centre.host("outside")
                let server = try await centre.server(configuration(names, outside: outside))
                for index in 0..<count { try await ask(server, for: "+380501112\(200 + index)") }
                _ = try await centre.outsideWorld(.answers(ringing: 100, talk: 60_000), on: outside)
                _ = try await centre.scriptedPhone(names, .answers(ringing: 50, talk: 1_200))
                try await centre.run(
                    scenario: "customers-call-in-a-crowd", values: ["PATIENCE": "40000", "PREFIX": "+380670001"],
                    from: centre.trunk, calls: 12, options: ["-r", "1", "-l", "12"], within: 60)
                let rows = try await server.attempts(count, within: 90) { $0["outcome"].string == "ANSWER" }
                // An attempt whose operator is taken by a call before the customer was dialled is made again.
                let dialled = rows.filter { $0["dialled_at"].string != nil }
                #expect(dialled.count == count && dialled.allSatisfy { $0["outcome"].string == "ANSWER" }, "\(rows)")
                #expect(Set(dialled.map { $0["number"].string ?? "" }).count == count, "no number twice")
                #expect(rows.filter { $0["dialled_at"].string == nil }.allSatisfy { $0["outcome"].string == "CANCEL" })
                let open = try await server.json(["task", "list"])["tasks"].elements
                #expect(open.isEmpty, "\(open)")

                let calls = try await server.callLog().filter { $0.number.hasPrefix("+38067") }
                #expect(calls.count == 12 && calls.allSatisfy { $0.outcome == "answered" }, "\(calls)")
                var busy: [String: [Stretch]] = [:]
                for row in rows {
                    let stretch = (try seconds(row["began_at"]), try seconds(row["ended_at"]), "\(row)")
                    busy[row["operator"].string ?? "", default: []].append(stretch)
                }
                for call in calls {
                    let (arrived, rang) = (
                        try seconds(call.json["arrived_at"]), try seconds(call.json["rings"].elements[0]["from"])
                    )
                    let early = try rows.filter { row in
                        let began = try seconds(row["began_at"])
                        return began > arrived + 0.05 && began < rang - 0.05
                    }
                    #expect(early.isEmpty, "a call waited meanwhile: \(call) \(early)")
                    for segment in call.json["segments"].elements where segment["kind"].string == "talking" {
                        let stretch = (try seconds(segment["from"]), try seconds(segment["until"]), "\(call)")
                        busy[segment["operator"].string ?? "", default: []].append(stretch)
                    }
                }
                for (name, stretches) in busy {
                    let sorted = stretches.sorted { $0.from < $1.from }
                    for (one, next) in zip(sorted, sorted.dropFirst()) where next.from < one.until - 0.05 {
                        Issue.record("\(name) is in two places: \(one.what) and \(next.what)")
                    }
                }
            }
        }
    }
}
