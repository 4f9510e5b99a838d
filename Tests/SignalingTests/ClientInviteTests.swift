import Testing

@testable import Signaling

// Goal: every crossing of our own INVITE, CANCEL and BYE with what the phone says. Method: tables, event in, effects
// out.

@Suite struct ClientInviteTests {
    private typealias Effect = ClientInvite.Effect
    private static let timing = SIPTiming()
    private static let lifetime = timing.lifetime
    private static let wait = timing.cancelWait

    /// Runs the events and returns the effects of the last one.
    private func last(_ events: ClientInvite.Event...) -> [ClientInvite.Effect] {
        var machine = ClientInvite(timing: Self.timing)
        var effects: [ClientInvite.Effect] = []
        for event in events { effects = machine.handle(event) }
        return effects
    }

    private func answered(_ tag: String = "a") -> ClientInvite.Event { .success(tag: tag, usable: true) }

    @Test func startWaitsForAnyResponse() {
        var machine = ClientInvite(timing: Self.timing)
        #expect(machine.start(noResponse: .seconds(5)) == [.arm(.noResponse, after: .seconds(5))])
        #expect(machine.state == .calling)
    }

    @Test func ringingIsReportedOnce() {
        #expect(last(.provisional(100)) == [.disarm(.noResponse)])
        #expect(last(.provisional(180)) == [.disarm(.noResponse), .ringing])
        #expect(last(.provisional(100), .provisional(183)) == [.ringing])
        #expect(last(.provisional(180), .provisional(183)) == [])
    }

    @Test func mediaInsteadOfRingingIsNotReportedAsRinging() {
        #expect(last(.provisional(100), .provisional(183, media: true)) == [])
        #expect(last(.provisional(183, media: true), .provisional(183)) == [.ringing])
        #expect(last(.provisional(100), .provisional(180, media: true)) == [.ringing])
    }

