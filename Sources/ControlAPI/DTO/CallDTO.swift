import Journal

/// A call that is up.
package struct LiveCallDTO: Codable, Hashable, Sendable {
    package enum State: String, Codable, Hashable, Sendable, CaseIterable {
        case waiting, ringing, interrupting, talking, held, leaving, dialling
        case inScenario = "in_scenario"
    }

    package var call: String
    package var queue: String
    /// E.164 with its plus sign; absent if withheld.
    package var number: String?
    /// As the customer's network gave it.
    package var name: String?
    package var vip: Bool
    package var state: State
    /// Who may take it while it waits: `own`, `group` or `anyone`.
    package var stage: String?
    /// Whose phones ring, or who talks to it or holds it.
    package var operators: [String]
    /// The customer's last successful operator.
    package var ownOperator: String?
    package var arrivedAt: Timestamp
    /// Since it arrived.
    package var seconds: Double
    /// Since its state began.
    package var stateSeconds: Double
}

/// `GET /v1/calls?live=true`: calls that are up, longest first.
package struct LiveCallListDTO: Codable, Hashable, Sendable {
    package var calls: [LiveCallDTO]
}

/// A row of the call log.
package struct CallDTO: Codable, Hashable, Sendable {
    package struct Segment: Codable, Hashable, Sendable {
        /// `scenario`, `waiting`, `ringing`, `transferred`, `talking`, `held` or `dialling`.
        package var kind: String
        package var from: Timestamp
        package var until: Timestamp
        /// With whom it talked, for whom it was held, or whose phone rang.
        package var `operator`: String?
    }

    package struct Ring: Codable, Hashable, Sendable {
        package var `operator`: String
        package var from: Timestamp
        package var until: Timestamp
        /// `answered`, `declined`, `busy`, `no answer`, `unreachable` or `withdrawn`.
        package var outcome: String
        /// The SIP status that said so, if one did.
        package var status: Int?
    }

    package var call: String
    package var pool: String
    /// The dialled number.
    package var line: String
    package var queue: String
    /// E.164 with its plus sign; absent if withheld.
    package var number: String?
    /// As the customer's network gave it.
    package var name: String?
    package var vip: Bool
    /// It is a VIP call and interrupted a conversation.
    package var interrupted: Bool
    /// It is a VIP call whose announcement an operator heard.
    package var announced: Bool
    /// Its conversation was interrupted by a VIP call.
    package var wasInterrupted: Bool
    package var arrivedAt: Timestamp
    package var endedAt: Timestamp
    /// `answered`, `abandoned`, `lost_on_hold`, `timed_out`, `refused` or `lost_by_restart`.
    package var outcome: String
    /// `customer` or `operator`; absent if the server ended it.
    package var endedBy: String?
    /// The SIP status of its end, if there was one.
    package var status: Int?
    /// The stage of stickiness in which it was answered or ended: `own`, `group` or `anyone`.
    package var stage: String?
    /// The one who talked to it last.
    package var `operator`: String?
    /// For an operator, whether phones rang or not, also after a transfer.
    package var waitSeconds: Double
    package var talkSeconds: Double
    package var heldSeconds: Double
    package var segments: [Segment]
    package var rings: [Ring]
}

/// `GET /v1/calls`: rows of the call log, newest first.
package struct CallListDTO: Codable, Hashable, Sendable {
    package var calls: [CallDTO]
    /// What `cursor` has to be for the next page; absent: this is the last.
    package var next: String?
}

/// `GET /v1/calls/{id}`: a call that is up, or its row in the log; for a moment at its end both.
package struct OneCallDTO: Codable, Hashable, Sendable {
    package var live: LiveCallDTO?
    package var record: CallDTO?
}

/// `POST /v1/calls`: the operator calls the customer now. The answer is the task for it.
package struct NewCallDTO: Codable, Hashable, Sendable {
    package var `operator`: String
    /// As people write it; the server brings it to E.164.
    package var number: String
    package var dialer: String

    package init(operator: String, number: String, dialer: String) {
        self.operator = `operator`
        self.number = number
        self.dialer = dialer
    }
}

/// `GET /v1/calls/{id}/explain`: why a call went where it went.
package struct ExplanationDTO: Codable, Hashable, Sendable {
    package struct Line: Codable, Hashable, Sendable {
        package var at: Timestamp
        /// `event`: what happened; `decision`: what was done about it.
        package var kind: String
        package var text: String

        package init(at: Timestamp, kind: String, text: String) {
            self.at = at
            self.kind = kind
            self.text = text
        }

        init(_ line: StoryLine) {
            self.init(at: Timestamp(line.at), kind: line.kind.rawValue, text: line.text)
        }
    }

    package struct Candidate: Codable, Hashable, Sendable {
        package var `operator`: String
        /// In plain words; absent: nothing does, they are ready for it.
        package var obstacle: String?
    }

    package var call: String
    /// While it waits: each operator of its queue, with what keeps the two apart.
    package var candidates: [Candidate]?
    /// Present while the call is up.
    package var live: LiveCallDTO?
    /// Present once the call is over.
    package var record: CallDTO?
    package var story: [Line]
}

/// `GET /v1/operators/{name}/explain`: why an operator is, or is not, getting calls.
package struct OperatorExplanationDTO: Codable, Hashable, Sendable {
    package var `operator`: String
    /// How things stand now, most important first.
    package var standing: [String]
    /// From when on.
    package var since: Timestamp
    package var story: [ExplanationDTO.Line]
}
