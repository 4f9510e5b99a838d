import Testing

@testable import Signaling

// Goal: RFC 4028 and our own refreshes, without sockets: what goes in, what comes out.

@Suite struct SessionTimerTests {
    private static let rules = SignalingSettings.SessionTimers()

    private func wish(_ value: String? = nil, supported: Bool = true, minimum: Int = 0) -> SessionWish {
        var wish = SessionWish()
        wish.isSupported = supported
        wish.expires = value.flatMap { SessionExpires($0) }
        wish.minimum = minimum
        return wish
    }

    @Test(
        arguments: [
            ("1800", 1_800, nil), ("90;refresher=uac", 90, .uac), (" 90 ; Refresher=UAS ; x=y", 90, .uas),
            ("99999999999999999999", 86_400, nil),
        ] as [(String, Int, SessionRefresher?)])
    func valueIsRead(text: String, seconds: Int, refresher: SessionRefresher?) {
        #expect(SessionExpires(text)?.seconds == seconds)
        #expect(SessionExpires(text)?.refresher == refresher)
    }

    @Test(arguments: ["", "soon", "-1", ";refresher=uac", "1e3"])
    func whatIsNoNumberIsNoValue(text: String) {
        #expect(SessionExpires(text) == nil)
    }

    /// Table 2 of RFC 4028 §9, and who is told by Require.
    @Test func refresherIsChosenByTheTable() {
        var timer = SessionTimer(Self.rules)
        #expect(
            timer.answer(wish("600;refresher=uac")) == ["Require: timer", "Session-Expires: 600;refresher=uac"])
        #expect(timer.start == [.arm(after: .seconds(568))])
        #expect(
            timer.answer(wish("600;refresher=uas")) == ["Require: timer", "Session-Expires: 600;refresher=uas"])
        #expect(timer.start == [.arm(after: .seconds(300))])
        #expect(timer.answer(wish("600")) == ["Require: timer", "Session-Expires: 600;refresher=uas"])
        timer = SessionTimer(Self.rules)
        #expect(timer.answer(wish("600")) == ["Require: timer", "Session-Expires: 600;refresher=uac"])
        #expect(timer.answer(wish()) == ["Require: timer", "Session-Expires: 1800;refresher=uac"])
        #expect(timer.answer(wish("600", supported: false)) == ["Session-Expires: 600;refresher=uas"])
        #expect(timer.answer(wish(supported: false)) == ["Session-Expires: 1800;refresher=uas"])
        #expect(timer.phase == .ours)
    }

    @Test func intervalIsNeverRaisedButToTheLeast() {
        var timer = SessionTimer(Self.rules)
        _ = timer.answer(wish("7200"))
        #expect(timer.interval == 1_800)
        _ = timer.answer(wish("7200", minimum: 3_600))
        #expect(timer.interval == 3_600)
        _ = timer.answer(wish("60", supported: false))
        #expect(timer.interval == 90)
    }

    @Test func tooBriefIsRefusedToThoseWhoKnowWhy() {
        let timer = SessionTimer(Self.rules)
        #expect(timer.refusal(of: wish("89")) == 90)
        #expect(timer.refusal(of: wish("90")) == nil)
        #expect(timer.refusal(of: wish("89", supported: false)) == nil)
        #expect(timer.refusal(of: wish()) == nil)
    }

    @Test func refresherRefreshesAtHalfAndGivesUpBeforeTheEnd() {
        var timer = SessionTimer(Self.rules)
        #expect(timer.requestHeaders == ["Session-Expires: 1800", "Min-SE: 90"])
        #expect(timer.accepted(SessionExpires("90;refresher=uac")) == [.arm(after: .seconds(45))])
        #expect(timer.due() == [.arm(after: .seconds(15)), .refresh])
        #expect(timer.requestHeaders == ["Session-Expires: 90;refresher=uac", "Min-SE: 90"])
        #expect(timer.failed() == [])
        #expect(timer.due() == [.expire])
        #expect(timer.due() == [])
    }

    @Test func otherSideGivesUpASixthOrHalfAMinuteBeforeTheEnd() {
        var timer = SessionTimer(Self.rules)
        #expect(timer.accepted(SessionExpires("90;refresher=uas")) == [.arm(after: .seconds(60))])
        #expect(timer.accepted(SessionExpires("1800;refresher=uas")) == [.arm(after: .seconds(1_768))])
        #expect(timer.due() == [.expire])
    }

    @Test func peerWithoutTimersIsRefreshedAndNeverExpires() {
        var timer = SessionTimer(Self.rules)
        #expect(timer.accepted(nil) == [.arm(after: .seconds(900))])
        #expect(timer.due() == [.refresh])
        #expect(timer.failed() == [.arm(after: .seconds(900))])
        #expect(timer.due() == [.refresh])
        #expect(timer.accepted(nil) == [.arm(after: .seconds(900))])
    }

    @Test func peerWithoutTimersIsLeftAloneIfSoWished() {
        var timer = SessionTimer(SignalingSettings.SessionTimers(refreshesUnaware: false))
        #expect(timer.accepted(nil) == [.disarm])
        #expect(timer.answer(wish(supported: false)) == [])
        #expect(timer.phase == .off)
        _ = timer.answer(wish("600", supported: false))
        #expect(timer.phase == .ours)
    }

    @Test func nothingIsSaidWhenSwitchedOff() {
        var timer = SessionTimer(nil)
        #expect(timer.requestHeaders.isEmpty)
        #expect(timer.accepted(SessionExpires("90")) == [])
        #expect(timer.answer(wish("90")) == [])
        #expect(timer.refusal(of: wish("1")) == nil)
        #expect(timer.raise(to: 100) == false)
    }

    @Test func longerIntervalsAreTakenTwiceAndOnlyIfTheyAreLonger() {
        var timer = SessionTimer(Self.rules)
        #expect(timer.raise(to: nil) == false)
        #expect(timer.raise(to: 90) == false)
        #expect(timer.raise(to: 2_000) == true)
        #expect(timer.requestHeaders == ["Session-Expires: 2000", "Min-SE: 2000"])
        #expect(timer.raise(to: 3_000) == true)
        #expect(timer.raise(to: 4_000) == false)
    }

    /// A peer that grants less than we said we take would have us send without end.
    @Test func grantBelowTheLeastIsRaised() {
        var timer = SessionTimer(Self.rules)
        #expect(timer.accepted(SessionExpires("1;refresher=uac")) == [.arm(after: .seconds(45))])
    }
}

