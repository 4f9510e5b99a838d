import PeerKit
import Testing

/// A VIP call interrupts a conversation and gives it back (product.md section 4): Ann talks with Olena, Zoe is VIP.
extension Peers {
    @Suite(.needsPeers, .serialized) struct InterruptionTests {
        @Test func vipIsBridgedToTheSameLegAndTheCustomerComesBackWithoutAnythingRinging() async throws {
            try await withConversation { scene in
                let (annHears, zoeHears, olenaHears) = (scene.annHears, scene.zoeHears, scene.olenaHears)
                let start = Moment.now
                try scene.zoe.call()
                let announced = try await olenaHears.waits(
                    for: [scene.annTone, .operatorNotice], within: 3, after: start)
                try await annHears.waits(for: [.customerNotice], within: 4, after: announced)
                let held = try await annHears.waits(for: [.hold], within: 3, after: announced)
                let talk = try await scene.centre.conversation(scene.zoe, scene.olena, since: held, within: 3)
                try await listen(1)
                let end = Moment.now
                try scene.zoe.hangUp()
                let back = try await scene.centre.conversation(scene.ann, scene.olena, since: end, within: 2)
                try await listen(0.8)
                let finish = Moment.now

                // Operator: announcement over the customer, then 1 s of pause, then the VIP alone.
                try olenaHears.expect([scene.annTone, .operatorNotice], from: announced, until: announced + 0.9)
                try olenaHears.expect([scene.zoeTone], from: talk.began, until: end)
                // Present customer: the operator until hold, the announcement, music, the operator again.
                let olenaTone = scene.olena.party.tone
                try annHears.expectPhases(
                    [[olenaTone], [.customerNotice], [.hold], [olenaTone]], from: start, until: finish)
                try annHears.expect([.hold], from: held, until: end)
                // VIP: music, then the operator, nothing of the announcements.
                try zoeHears.expectPhases([[.hold], [olenaTone]], from: start, until: end)
                for ear in [annHears, zoeHears] {
                    try ear.expectNever(.operatorNotice)
                    try ear.expectNoSilence(longerThan: 0.5, from: start + 0.5, until: ear === zoeHears ? end : finish)
                }
                for ear in [olenaHears, zoeHears] { try ear.expectNever(.customerNotice) }
                let pause = try await annHears.waits(for: [.customerNotice], within: 1, after: announced) - announced
                #expect((1.7...2.9).contains(pause), "hold came \(pause) s after the announcement's begin, not 2")
                #expect(back.began - end < 1, "Ann was back \(back.began - end) s after Zoe left")
                // Each change of party is told to the operator by a short tone.
                try olenaHears.expectOnce(.beep, from: held - 1.5, until: talk.began)
                try olenaHears.expectOnce(.beep, from: end, until: back.began)
                try scene.expectNoNewRing(since: start)

                try await scene.centre.end(scene.ann, scene.olena)
                let zoe = try await scene.server.logged(scene.zoe)
                #expect(zoe.vip && zoe.interrupted && zoe.announced && zoe.outcome == "answered", "\(zoe)")
                let ann = try await scene.server.logged(scene.ann)
                #expect(ann.wasInterrupted && !ann.vip, "\(ann)")
                #expect(ann.segments == ["ringing", "talking", "held", "talking"], "\(ann)")
            }
        }

        @Test func heldCustomerWhoHangsUpDoesNotDisturbTheVIPCall() async throws {
            try await withVIPTalking { scene, _ in
                let gone = Moment.now
                try scene.ann.hangUp()
                try await scene.ann.waitForEnd(within: 2)
                try await listen(1.2)
                try scene.zoeHears.expect([scene.olena.party.tone], from: gone, until: .now)
                try scene.olenaHears.expect([scene.zoeTone], from: gone, until: .now)
                try await scene.centre.end(scene.zoe, scene.olena)
                let row = try await scene.server.logged(scene.ann)
                #expect(row.outcome == "lost_on_hold", "\(row)")
            }
        }

        @Test func operatorWhoHangsUpOnTheVIPIsRungBackForTheHeldCustomer() async throws {
            try await withVIPTalking { scene, held in
                let gone = Moment.now
                try await scene.olena.hangUp()
                try await scene.zoe.waitForEnd(within: 2)
                try await scene.olena.waitForRing(since: gone, within: 2)
                try await listen(0.5)
                let answered = Moment.now
                try await scene.olena.answer()
                try await scene.centre.conversation(scene.ann, scene.olena, since: answered, within: 2)
                try scene.annHears.expect([.hold], from: held, until: answered)
                try await scene.centre.end(scene.ann, scene.olena)
            }
        }

