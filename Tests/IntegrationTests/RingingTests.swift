import PeerKit
import Testing

/// What operators' phones do instead of answering, and customers who do not wait (product.md section 2).
extension Peers {
    @Suite(.needsPeers, .serialized) struct RingingTests {
        @Test func customerHearsOnlyHoldMusicWhileOperatorsDeclineMissAndVanishUntilOneAnswers() async throws {
            try await CallCentre.run { centre in
                let names = ["declines", "refuses", "misses", "vanished", "answers"]
                var configuration = ServerConfiguration.oneQueue(names, settings: ["ring_timeout": "2s"])
                // Falling priorities and order of registration give one order of choice.
                configuration.queues[0].operators = zip(names, [10, 8, 6, 4, 1]).map { ($0, $1) }
                configuration.noResponse = "1s"
                let server = try await centre.server(configuration)
                let declines = try await centre.phone("declines")
                let refuses = try await centre.scriptedPhone(["refuses"], .refuses(status: 603), calls: 1)
                let misses = try await centre.phone("misses")
                let vanished = try await centre.phone("vanished")
                let answers = try await centre.phone("answers")
                let ann = try centre.customer("Ann")
                let annHears = centre.ear(of: ann)
                vanished.freeze()

                let start = Moment.now
                try ann.call()
                let music = try await annHears.waits(for: [.hold], within: 2, after: start)
                try await declines.waitForRing(since: start, within: 2)
                try await declines.hangUp()
                let missed = try await misses.waitForRing(since: start, within: 4)
                let given = try await misses.waitForEvent("CALL_CLOSED", since: missed, within: 4)
                #expect((1.7...2.6).contains(given - missed), "it rang for \(given - missed) s")
                try await answers.waitForRing(since: start, within: 6)
                try await refuses.waitForEnd(within: 2)
                let answered = Moment.now
                try await answers.answer()
                try await centre.conversation(ann, answers, since: answered, within: 2)

                try annHears.expect([.hold], from: music, until: answered)
                try await centre.end(ann, answers)
                let row = try await server.logged(ann)
                #expect(row.rings.map(\.operator) == names, "\(row)")
                let outcomes = ["busy", "declined", "no answer", "unreachable", "answered"]
                #expect(row.rings.map(\.outcome) == outcomes, "\(row)")
                #expect(row.rings.prefix(2).map(\.status) == [486, 603], "\(row)")
            }
        }

        @Test func phoneStopsRingingWhenTheCustomerHangsUp() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                let start = Moment.now
                try ann.call()
                try await olena.waitForRing(since: start, within: 3)
                try await listen(0.5)
                let end = Moment.now
                try ann.hangUp()
                let silent = try await olena.waitForEvent("CALL_CLOSED", since: end, within: 2)
                #expect(silent - end < 0.7, "it went on ringing for \(silent - end) s")
                #expect(centre.capture.requests("CANCEL", to: olena.host.address, from: end).count == 1)
                let row = try await server.logged(ann)
                #expect(row.outcome == "abandoned" && row.endedBy == "customer", "\(row)")
            }
        }

        @Test func answerThatCrossesCancelIsAcknowledgedAndEnded() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.scriptedPhone(["olena"], .answersJustAsCancelled, calls: 1)
                let ann = try centre.customer("Ann")
                let start = Moment.now
                try ann.call()
                let address = olena.place.host.address
                let invited = try await Moment.poll(within: 3) {
                    centre.capture.requests("INVITE", to: address, from: start).first
                }
                try require(invited != nil, "the phone was not called")
                try await listen(0.5)
                try ann.hangUp()
                // The scenario wants CANCEL, then after its 200 an ACK and a BYE.
                try await olena.waitForEnd(within: 4)
                try await ann.waitForEnd(within: 2)
                let row = try await server.logged(ann)
                #expect(row.outcome == "abandoned", "\(row)")
                let status = try await server.status()
                #expect(status.portsInUse == 0, "\(status)")
            }
        }

        @Test func phoneThatDiesInAConversationCountsAsHungUp() async throws {
            try await CallCentre.run { centre in
                var configuration = ServerConfiguration.oneQueue(["olena"])
                configuration.rtpTimeout = "2s"
                let server = try await centre.server(configuration)
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                let died = Moment.now
                olena.kill()
                let released = try await ann.waitForEnd(within: 6)
                #expect((1.5...4).contains(released - died), "she was released after \(released - died) s")
                let row = try await server.logged(ann)
                #expect(row.outcome == "answered" && row.endedBy == "operator", "\(row)")
            }
        }
    }
}
