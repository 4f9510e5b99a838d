import PeerKit
import Testing

/// What the house says in words, and what people answer by keys. Tones stand for the words, so that it is heard which
/// were said.
extension Peers {
    @Suite(.needsPeers, .serialized) struct SpokenTests {
        private static let number = "+380501112201"

        private func configuration(
            outside: Host, queue: [String: String] = [:], words: [String: Tone], dialer: String, extra: String = ""
        ) -> ServerConfiguration {
            var configuration = ServerConfiguration.oneQueue(
                ["olena"], settings: ["wrap_up": "0s"].merging(queue) { $1 })
            configuration.outgoing = "{address: \"\(outside.address):5060\"}"
            configuration.trunkAddress = outside.address
            configuration.words = words
            configuration.extra = """
                dialers:
                  - {name: back, queues: [sales], trunks: [carrier], preview: 0s, operators: {olena: 5}, \(dialer)}
                \(extra)

                """
            return configuration
        }

        @Test func pausedOperatorIsToldHowManyRequestsWaitAndAKeyStartsTheFirst() async throws {
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let words: [String: Tone] = [
                    "reminder": .codeReady, "number-2": .codePause, "request-many": .codeOff,
                    "press-to-begin": .timeoutNotice,
                ]
                let server = try await centre.server(
                    configuration(
                        outside: outside, words: words, dialer: "responsible_wait: 1h", extra: "reminder: {key: 5}"))
                let home = try await centre.outsidePhone(Self.number, on: outside)
                let olena = try await centre.phone("olena")
                _ = try await server.json(["operator", "pause", "olena"])
                for number in [Self.number, "+380501112202"] {
                    _ = try await server.json(["task", "add", "--dialer", "back", "--responsible", "olena", number])
                }
                let asked = Moment.now
                _ = try await server.json(["operator", "remind", "olena"])
                try await olena.waitForRing(since: asked, within: 3)
                try await olena.answer()
                let ear = centre.ear(of: olena)
                try await ear.waits(for: [.timeoutNotice], within: 5, after: asked)
                try ear.expectPhases([[.codeReady], [.codePause], [.codeOff], [.timeoutNotice]], from: asked)

                // The phone is called anew, as for each attempt.
                let pressed = Moment.now
                try await olena.press("5")
                try await olena.waitForEvent("CALL_CLOSED", since: pressed, within: 3)
                try await olena.waitForRing(since: pressed, within: 3)
                try await olena.answer()
                try await home.waitForRing(since: pressed, within: 5)
                try await home.answer()
                try await centre.ear(of: home).waits(for: [olena.party.tone], within: 3, after: pressed)
                try await ear.waits(for: [home.party.tone], within: 3, after: pressed)
            }
        }

        @Test func customerChoosesByKeysWhenToBeCalled() async throws {
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let words: [String: Tone] = [
                    "enter-date": .codeReady, "enter-time": .codePause, "time-invalid": .customerNotice,
                    "will-call": .codeOff, "confirm-time": .timeoutNotice, "callback-promised": .operatorNotice,
                ]
                let server = try await centre.server(
                    configuration(
                        outside: outside, queue: ["callback": "true", "callback_key": "5", "callback_time": "true"],
                        words: words, dialer: "hours: {zone: UTC, mon-sun: \"0:00-24:00\"}"))
                let home = try await centre.outsidePhone(Self.number, on: outside)
                let ear = centre.ear(of: home)
                var since = Moment.now
                try await home.dial("100")
                try await ear.waits(for: [.hold], within: 4, after: since)
                /// Waits for a word, and answers it.
                func answer(_ word: Tone, _ keys: String) async throws {
                    try await ear.waits(for: [word], within: 6, after: since)
                    since = .now
                    for key in keys { try await home.press(key) }
                }
                since = .now
                try await home.press("5")
                try await answer(.codeReady, "3113")
                try await answer(.codePause, "1200")
                try await ear.waits(for: [.customerNotice], within: 4, after: since)
                try await answer(.codeReady, "1#")
                try await answer(.codePause, "1730")
                try await ear.waits(for: [.codeOff], within: 4, after: since)
                try await answer(.timeoutNotice, "1")
                try await ear.waits(for: [.operatorNotice], within: 4, after: since)
                try await home.waitForEvent("CALL_CLOSED", since: since, within: 4)

                let tasks = try await server.json(["task", "list"])["tasks"].elements
                #expect(tasks.count == 1 && tasks.first?["number"].string == Self.number, "\(tasks)")
                let due = tasks.first?["due"].string ?? ""
                #expect(due.contains("T17:30:00"), "\(due)")
            }
        }
    }
}