@Suite struct SessionRefreshTests {
    private static let invite: [SessionRefresh.Effect] = [.arm(after: .seconds(64)), .send(.invite)]

    private func sent(update: Bool = true) -> SessionRefresh {
        var refresh = SessionRefresh(timing: SIPTiming())
        _ = refresh.start(allowsUpdate: update, blocked: false)
        return refresh
    }

    @Test func updateWhereAllowedElseReinvite() {
        #expect(sent().state == .sent(.update))
        #expect(sent(update: false).isInvitePending)
    }

    @Test func peerThatDoesNotKnowUpdateIsNeverAskedAgain() {
        var refresh = sent()
        #expect(refresh.finished(.response(405, retryAfter: nil), ownsCallID: true, chance: 0) == Self.invite)
        #expect(
            refresh.finished(.response(200, retryAfter: nil), ownsCallID: true, chance: 0) == [.disarm, .refreshed])
        #expect(refresh.start(allowsUpdate: true, blocked: false) == Self.invite)
    }

    @Test func glareWaitsLongerForTheOwnerOfTheCallID() {
        #expect(SessionRefresh.backOff(ownsCallID: true, chance: 0) == .milliseconds(2_100))
        #expect(SessionRefresh.backOff(ownsCallID: true, chance: 190) == .milliseconds(4_000))
        #expect(SessionRefresh.backOff(ownsCallID: false, chance: 0) == .zero)
        #expect(SessionRefresh.backOff(ownsCallID: false, chance: 200) == .milliseconds(2_000))
        var refresh = sent(update: false)
        let effects = refresh.finished(.response(491, retryAfter: nil), ownsCallID: false, chance: 7)
        #expect(effects == [.disarm, .arm(after: .milliseconds(70))])
        #expect(refresh.due() == Self.invite)
    }

    @Test func busyPeerIsAskedAgainWhenItSays() {
        var refresh = sent()
        let effects = refresh.finished(.response(500, retryAfter: 4), ownsCallID: true, chance: 0)
        #expect(effects == [.arm(after: .seconds(4))])
        #expect(refresh.due() == [.send(.update)])
        #expect(
            refresh.finished(.response(503, retryAfter: 4_000), ownsCallID: true, chance: 0)
                == [.arm(after: .seconds(30))])
    }

    @Test(arguments: [408, 481])
    func dialogThatIsGoneIsLost(status: Int) {
        var refresh = sent()
        #expect(refresh.finished(.response(status, retryAfter: nil), ownsCallID: true, chance: 0) == [.lost(status)])
        var silent = sent()
        #expect(silent.finished(.timedOut, ownsCallID: true, chance: 0) == [.lost(408)])
    }

    @Test func otherRefusalsShowThatThePeerIsThere() {
        for status in [400, 488, 500, 603] {
            var refresh = sent()
            #expect(refresh.finished(.response(status, retryAfter: nil), ownsCallID: true, chance: 0) == [.refused])
        }
        var refresh = sent()
        #expect(refresh.finished(.transportFailed, ownsCallID: true, chance: 0) == [.refused])
    }

    @Test func glareIsNotFollowedForEver() {
        var refresh = sent(update: false)
        var pauses = 0
        while case .arm = refresh.finished(.response(491, retryAfter: nil), ownsCallID: true, chance: 0).last {
            pauses += 1
            _ = refresh.due()
        }
        #expect(pauses == SessionRefresh.maxTries - 1)
        #expect(refresh.state == .idle)
    }

    @Test func reinviteThatIsOnlyToldToWaitIsNotWaitedForEver() {
        var refresh = sent(update: false)
        #expect(refresh.due() == [.lost(408)])
        #expect(!refresh.isInvitePending)
        var update = sent()
        #expect(update.due() == [])
    }

    @Test func refreshOfThePeerTakesThePlaceOfOneThatWaits() {
        var refresh = SessionRefresh(timing: SIPTiming())
        #expect(refresh.start(allowsUpdate: false, blocked: true) == [.arm(after: .seconds(2))])
        #expect(refresh.stop() == [.disarm])
        #expect(refresh.due() == [])
        #expect(refresh.stop() == [])
    }
}
