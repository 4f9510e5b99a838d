import Testing

@testable import Signaling

// Goal: an incoming INVITE from its first second to the BYE. Method: tables, event in, effects out.

@Suite struct ServerInviteTests {
    private static let timing = SIPTiming()
    private static let quiet: [ServerInvite.Effect] = [.disarm(.retransmit), .disarm(.noAck)]

    private func last(_ events: ServerInvite.Event...) -> [ServerInvite.Effect] {
        var machine = ServerInvite(timing: Self.timing)
        var effects: [ServerInvite.Effect] = []
        for event in events { effects = machine.handle(event) }
        return effects
    }

    @Test func ringsOnce() {
        #expect(last(.ring) == [.respond(180)])
        #expect(last(.ring, .ring) == [])
        #expect(last(.accept, .ring) == [])
    }

    @Test func answerIsRepeatedWithDoublingPausesUpToT2() {
        var machine = ServerInvite(timing: Self.timing)
        #expect(
            machine.handle(.accept) == [
                .answer, .arm(.retransmit, after: .milliseconds(500)), .arm(.noAck, after: .seconds(32)),
            ])
        for pause in [1_000, 2_000, 4_000, 4_000, 4_000] {
            #expect(
                machine.handle(.due(.retransmit)) == [
                    .repeatAnswer, .arm(.retransmit, after: .milliseconds(pause)),
                ])
        }
    }

    @Test func ackStopsTheRepetition() {
        #expect(last(.accept, .ack(usable: true)) == Self.quiet)
        #expect(last(.accept, .ack(usable: true), .due(.retransmit)) == [])
        #expect(last(.accept, .ack(usable: true), .ack(usable: true)) == [])
    }

    @Test func lostAckEndsInBye() {
        #expect(last(.accept, .due(.noAck)) == [.disarm(.retransmit), .bye, .end(LegEnd(.failed))])
    }

    @Test func ackWithoutTheOwedAnswerEndsInBye() {
        #expect(last(.accept, .ack(usable: false)) == Self.quiet + [.bye, .end(LegEnd(.failed, status: 488))])
    }

    @Test func cancelBeforeTheAnswerIs487() {
        let end = ServerInvite.Effect.end(LegEnd(.peerCancelled, status: 487))
        #expect(last(.cancel) == [.respond(487), end])
        #expect(last(.ring, .cancel) == [.respond(487), end])
    }

    @Test func cancelAfterTheAnswerChangesNothing() {
        #expect(last(.accept, .cancel) == [])
        #expect(last(.accept, .ack(usable: true), .cancel) == [])
    }

    @Test func hangUpBeforeTheAnswerIsARefusal() {
        #expect(last(.hangUp) == [.respond(480), .end(LegEnd(.byUs, status: 480))])
        #expect(
            last(.ring, .reject(486, LegEnd(.byUs, status: 486))) == [
                .respond(486), .end(LegEnd(.byUs, status: 486)),
            ])
    }

    @Test func byeIsHeldBackUntilTheAck() {
        #expect(last(.accept, .hangUp) == [.end(LegEnd(.byUs))])
        #expect(last(.accept, .hangUp, .due(.retransmit)) == [.repeatAnswer, .arm(.retransmit, after: .seconds(1))])
        #expect(last(.accept, .hangUp, .ack(usable: true)) == Self.quiet + [.bye])
        #expect(last(.accept, .hangUp, .due(.noAck)) == Self.quiet + [.bye])
        #expect(last(.accept, .hangUp, .bye) == Self.quiet)
    }

    @Test func byeEndsTheCallFromEitherSide() {
        #expect(last(.accept, .ack(usable: true), .bye) == [.end(LegEnd(.peerHungUp))])
        #expect(last(.accept, .bye) == Self.quiet + [.end(LegEnd(.peerHungUp))])
        #expect(last(.accept, .ack(usable: true), .hangUp) == [.bye, .end(LegEnd(.byUs))])
        #expect(last(.ring, .bye) == [.respond(487), .end(LegEnd(.peerHungUp))])
    }

    @Test func endAndFinalResponseComeAtMostOnceWhateverTheOrder() {
        let events: [ServerInvite.Event] = [
            .ring, .accept, .hangUp, .reject(603, LegEnd(.byUs, status: 603)), .cancel, .bye, .ack(usable: true),
            .ack(usable: false), .due(.retransmit), .due(.noAck), .transportFailed,
        ]
        var wrong: [[ServerInvite.Effect]] = []
        func walk(_ machine: ServerInvite, _ ends: Int, _ finals: Int, _ depth: Int) {
            guard depth > 0 else { return }
            for event in events {
                var next = machine
                let effects = next.handle(event)
                let count = ends + effects.count { if case .end = $0 { true } else { false } }
                let responses =
                    finals + effects.count { if case .respond(300...) = $0 { true } else { $0 == .answer } }
                if count > 1 || responses > 1 { wrong.append(effects) }
                walk(next, count, responses, depth - 1)
            }
        }
        walk(ServerInvite(timing: Self.timing), 0, 0, 4)
        #expect(wrong.isEmpty)
    }
}

@Suite struct PeerModifyTests {
    private static let timing = SIPTiming()

    @Test func higherNumberIsProcessedAndLowerIs500() {
        let machine = PeerModify(timing: Self.timing)
        #expect(machine.judge(sequence: 2, last: 1, offerPending: false) == .process)
        #expect(machine.judge(sequence: 1, last: 1, offerPending: false) == .outOfOrder)
    }

    @Test func glareReinviteIs491() {
        var machine = PeerModify(timing: Self.timing)
        #expect(machine.judge(sequence: 2, last: 1, offerPending: true) == .glare)
        _ = machine.answered(sequence: 2, owed: true)
        #expect(machine.judge(sequence: 3, last: 2, offerPending: false) == .glare)
    }

    @Test func nextReinviteSettlesOneWhoseAckWasLost() {
        var machine = PeerModify(timing: Self.timing)
        _ = machine.answered(sequence: 2, owed: false)
        #expect(machine.judge(sequence: 3, last: 2, offerPending: false) == .process)
        _ = machine.answered(sequence: 3, owed: false)
        #expect(machine.ack(sequence: 2) == [])
        #expect(machine.ack(sequence: 3) == [.disarm(.retransmit), .disarm(.noAck)])
    }

    @Test func owedAnswerIsAppliedFromTheAck() {
        var machine = PeerModify(timing: Self.timing)
        _ = machine.answered(sequence: 2, owed: true)
        #expect(machine.ack(sequence: 2) == [.disarm(.retransmit), .disarm(.noAck), .applyAnswer])
    }

    @Test func lostAckGivesUp() {
        var machine = PeerModify(timing: Self.timing)
        _ = machine.answered(sequence: 2, owed: false)
        #expect(machine.due(.retransmit) == [.repeatAnswer, .arm(.retransmit, after: .seconds(1))])
        #expect(machine.due(.noAck) == [.disarm(.retransmit), .giveUp])
        #expect(machine.due(.noAck) == [])
    }
}
