import Logging

/// Commands from the house, and the timers and helpers that all verbs share.
extension UserAgentCore {
    func perform(_ command: SignalingCommand) {
        switch command {
        case .invite(let id, let call): invite(id, call)
        case .accept(let id, let media): if let leg = legs[id] { accept(leg, media) }
        case .reject(let id, let status): if let leg = legs[id] { reject(leg, status) }
        case .ring(let id): if let leg = legs[id] { handle(leg, .ring) }
        case .hangUp(let id): if let leg = legs[id] { hangUp(leg) }
        case .acceptTransfer(let id): if let leg = legs[id] { acceptTransfer(leg) }
        case .refuseTransfer(let id, let status): if let leg = legs[id] { refuseTransfer(leg, status) }
        case .reportTransfer(let id, let status): if let leg = legs[id] { reportTransfer(leg, status) }
        }
    }

    func arm(_ timer: LegTimer, for leg: Leg, after delay: Duration) {
        let alarm =
            leg.alarms[timer.rawValue]
            ?? Alarm { [weak self, weak leg] in
                guard let self, let leg else { return }
                self.due(timer, leg)
            }
        leg.alarms[timer.rawValue] = alarm
        arm(alarm, after: delay.wholeNanoseconds)
    }

    func disarm(_ timer: LegTimer, for leg: Leg) {
        if let alarm = leg.alarms[timer.rawValue] { disarm(alarm) }
    }

    private func due(_ timer: LegTimer, _ leg: Leg) {
        switch timer {
        case .session: sessionDue(leg)
        case .refresh: refreshDue(leg)
        case .repeatProvisional, .noPRACK: provisionalDue(timer, leg)
        case .transfer: transferDue(leg)
        case .retransmit, .noAck, .noResponse, .cancelWait, .abandon: inviteDue(timer, leg)
        }
    }

    private func inviteDue(_ timer: LegTimer, _ leg: Leg) {
        if case .answered = leg.modify.state {
            apply(leg.modify.due(timer), to: leg)
            return
        }
        switch leg.usage {
        case .server: handle(leg, ServerInvite.Event.due(timer))
        case .client: handle(leg, ClientInvite.Event.due(timer))
        }
    }
}
