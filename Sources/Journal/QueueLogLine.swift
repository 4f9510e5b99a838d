package import Routing

/// One line of Asterisk's `queue_log`, the form that report tools read (product.md section 8).
package struct QueueLogLine: Hashable, Sendable {
    /// What happened, by the name that Asterisk gives it. Parameters are written in the order shown; times are whole
    /// seconds unless said otherwise, positions count from 1, and 0 says that a position is not known.
    package enum Event: String, Hashable, Sendable, CaseIterable {
        /// url (always empty), number (empty if withheld), position, name if there is one
        case enterQueue = "ENTERQUEUE"
        /// hold time, operator's leg, ring time
        case connect = "CONNECT"
        /// hold time, call time, original position
        case completeCaller = "COMPLETECALLER"
        /// hold time, call time, original position
        case completeAgent = "COMPLETEAGENT"
        /// position, original position, wait time
        case abandon = "ABANDON"
        /// ring time in milliseconds
        case ringNoAnswer = "RINGNOANSWER"
        /// ring time in milliseconds
        case ringCanceled = "RINGCANCELED"
        /// position, original position, wait time
        case exitEmpty = "EXITEMPTY"
        /// position, original position, wait time
        case exitWithTimeout = "EXITWITHTIMEOUT"
        /// key, position, original position, wait time
        case exitWithKey = "EXITWITHKEY"
        /// position, original position, wait time, why
        case withdraw = "WITHDRAW"
        /// extension, context, hold time, call time, original position
        case blindTransfer = "BLINDTRANSFER"
        /// method, its data, hold time, call time, original position
        case attendedTransfer = "ATTENDEDTRANSFER"
        case callerOnHold = "CALLERONHOLD"
        case callerOffHold = "CALLEROFFHOLD"
        case systemCompatibility = "SYSCOMPAT"
        /// dialled number
        case did = "DID"
        /// status, talk time, dialled time, number
        case outCall = "OUTCALL"
        case addMember = "ADDMEMBER"
        case removeMember = "REMOVEMEMBER"
        /// reason
        case pause = "PAUSE"
        /// reason of the pause that ends
        case unpause = "UNPAUSE"
        /// reason
        case pauseAll = "PAUSEALL"
        /// reason of the pause that ends
        case unpauseAll = "UNPAUSEALL"
        case queueStart = "QUEUESTART"
        case configReload = "CONFIGRELOAD"
    }

    package var at: WallTime
    /// `nil`, here and in the next two: NONE.
    package var call: CallID?
    package var queue: QueueID?
    package var agent: OperatorID?
    package var event: Event
    package var parameters: [String]

    package init(
        at: WallTime, call: CallID? = nil, queue: QueueID? = nil, agent: OperatorID? = nil, event: Event,
        parameters: [String] = []
    ) {
        self.at = at
        self.call = call
        self.queue = queue
        self.agent = agent
        self.event = event
        self.parameters = parameters
    }
}

extension QueueLogLine: CustomStringConvertible {
    /// `epoch|callid|queue|agent|EVENT|p1|p2|…`, without a line break. As in Asterisk a separator follows the event even
    /// where no parameter does.
    package var description: String {
        let (seconds, rest) = at.milliseconds.quotientAndRemainder(dividingBy: 1_000)
        let head = [
            String(rest < 0 ? seconds - 1 : seconds), Self.named(call?.description), Self.named(queue?.name),
            Self.named(agent?.name), event.rawValue,
        ]
        return (head + (parameters.isEmpty ? [""] : parameters.map(Self.field))).joined(separator: "|")
    }

    private static func named(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "NONE" }
        return field(text)
    }

    /// What would end the field or the line is a blank.
    private static func field(_ text: String) -> String {
        var field = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: field.append(" ")
            default: field.append(scalar == "|" ? " " : scalar)
            }
        }
        return String(field)
    }
}
