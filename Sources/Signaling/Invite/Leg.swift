/// One party's SIP dialog with everything that drives it. Lives on the event loop, in the agent's tables.
final class Leg {
    enum Usage {
        case server(ServerInvite)
        case client(ClientInvite)
    }

    /// What is kept of the peer's INVITE that is being answered: the first, or a re-INVITE.
    struct Answering {
        var key: TransactionKey
        var transaction: Transaction?
        var template: ResponseTemplate
        var replyFlow: Flow
        var sequence: UInt32
        /// `nil` if the INVITE brought none; ours goes out in the 2xx then.
        var offer: [UInt8]?
        /// The 2xx as it was sent.
        var answer: [UInt8] = []
        /// Our offer waits for its answer in the ACK.
        var owed = false
    }

    /// What is kept of our own INVITE, the newest after a challenge.
    struct Calling {
        /// A message as it was sent, and the way it went.
        struct Sent {
            var bytes: [UInt8]
            var flow: Flow
        }

        /// What may be heard before the answer.
        struct Early {
            /// To tag of the provisional response.
            var tag: String
            var body: [UInt8]
            var remote: RemoteMedia
        }

        /// A dialog that a provisional response made: one of each phone behind a forking proxy (RFC 3261 §12.1.2).
        struct EarlyDialog {
            /// CSeq number of the peer's last request in it; 0 before the first.
            var remoteSequence: UInt32 = 0
            /// RSeq of the last response that we acknowledged; `nil` before the first.
            var lastReliable: UInt32?
            /// Where requests go; `nil`: where the INVITE went.
            var target: String?
            var routes: [String] = []
            /// With the answer of a reliable response, or with what an UPDATE agreed on since (RFC 3262 §5).
            var negotiation: OfferAnswer?
            /// An UPDATE has changed it: what the 2xx says once more is older.
            var isUpdated = false
        }

        /// Changes of early media that are followed; whoever changes it more often has something else in mind.
        static let maxEarlyChanges = 16

        var transaction: Transaction?
        var branch: String
        var sequence: UInt32
        /// Credentials in it: they go into the ACK as well.
        var credentials: [String] = []
        /// The 2xx of each To tag: where its dialog's requests go.
        var successes: [String: IncomingResponse] = [:]
        /// The ACK of each To tag as it was sent.
        var acks: [String: Sent] = [:]
        /// The newest.
        var early: Early?
        var earlyChanges = 0
        /// By To tag, at most `ClientInvite.maxTags`.
        var dialogs: [String: EarlyDialog] = [:]
        /// Of the 3xx that ended the call.
        var redirections: [Redirection] = []
        /// As negotiated with the 2xx.
        var remote: RemoteMedia?
    }

    /// The ACK of our last re-INVITE, for its repeated 2xx.
    struct ReinviteACK {
        var sequence: UInt32
        var bytes: [UInt8]
        var flow: Flow
    }

    /// Our provisional response that the peer has to acknowledge.
    struct Provisional {
        var machine: ReliableProvisional
        /// As it was sent.
        var bytes: [UInt8]
    }

    /// A transfer that the phone has asked for: a REFER, and the subscription that it makes (RFC 3515 §2.4).
    struct Transfer {
        /// Until it is answered.
        var pending: IncomingRequest?
        /// CSeq number of the REFER.
        var sequence: UInt32
        /// No REFER came before it in this dialog.
        var isFirst: Bool

        init(request: IncomingRequest, isFirst: Bool) {
            pending = request
            sequence = request.index.cseqNumber
            self.isFirst = isFirst
        }
    }

    let id: LegID
    var usage: Usage
    var modify: PeerModify
    var dialog: Dialog
    /// Where our requests inside the dialog go.
    var flow: Flow
    /// Requests go over this flow whatever Contact says: a registered phone, a connection, a peer behind a NAT.
    var isPinned: Bool
    var negotiation: OfferAnswer?
    var answering: Answering?
    var calling: Calling?
    /// Header lines that only our first INVITE has.
    var inviteHeaders: [String] = []
    /// Of a call through a trunk that may challenge us.
    var login: TrunkLogin?
    var session: SessionTimer
    var refresh: SessionRefresh
    /// Of the peer's INVITE that has not been answered.
    var sessionWish = SessionWish()
    /// The peer's Allow names UPDATE.
    var allowsUpdate = false
    /// Our re-INVITE that has no final response.
    var reinvite: Transaction?
    var reinviteACK: ReinviteACK?
    /// Who is at the other end.
    var party: IncomingCall.Source?
    var transfer: Transfer?
    var hasReferred = false
    /// The peer's INVITE requires 100rel.
    var ringsReliably = false
    var provisional: Provisional?
    /// By `LegTimer`: looking up a place costs less than hashing, several times for each call.
    var alarms = [Alarm?](repeating: nil, count: LegTimer.allCases.count)
    /// Takes the leg out of the tables when nothing late can come any more.
    var farewell: Alarm?
    /// Of a leg that called us.
    var origin: InviteOrigin?
    var hasEnded = false
    /// When the dialog was made by a 2xx, in nanoseconds.
    var answeredAt: Int64?

    init(
        id: LegID, usage: Usage, dialog: Dialog, flow: Flow, isPinned: Bool, timing: SIPTiming,
        session: SignalingSettings.SessionTimers? = nil
    ) {
        self.id = id
        self.usage = usage
        self.dialog = dialog
        self.flow = flow
        self.isPinned = isPinned
        modify = PeerModify(timing: timing)
        self.session = SessionTimer(session)
        refresh = SessionRefresh(timing: timing)
    }

    /// Media was agreed on and the dialog has not ended.
    var isEstablished: Bool {
        switch usage {
        case .server(let machine):
            switch machine.state {
            case .confirmed: true
            case .answered: answering?.owed == false
            case .proceeding, .ringing, .closing, .over: false
            }
        case .client(let machine):
            if case .confirmed = machine.state { true } else { false }
        }
    }

    var isOver: Bool {
        switch usage {
        case .server(let machine): machine.state == .over
        case .client(let machine): machine.state == .over
        }
    }
}
