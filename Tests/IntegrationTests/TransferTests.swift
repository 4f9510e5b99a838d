import PeerKit
import Testing

/// Operators send customers to colleagues with their phones (product.md section 5).
extension Peers {
    @Suite(.needsPeers, .serialized) struct TransferTests {
        @Test func customerHearsHoldMusicAndThenTheColleagueToWhomTheOperatorHasTransferredThem() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena", "petro"], settings: ["wrap_up": "0s"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                let petro = try await centre.phone("petro")
                try await listen(0.5)

                let start = Moment.now
                try await olena.transfer(to: "petro")
                try await petro.waitForRing(since: start, within: 2)
                try await olena.waitForEvent("CALL_CLOSED", since: start, within: 2)
                let annHears = centre.ear(of: ann)
                let music = try await annHears.waits(for: [.hold], within: 2, after: start)
                try await listen(1)
                let answered = Moment.now
                try annHears.expect([.hold], from: music, until: answered)
                try await petro.answer()
                try await centre.conversation(ann, petro, since: answered, within: 3)
                #expect(olena.rings(since: start) == 0)

                try await centre.end(ann, petro)
                let row = try await server.logged(ann)
                #expect(row.outcome == "answered" && row.rings.map(\.operator) == ["olena", "petro"], "\(row)")
            }
        }

        @Test func queueThatIsDialledByItsLineGivesTheCustomerToSomebodyElse() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena", "petro"], settings: ["wrap_up": "0s"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                let petro = try await centre.phone("petro")
                try await listen(0.5)

                let start = Moment.now
                try await olena.transfer(to: "100")
                try await petro.waitForRing(since: start, within: 2)
                try await petro.answer()
                try await centre.conversation(ann, petro, since: start, within: 3)
                #expect(olena.rings(since: start) == 0, "she has just given the customer away")
                #expect(olena.moments(of: "CALL_CLOSED", since: start).count == 1)

                try await centre.end(ann, petro)
                let row = try await server.logged(ann)
                #expect(row.outcome == "answered" && row.rings.map(\.operator) == ["olena", "petro"], "\(row)")
            }
        }

        @Test func conversationGoesOnWithoutAGapAtTheOperatorsOtherPhone() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let voice = try centre.outsideVoice()
                let olena = try await centre.scriptedPhone(
                    ["olena"], .moves(user: "olena", sound: voice.file, stays: 2_000), calls: 1)
                let ann = try centre.customer("Ann")
                let start = Moment.now
                try ann.call()
                let annHears = centre.ear(of: ann)
                let heard = try await annHears.waits(for: [voice.tone], within: 4, after: start)
                let bye = try await Moment.poll(within: 5) {
                    centre.capture.requests("BYE", to: olena.place.host.address, from: heard).first
                }
                try require(bye != nil, "the first phone's call was not ended\n\(olena.log)")
                try await listen(2)
                let end = Moment.now
                try annHears.expect([voice.tone], from: heard, until: end)
                try annHears.expectNoSilence(longerThan: 0.1, from: heard, until: end)
                try ann.hangUp()
                try await olena.waitForEnd(within: 3)
                let row = try await server.logged(ann)
                #expect(row.outcome == "answered" && row.rings.map(\.operator) == ["olena"], "\(row)")
            }
        }
    }
}
