import Media
import Routing
import Signaling

/// Which leg and which stream belong to which party: the only place that knows the words of all three worlds.
struct LegTable {
    /// One party's SIP dialog and RTP stream together.
    struct Leg {
        enum Role: Hashable {
            case caller(CallID)
            /// An operator's leg, named by the ring that made it. `call` is the one it rang for or talks with.
            case `operator`(OperatorID, RingID, call: CallID)
            /// To take the place of that leg as soon as it is up.
            case successor(of: LegID)
        }

        fileprivate(set) var id: LegID
        var role: Role
        /// Where an incoming leg came from.
        var source: IncomingCall.Source?
        /// `nil` until the leg is accepted or rung.
        var stream: StreamID?
        /// Where the stream's RTP is received.
        var port: UInt16?
        /// Answered, so that its end is that of a conversation and not of a ring.
        var isAnswered = false
        /// We have told the peer that it is over, and its end is on the way.
        var isEnding = false
        /// We ended it because nothing was heard from it any more.
        var fellSilent = false
        /// The party's phone holds us.
        var isOnHold = false
        /// Shown to the operator: the caller's number and name as they came.
        var number: String?
        var name: String?
        /// The task for which an operator's phone rings.
        var task: TaskID?
        /// A customer whom we call.
        var dial: Dial?
    }

    /// How a customer is being called.
    struct Dial {
        /// Who hears ring-back meanwhile.
        let `operator`: OperatorID
        let number: String
        let callerID: String?
        let trunk: String
        /// To be tried if the trunk's network fails.
        let otherTrunks: [String]
        /// The customer's phone rang, or their network was heard.
        var hasRung = false
        /// We want no answer any more.
        var isStopped = false
    }

    private var legs: [LegID: Leg] = [:]
    private var callers: [CallID: LegID] = [:]
    private var rings: [RingID: LegID] = [:]
    /// Several rings of one operator never overlap, but a leg that is ending may outlive the next one's start.
    private var operators: [OperatorID: LegID] = [:]
    private var streams: [StreamID: LegID] = [:]
    private var channels: [String: Int] = [:]

    var count: Int { legs.count }
    var all: some Sequence<LegID> { legs.keys }

    subscript(id: LegID) -> Leg? { legs[id] }

    func leg(of call: CallID) -> Leg? { callers[call].flatMap { legs[$0] } }
    func leg(of ring: RingID) -> Leg? { rings[ring].flatMap { legs[$0] } }
    func leg(of stream: StreamID) -> Leg? { streams[stream].flatMap { legs[$0] } }

    func leg(of party: Party) -> Leg? {
        switch party {
        case .caller(let call): leg(of: call)
        case .operator(let name): operators[name].flatMap { legs[$0] }
        }
    }

    /// The call that an operator's present leg belongs to.
    func call(of name: OperatorID) -> CallID? {
        guard case .operator(_, _, let call)? = leg(of: .operator(name))?.role else { return nil }
        return call
    }

    /// Calls to customers through this trunk.
    func channels(of trunk: String) -> Int { channels[trunk] ?? 0 }

    mutating func insert(_ leg: Leg) {
        legs[leg.id] = leg
        if let trunk = leg.dial?.trunk { channels[trunk, default: 0] += 1 }
        switch leg.role {
        case .caller(let call): callers[call] = leg.id
        case .operator(let name, let ring, _):
            rings[ring] = leg.id
            operators[name] = leg.id
        case .successor: break
        }
        if let stream = leg.stream { streams[stream] = leg.id }
    }

    mutating func attach(_ stream: OpenStream, to id: LegID) {
        legs[id]?.stream = stream.id
        legs[id]?.port = stream.port
        streams[stream.id] = id
    }

    /// The party is at the other end of this leg from now on, which has all that the old one had.
    mutating func replace(_ old: LegID, by id: LegID) {
        remove(id)
        guard var leg = remove(old) else { return }
        leg.id = id
        insert(leg)
    }

    /// A leg that is up becomes the operator's, as if they had answered this ring.
    mutating func adopt(_ id: LegID, by name: OperatorID, _ ring: RingID, for call: CallID) {
        guard var leg = remove(id) else { return }
        leg.role = .operator(name, ring, call: call)
        leg.isAnswered = true
        insert(leg)
    }

    mutating func markAnswered(_ id: LegID) {
        legs[id]?.isAnswered = true
    }

    mutating func markEnding(_ id: LegID) {
        legs[id]?.isEnding = true
    }

    mutating func markSilent(_ id: LegID) {
        legs[id]?.fellSilent = true
    }

    mutating func markRung(_ id: LegID) {
        legs[id]?.dial?.hasRung = true
    }

    mutating func markStopped(_ id: LegID) {
        legs[id]?.dial?.isStopped = true
    }

    mutating func mark(_ id: LegID, onHold isOnHold: Bool) {
        legs[id]?.isOnHold = isOnHold
    }

    /// From now on the operator's leg belongs to this call: a VIP call took it over, or gave it back.
    mutating func assign(_ call: CallID, to name: OperatorID) {
        guard let id = operators[name], case .operator(let who, let ring, _)? = legs[id]?.role else { return }
        legs[id]?.role = .operator(who, ring, call: call)
    }

    @discardableResult
    mutating func remove(_ id: LegID) -> Leg? {
        guard let leg = legs.removeValue(forKey: id) else { return nil }
        switch leg.role {
        case .caller(let call): callers[call] = nil
        case .operator(let name, let ring, _):
            rings[ring] = nil
            if operators[name] == id { operators[name] = nil }
        case .successor: break
        }
        if let stream = leg.stream { streams[stream] = nil }
        if let trunk = leg.dial?.trunk, let count = channels[trunk] { channels[trunk] = count > 1 ? count - 1 : nil }
        return leg
    }
}