    @Test func challengeStartsAgain() {
        var machine = ClientInvite(timing: Self.timing)
        _ = machine.start(noResponse: .seconds(5))
        #expect(
            machine.handle(.challenged(401)) == [
                .disarm(.noResponse), .arm(.noResponse, after: .seconds(5)), .retry,
            ])
        #expect(machine.handle(.provisional(180)) == [.disarm(.noResponse), .ringing])
        #expect(machine.handle(.challenged(407)) == [.arm(.noResponse, after: .seconds(5)), .retry])
        #expect(machine.handle(.provisional(180)) == [.disarm(.noResponse)])
    }

    @Test func challengeOfACallThatIsGivenUpIsItsEnd() {
        #expect(last(.hangUp, .challenged(401)) == [.disarm(.cancelWait), .end(LegEnd(.byUs, status: 401))])
        #expect(last(.due(.noResponse), .challenged(401)) == [.disarm(.abandon)])
        #expect(last(answered(), .challenged(401)) == [])
    }

    @Test func answerIsAcknowledgedAndReported() {
        #expect(last(.provisional(180), answered()) == [.acknowledge(tag: "a"), .answered])
        #expect(last(answered()) == [.disarm(.noResponse), .acknowledge(tag: "a"), .answered])
    }

    @Test func answerWithoutUsableMediaIsEnded() {
        #expect(
            last(.provisional(180), .success(tag: "a", usable: false)) == [
                .release(tag: "a"), .end(LegEnd(.failed, status: 488)),
            ])
    }

    @Test func repeatedAnswerIsAcknowledgedAgainInEveryState() {
        #expect(last(answered(), answered()) == [.acknowledge(tag: "a")])
        #expect(last(answered(), .bye, answered()) == [.acknowledge(tag: "a")])
        #expect(last(.hangUp, answered(), answered()) == [.acknowledge(tag: "a")])
    }

    @Test func second200GetsAckAndBye() {
        #expect(last(answered("a"), answered("b")) == [.release(tag: "b")])
        #expect(last(answered("a"), .bye, answered("b")) == [.release(tag: "b")])
    }

    @Test func tagsAreBounded() {
        var machine = ClientInvite(timing: Self.timing)
        for number in 0..<ClientInvite.maxTags { _ = machine.handle(answered("\(number)")) }
        #expect(machine.handle(answered("one more")) == [])
        #expect(machine.handle(answered("0")) == [.acknowledge(tag: "0")])
    }

    @Test(arguments: [302, 486, 603])
    func refusalEndsTheCallWithItsStatus(status: Int) {
        #expect(last(.provisional(180), .failure(status)) == [.end(LegEnd(.refused, status: status))])
    }

    @Test func noResponseIsUnreachableAndLateAnswerIsEnded() {
        #expect(last(.due(.noResponse)) == [.arm(.abandon, after: Self.lifetime), .end(LegEnd(.unreachable))])
        #expect(last(.due(.noResponse), answered()) == [.disarm(.abandon), .release(tag: "a")])
    }

    @Test func phoneThatWakesUpTooLateIsCancelledOnce() {
        #expect(last(.due(.noResponse), .provisional(180)) == [.cancel])
        #expect(last(.due(.noResponse), .provisional(180), .provisional(180)) == [])
    }

    @Test func cancelIsHeldBackUntilAProvisionalResponse() {
        #expect(last(.hangUp) == [.disarm(.noResponse), .arm(.cancelWait, after: Self.wait)])
        #expect(last(.hangUp, .provisional(100)) == [.cancel, .arm(.cancelWait, after: Self.timing.lifetime)])
        #expect(last(.hangUp, .provisional(100), .provisional(180)) == [])
    }

    @Test func cancelGoesOutAtOnceWhenThePhoneHasResponded() {
        #expect(last(.provisional(100), .hangUp) == [.cancel, .arm(.cancelWait, after: Self.timing.lifetime)])
    }

    @Test func cancelThatWorkedIsOurEnd() {
        #expect(
            last(.provisional(180), .hangUp, .failure(487)) == [
                .disarm(.cancelWait), .end(LegEnd(.byUs, status: 487)),
            ])
    }

    @Test func answerThatCrossesTheCancelGetsAckAndBye() {
        #expect(
            last(.provisional(180), .hangUp, answered()) == [
                .disarm(.cancelWait), .release(tag: "a"), .end(LegEnd(.byUs)),
            ])
    }

    @Test func endIsReportedAfterTheWaitAndLate200IsStillEnded() {
        let events: [ClientInvite.Event] = [.provisional(180), .hangUp, .due(.cancelWait)]
        var machine = ClientInvite(timing: Self.timing)
        var effects: [ClientInvite.Effect] = []
        for event in events { effects = machine.handle(event) }
        #expect(effects == [.arm(.abandon, after: Self.lifetime), .end(LegEnd(.byUs))])
        #expect(machine.handle(answered()) == [.disarm(.abandon), .release(tag: "a")])
    }

    @Test func callThatNeverGetsAFinalResponseIsDestroyed() {
        #expect(last(.provisional(180), .hangUp, .due(.cancelWait), .due(.abandon)) == [.destroy])
    }

    @Test func cancelledBeforeAnyResponseThenCancelledWhenItComes() {
        #expect(last(.hangUp, .due(.cancelWait), .provisional(180)) == [.cancel])
    }

    @Test func byeEndsTheCallFromEitherSide() {
        #expect(last(answered(), .bye) == [.end(LegEnd(.peerHungUp))])
        #expect(last(answered(), .hangUp) == [.bye, .end(LegEnd(.byUs))])
        #expect(last(answered(), .hangUp, .bye) == [])
        #expect(last(answered(), .bye, .hangUp) == [])
    }

    @Test func transportErrorBeforeAnyAnswerIsUnreachable() {
        #expect(last(.transportFailed) == [.disarm(.noResponse), .end(LegEnd(.unreachable))])
        #expect(last(.timedOut) == [.disarm(.noResponse), .end(LegEnd(.unreachable))])
    }

    /// All sequences of events up to a depth: the end is reported at most once, and nothing is answered after it.
    @Test func endIsReportedAtMostOnceWhateverTheOrder() {
        let events: [ClientInvite.Event] = [
            .provisional(100), .provisional(180), answered("a"), answered("b"), .success(tag: "c", usable: false),
            .failure(486), .challenged(401), .timedOut, .transportFailed, .hangUp, .bye, .due(.noResponse),
            .due(.cancelWait), .due(.abandon), .provisional(183, media: true),
        ]
        var wrong: [[ClientInvite.Effect]] = []
        func walk(_ machine: ClientInvite, _ ends: Int, _ depth: Int) {
            guard depth > 0 else { return }
            for event in events {
                var next = machine
                let effects = next.handle(event)
                let count = ends + effects.count { if case .end = $0 { true } else { false } }
                let isLate = ends == 1 && effects.contains { [.answered, .ringing, .retry].contains($0) }
                if count > 1 || isLate { wrong.append(effects) }
                walk(next, count, depth - 1)
            }
        }
        walk(ClientInvite(timing: Self.timing), 0, 4)
        #expect(wrong.isEmpty)
    }
}
