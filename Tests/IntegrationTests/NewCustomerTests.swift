import PeerKit
import Testing

/// A new customer's call from trunk to operator and to its end: who hears what, who is released when, what is logged.
extension Peers {
    @Suite(.needsPeers, .serialized) struct NewCustomerTests {
        @Test func newCustomerHearsHoldMusicThenBothHearEachOtherUntilTheCustomerHangsUp() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann", number: "+380501112201")
                let (annHears, olenaHears) = (centre.ear(of: ann), centre.ear(of: olena))

                let start = Moment.now
                try ann.call()
                let rung = try await olena.waitForRing(since: start, within: 2)
                let music = try await annHears.waits(for: [.hold], within: 2, after: start)
                try await listen(1)
                try await olena.answer()
                let answered = Moment.now
                try annHears.expect([.hold], from: music, until: answered)
                let talk = try await centre.conversation(ann, olena, since: answered, within: 2)
                try await listen(1.2)

                let end = Moment.now
                try ann.hangUp()
                try await ann.waitForEnd(within: 2)
                let released = try await olena.waitForEvent("CALL_CLOSED", since: end, within: 2)

                #expect(rung - start < 1.5, "the phone rang \(rung - start) s after the call")
                #expect(released - end < 1, "the operator was released \(released - end) s after the customer left")
                try annHears.expect([olena.party.tone], from: talk.began, until: end)
                try olenaHears.expect([ann.party.tone], from: talk.began, until: end)
                try annHears.expectPhases([[.hold], [olena.party.tone]], from: start)
                try olenaHears.expectPhases([[ann.party.tone]], from: start)
                let invite = centre.capture.requests("INVITE", to: olena.host.address).first
                #expect(invite?.headers["from"]?.contains(ann.number) == true, "From must show the customer's number")

                let row = try await server.logged(ann)
                #expect(row.outcome == "answered" && row.endedBy == "customer" && row.queue == "sales", "\(row)")
                #expect(row.rings.map(\.operator) == ["olena"] && row.segments == ["ringing", "talking"], "\(row)")
                #expect(!row.vip && !row.interrupted && !row.wasInterrupted, "\(row)")
            }
        }

        @Test func customerIsReleasedAtOnceWhenTheOperatorHangsUp() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena", answering: .auto)
                let ann = try centre.customer("Ann")
                let start = Moment.now
                try ann.call()
                try await centre.conversation(ann, olena, since: start, within: 4)
                let end = Moment.now
                try await olena.hangUp()
                let released = try await ann.waitForEnd(within: 2)
                #expect(released - end < 1, "the customer was released \(released - end) s after the operator left")
                let row = try await server.logged(ann)
                #expect(row.outcome == "answered" && row.endedBy == "operator", "\(row)")
            }
        }

        @Test func customerWithTheOtherLawIsUnderstoodAndKeysReachHer() async throws {
            try await CallCentre.run { centre in
                _ = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann", law: .a)
                let talk = try await centre.connect(ann, olena)
                try await olena.press("5")
                try await listen(1.8)
                let end = Moment.now
                try centre.ear(of: ann).expect([olena.party.tone], from: talk.began + 0.5, until: end, margin: 0.5)
                try centre.ear(of: olena).expect([ann.party.tone], from: talk.began, until: end)
                let keys = centre.capture.packets.filter { $0.at > talk.began && ann.party.owns($0.destination) }
                    .compactMap(\.telephoneEvent)
                #expect(Set(keys) == [5], "the key must reach the customer as an event")
                try await centre.end(ann, olena)
            }
        }

        @Test func bothPartiesGetReportsWhileTheyTalk() async throws {
            try await CallCentre.run { centre in
                _ = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                let talk = try await centre.connect(ann, olena)
                // RFC 3550 section 6.2: every 5 s, spread between half and one and a half of it.
                try await listen(8.5)
                for party in [ann.party, olena.party] {
                    let reports = centre.capture.packets.filter {
                        $0.at > talk.began && $0.isReport && party.owns($0.destination)
                    }
                    #expect(!reports.isEmpty, "\(party.name) got no RTCP report in 8.5 s of conversation")
                }
                try await centre.end(ann, olena)
            }
        }

        @Test func operatorHoldsAndResumesFromThePhone() async throws {
            try await CallCentre.run { centre in
                _ = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                try await olena.hold()
                try await listen(0.4)
                let held = Moment.now
                try await listen(1)
                let resumed = Moment.now
                try await olena.resume()
                try centre.ear(of: olena).expect([], from: held, until: resumed)
                try centre.ear(of: ann).expect([.hold], from: held, until: resumed)
                try await centre.conversation(ann, olena, since: resumed, within: 2)
                #expect(ann.isUp)
                try await centre.end(ann, olena)
            }
        }

        @Test func customerWhoOffersLateIsServedAlike() async throws {
            try await CallCentre.run { centre in
                _ = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann", offers: .late)
                try await centre.connect(ann, olena)
                try await centre.end(ann, olena)
            }
        }

        @Test func phoneOnTCPIsCalledThroughItsConnection() async throws {
            try await CallCentre.run { centre in
                _ = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena", transport: .tcp)
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                try await centre.end(ann, olena)
            }
        }

        @Test func codesDialledOnThePhoneChangeReadinessAndAreConfirmed() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let hears = centre.ear(of: olena)
                for (code, sound, wish) in [("*2", Tone.codePause, "paused"), ("*1", .codeReady, "ready")] {
                    let start = Moment.now
                    try await olena.dial(code)
                    try await hears.waits(for: [sound], within: 3, after: start)
                    try await olena.waitForEvent("CALL_CLOSED", since: start, within: 3)
                    let states = try await server.json(["operator", "show"])["operators"].elements
                    #expect(states.first?["wish"].string == wish, "after \(code): \(states)")
                }
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                try await centre.end(ann, olena)
            }
        }
    }
}