        @Test func heldCustomerGoesToTheHeadOfTheQueueWhenTheOperatorDoesNotAnswerTheRingBack() async throws {
            try await withVIPTalking { scene, held in
                let gone = Moment.now
                try await scene.olena.hangUp()
                let rung = try await scene.olena.waitForRing(since: gone, within: 2)
                try await scene.olena.waitForEvent("CALL_CLOSED", since: rung, within: 4)
                try await listen(0.5)
                try scene.annHears.expect([.hold], from: held, until: .now)
                #expect(scene.ann.isUp, "she must be waiting, not lost")
                let callers = try await scene.server.callers(in: "sales")
                #expect(callers.map { $0["number"].string } == [scene.ann.number], "\(callers)")
            }
        }

        @Test func vipWhoLeavesDuringTheAnnouncementLeavesTheConversationAlone() async throws {
            try await withConversation { scene in
                let start = Moment.now
                try scene.zoe.call()
                try await scene.olenaHears.waits(for: [scene.annTone, .operatorNotice], within: 3, after: start)
                let end = Moment.now
                try scene.zoe.hangUp()
                try await scene.zoe.waitForEnd(within: 2)
                try await listen(2.5)
                try scene.annHears.expect([scene.olena.party.tone], from: start, until: .now)
                try scene.olenaHears.expect([scene.annTone], from: end + 1, until: .now)
                try scene.expectNoNewRing(since: start)
                let row = try await scene.server.logged(scene.zoe)
                #expect(row.vip && row.announced && !row.interrupted && row.outcome == "abandoned", "\(row)")
                try await scene.centre.end(scene.ann, scene.olena)
            }
        }

        @Test func vipIsBridgedAtOnceWhenTheCustomerHangsUpDuringTheAnnouncement() async throws {
            try await withConversation { scene in
                let start = Moment.now
                try scene.zoe.call()
                try await scene.olenaHears.waits(for: [scene.annTone, .operatorNotice], within: 3, after: start)
                let end = Moment.now
                try scene.ann.hangUp()
                try await scene.ann.waitForEnd(within: 2)
                let talk = try await scene.centre.conversation(scene.zoe, scene.olena, since: end, within: 2)
                #expect(talk.began - end < 1, "it took \(talk.began - end) s")
                try scene.expectNoNewRing(since: start)
                try await scene.centre.end(scene.zoe, scene.olena)
            }
        }

        @Test func operatorWhoHangsUpDuringTheAnnouncementIsRungWithTheVIP() async throws {
            try await withConversation { scene in
                let start = Moment.now
                try scene.zoe.call()
                try await scene.olenaHears.waits(for: [scene.annTone, .operatorNotice], within: 3, after: start)
                let end = Moment.now
                try await scene.olena.hangUp()
                try await scene.ann.waitForEnd(within: 2)
                try await scene.olena.waitForRing(since: end, within: 2)
                let answered = Moment.now
                try await scene.olena.answer()
                try await scene.centre.conversation(scene.zoe, scene.olena, since: answered, within: 2)
                try scene.zoeHears.expectPhases([[.hold], [scene.olena.party.tone]], from: start)
                try await scene.centre.end(scene.zoe, scene.olena)
            }
        }

        @Test func vipGoesToAnotherOperatorWhoBecomesReadyDuringTheAnnouncement() async throws {
            let patient = ["hold_after_announcement": "4s"]
            try await withConversation(operators: ["olena", "petro"], interruption: patient) { scene in
                let start = Moment.now
                try scene.zoe.call()
                try await scene.olenaHears.waits(for: [scene.annTone, .operatorNotice], within: 3, after: start)
                let petro = try await scene.centre.phone("petro")
                try await petro.waitForRing(since: start, within: 2)
                try await petro.answer()
                let end = Moment.now
                try await scene.centre.conversation(scene.zoe, petro, since: end, within: 2)
                try await listen(4)
                try scene.annHears.expect([scene.olena.party.tone], from: start, until: .now)
                try scene.expectNoNewRing(since: start)
                try await scene.centre.end(scene.zoe, petro)
                let row = try await scene.server.logged(scene.zoe)
                #expect(row.vip && !row.interrupted, "\(row)")
            }
        }

        @Test func secondVIPWaitsBecauseAnOperatorHoldsOneCustomerAtMost() async throws {
            try await withVIPTalking { scene, held in
                let second = try scene.centre.customer("Yan", dials: "200")
                let start = Moment.now
                try second.call()
                try await listen(3)
                try scene.centre.ear(of: second).expect([.hold], from: start + 0.5, until: .now)
                try scene.olenaHears.expect([scene.zoeTone], from: start, until: .now)
                try scene.annHears.expect([.hold], from: held, until: .now)
                // Ann comes back first; she has been interrupted once, so Yan waits until Olena is free.
                let left = Moment.now
                try scene.zoe.hangUp()
                try await scene.centre.conversation(scene.ann, scene.olena, since: left, within: 2)
                try await listen(1.5)
                let free = Moment.now
                try scene.annHears.expect([scene.olena.party.tone], from: left + 0.5, until: free)
                try await scene.centre.end(scene.ann, scene.olena)
                try await scene.olena.waitForRing(since: free, within: 3)
                try await scene.olena.answer()
                try await scene.centre.conversation(second, scene.olena, since: free, within: 4)
            }
        }

