// What an operator's phone does besides: calls of their own, phone codes; and the way out of any state (product.md
// section 5).

/// An operator has dialled a phone code and hears its confirmation.
struct CodeCall: Hashable, Codable, Sendable {
    let playback: PlaybackID
    let name: OperatorID
    let wish: OperatorWish
    let code: String
}

extension RoutingState {
    // MARK: - Calls of their own

    /// The operator is busy with it: nothing rings there, whatever they wish.
    mutating func ownCallBegan(_ call: CallID, by name: OperatorID, with number: CustomerNumber?) {
        guard let state = operators[name], !state.ownCalls.contains(where: { $0.call == call }) else { return }
        unlist(name)
        operators[name]?.ownCalls.append(OwnCall(call: call, number: number, since: now))
        switch state.state {
        case .free: operators[name]?.enter(.free(since: now), at: now)
        case .reserved(let task, _): withdraw(task, because: .inOwnCall(name))
        case .ringing, .stopping, .talking, .wrapUp, .dialling, .reminded: break
        }
    }

    /// A successful conversation with a customer makes the tie, whoever called whom.
    mutating func ownCallEnded(_ call: CallID, by name: OperatorID, talked: Duration) {
        guard let own = operators[name]?.ownCalls.first(where: { $0.call == call }) else { return }
        conversationEnded(with: own.number, name, talked, by: call, since: own.since)
        operators[name]?.ownCalls.removeAll { $0.call == call }
        if case .free = operators[name]?.state { operators[name]?.enter(.free(since: now), at: now) }
        settle(name)
    }

    // MARK: - Phone codes

    /// The code's own call keeps the phone busy; a phone with one line would refuse a ring meanwhile. So the wish takes
    /// effect when that call is over.
    mutating func codeDialled(_ call: CallID, by name: OperatorID, code: String) {
        guard calls[call] == nil, codeCalls[call] == nil else { return }
        guard let (wish, sound) = meaning(of: code), operators[name]?.isConfigured == true else {
            decide(.refuse(call, status: 404), because: .unknownCode(code))
            return
        }
        let playback = makePlayback(.confirmation(call))
        codeCalls[call] = CodeCall(playback: playback, name: name, wish: wish, code: code)
        ownCallBegan(call, by: name, with: nil)
        decide(.accept(call), because: .code(code))
        decide(.play(playback, sound, to: .caller(call), then: .silence), because: .code(code))
    }

    private func meaning(of code: String) -> (OperatorWish, Sound)? {
        let codes = house.codes
        switch code {
        case codes.ready: return (.ready, codes.readySound)
        case codes.pause: return (.pausedByPhone, codes.pauseSound)
        case codes.off: return (.off, codes.offSound)
        default: return nil
        }
    }

    mutating func confirmationEnded(_ call: CallID) {
        guard codeCalls[call] != nil else { return }
        decide(.hangUp(.caller(call)), because: .callEnded)
    }

    /// The phone is idle again. Who hung up during the confirmation has dialled all the same.
    mutating func codeCallEnded(_ call: CallID, _ code: CodeCall) {
        playbacks[code.playback] = nil
        operators[code.name]?.ownCalls.removeAll { $0.call == call }
        setWish(code.wish, of: code.name, because: .code(code.code))
        settle(code.name)
    }

    // MARK: - The way out

    /// A phone that was told to stop ringing has done so after this, or is never going to say so: no SIP transaction
    /// lasts longer (64 × T1, RFC 3261 section 17.1.1.2).
    private static let longestStop = Duration.seconds(32)

    /// Frees an operator from whatever they are stuck in, and makes them ready unless they have signed off. A
    /// conversation goes on unless it is to be ended.
    mutating func operatorReleased(_ name: OperatorID, hangUp: Bool) {
        guard let state = operators[name] else { return }
        switch state.state {
        case .free: break
        case .wrapUp: operators[name]?.enter(.free(since: now), at: now)
        case .reserved(let task, _): withdraw(task, because: .released)
        case .ringing(let ring, _): giveBack(ring, of: name)
        case .stopping(let ring, let idleSince):
            if now - state.since >= Self.longestStop {
                ringOwners[ring] = nil
                operators[name]?.enter(.free(since: idleSince), at: now)
            }
        case .talking, .dialling, .reminded:
            guard hangUp, let leg = state.state.leg else { return }
            decide(.hangUp(.operator(name)), because: .released)
            operatorLeft(name, leg, HangupCause(.byDecision))
        }
        operators[name]?.ownCalls.removeAll()
        if case .paused = state.wish { setWish(.ready, of: name, because: .released) }
        settle(name)
    }

    /// The call or task that rings looks further; a held customer goes back to their queue.
    private mutating func giveBack(_ ring: Ring, of name: OperatorID) {
        if let task = attemptTasks[ring.call] {
            withdraw(task, because: .released)
            return
        }
        if reminders.removeValue(forKey: ring.call) != nil {
            stop(ring.id, because: .released)
            return
        }
        guard case .returning = calls[ring.call]?.state else {
            withdrawRing(ring.id, because: .released)
            return
        }
        stop(ring.id, because: .released)
        requeue(ring.call, pinnedTo: name, because: .released)
    }
}