        @Test func vipGoesBackToTheHeadWhenTheOperatorDoesNotAnswerTheirRing() async throws {
            try await withConversation { scene in
                let start = Moment.now
                try scene.zoe.call()
                try await scene.olenaHears.waits(for: [scene.annTone, .operatorNotice], within: 3, after: start)
                let end = Moment.now
                try await scene.olena.hangUp()
                let rung = try await scene.olena.waitForRing(since: end, within: 2)
                try await scene.olena.waitForEvent("CALL_CLOSED", since: rung, within: 5)
                try await listen(0.5)
                try scene.zoeHears.expect([.hold], from: start + 0.5, until: .now)
                let callers = try await scene.server.callers(in: "gold")
                #expect(callers.map { $0["state"].string } == ["waiting"], "\(callers)")
            }
        }

        @Test func heldCustomerComesBackWhenTheVIPsNetworkFails() async throws {
            try await withVIPTalking { scene, _ in
                scene.zoe.kill()
                // Nobody says BYE; the operator gives up on the silent line, and is rung for the held customer.
                let gone = Moment.now
                try await scene.olena.hangUp()
                try await scene.olena.waitForRing(since: gone, within: 3)
                try await scene.olena.answer()
                try await scene.centre.conversation(scene.ann, scene.olena, since: gone, within: 4)
            }
        }

        @Test func onlyTheKeyTakesTheCallWhereAKeyIsAsked() async throws {
            try await withConversation(interruption: ["accept": "key", "hold_after_announcement": "4s"]) { scene in
                let start = Moment.now
                try scene.zoe.call()
                try await scene.olenaHears.waits(for: [scene.annTone, .operatorNotice], within: 3, after: start)
                let pressed = Moment.now
                try await scene.olena.press("1")
                let talk = try await scene.centre.conversation(scene.zoe, scene.olena, since: pressed, within: 4)
                #expect(talk.began - pressed < 3.2, "the key did not cut the pause short")
                let keys = scene.centre.capture.packets.filter { scene.ann.party.owns($0.destination) }
                    .compactMap(\.telephoneEvent)
                #expect(keys.isEmpty, "the customer must not hear the key")
            }
        }

        @Test func operatorWhoKeepsTalkingIsNotInterrupted() async throws {
            try await withConversation { scene in
                let start = Moment.now
                try scene.zoe.call()
                try await scene.olenaHears.waits(for: [scene.annTone, .operatorNotice], within: 3, after: start)
                try await scene.olena.press("2")
                try await listen(3)
                try scene.annHears.expect([scene.olena.party.tone], from: start, until: .now)
                try scene.zoeHears.expect([.hold], from: start + 0.5, until: .now)
                #expect(scene.zoe.isUp && scene.ann.isUp)
            }
        }
    }
}

/// Ann in conversation with Olena, and Zoe who has not called yet.
struct InterruptionScene {
    let centre: CallCentre
    let server: BurdockServer
    let olena: Phone
    let ann: Customer
    let zoe: Customer
    let annHears: Ear
    let zoeHears: Ear
    let olenaHears: Ear

    var annTone: Tone { ann.party.tone }
    var zoeTone: Tone { zoe.party.tone }

    func expectNoNewRing(since start: Moment) throws {
        let invites = centre.capture.requests("INVITE", to: olena.host.address, from: start)
        try require(invites.isEmpty, "the operator's phone was called again")
    }
}

private func withConversation(
    operators: [String] = ["olena"], interruption: [String: String] = [:],
    _ body: (InterruptionScene) async throws -> Void
) async throws {
    try await CallCentre.run { centre in
        let server = try await centre.server(.withVIP(operators, interruption: interruption))
        let olena = try await centre.phone("olena")
        let ann = try centre.customer("Ann")
        let zoe = try centre.customer("Zoe", dials: "200")
        let scene = InterruptionScene(
            centre: centre, server: server, olena: olena, ann: ann, zoe: zoe, annHears: centre.ear(of: ann),
            zoeHears: centre.ear(of: zoe), olenaHears: centre.ear(of: olena))
        try await centre.connect(ann, olena)
        try await listen(0.3)
        try await body(scene)
    }
}

/// Runs `body` when Zoe talks with Olena and Ann is held; its second argument is since when she hears music.
private func withVIPTalking(_ body: (InterruptionScene, Moment) async throws -> Void) async throws {
    try await withConversation { scene in
        let start = Moment.now
        try scene.zoe.call()
        let held = try await scene.annHears.waits(for: [.hold], within: 7, after: start)
        try await scene.centre.conversation(scene.zoe, scene.olena, since: held, within: 3)
        try await body(scene, held)
    }
}
