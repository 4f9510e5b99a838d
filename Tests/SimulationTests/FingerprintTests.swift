import TestKit
import Testing

@testable import Routing

/// An exhaustive search is only as good as the fingerprint that tells it two states are the same. Here stands, for each
/// stored property, why it need not be in there, or that it is; a new one fails the test until somebody has thought.
struct FingerprintTests {
    private enum Standing {
        /// Part of `RoutingState.fingerprint()`.
        case inIt
        /// Follows from other properties; `checkInvariants` says if it does not.
        case derived
        /// The same as long as the configuration and the data of arrivals are the same.
        case given
        /// Nothing is decided by it: counters, names, and what only people look at.
        case shown
        /// Empty or meaningless between two events.
        case inHand
    }

    @Test func everyStoredPropertyIsInTheFingerprintOrNeedNotBe() {
        let arrival = Arrival(call: CallID(rawValue: 1), line: "100", queue: "sales", number: nil)
        let queue = QueuePolicy(id: "sales")
        let call = Call(
            arrival: arrival, policy: Shared(queue), place: Place(isAtHead: false, entered: 0, sequence: 1), at: 0)
        let person = Operator(policy: OperatorPolicy(id: "anna", name: "Anna"), at: 0)
        let conversation = Conversation(call: call.id, leg: RingID(rawValue: 1), since: 0, wrapUp: .zero)
        let interruption = Interruption(
            vip: call.id, customer: call.id, policy: InterruptionPolicy(), announcement: PlaybackID(rawValue: 1))
        expect(RoutingState(), Self.ofState)
        expect(CallQueue(policy: queue), Self.ofQueue)
        expect(person, Self.ofOperator)
        expect(conversation, Self.ofConversation)
        expect(interruption, ["vip": .inIt, "customer": .inIt, "policy": .given, "step": .inIt, "wasHeard": .inIt])
        expect(call, Self.ofCall)
        expect(call.place, ["isAtHead": .inIt, "entered": .inIt, "sequence": .inIt])
        expect(
            Stickiness(own: "anna", group: nil, wait: .zero, at: 0),
            ["own": .inIt, "group": .inIt, "stage": .inIt, "since": .inIt, "until": .inIt, "isTransfer": .inIt])
        expect(call.history, Self.ofHistory)
        expect(
            Ring(id: RingID(rawValue: 1), call: call.id, from: 0, idleSince: 0, charged: 0),
            [
                "id": .derived, "call": .inIt, "from": .shown, "idleSince": .inIt, "charged": .derived,
                "isForCall": .derived,
            ])
    }

    private func expect(_ value: Any, _ places: [String: Standing], sourceLocation: SourceLocation = #_sourceLocation) {
        let names = Set(Mirror(reflecting: value).children.compactMap(\.label))
        let new = names.subtracting(places.keys).sorted()
        let old = Set(places.keys).subtracting(names).sorted()
        let type = type(of: value)
        #expect(
            new.isEmpty, "\(type): put \(new) into RoutingState.fingerprint(), or say here why not",
            sourceLocation: sourceLocation)
        #expect(old.isEmpty, "\(type) has no \(old) any more", sourceLocation: sourceLocation)
    }

    private static let ofState: [String: Standing] = [
        "house": .given, "queues": .inIt, "queueOrder": .given, "operators": .inIt, "operatorOrder": .given,
        "isDraining": .inIt, "calls": .inIt, "codeCalls": .inIt, "ringOwners": .derived, "playbacks": .derived,
        "vips": .derived, "readyShrank": .inHand, "deadlines": .inIt, "activities": .derived,
        "changedOperators": .inHand,
        // A later place is later than all others, whatever its number.
        "last": .shown,
        // Only for the strategy `random`, which no exhaustive search uses.
        "dice": .given, "now": .inIt, "decisions": .inHand, "places": .inIt, "roomMade": .inHand, "dialers": .derived,
        "dialerOrder": .given, "tasks": .inIt, "tasksOf": .derived, "numbersInUse": .derived,
        "attemptTasks": .derived, "listedTasks": .derived, "preparing": .derived, "yields": .inIt,
        "reminders": .derived, "pausedDialers": .inIt, "areTasksSuspended": .inHand, "owners": .derived,
    ]

    private static let ofQueue: [String: Standing] = [
        "sharedPolicy": .given, "isOpen": .inIt, "members": .given, "open": .derived, "grouped": .derived,
        "ready": .derived, "lastRank": .inIt, "length": .derived, "entered": .shown, "answered": .shown,
        "lost": .shown, "share": .inIt, "atWork": .derived,
    ]

    private static let ofOperator: [String: Standing] = [
        "policy": .given, "isConfigured": .inIt, "wish": .inIt, "isReachable": .inIt, "state": .inIt, "since": .shown,
        "conversations": .inIt, "missedInARow": .inIt, "assignments": .given, "serves": .given,
        "memberships": .given, "isListed": .derived, "pinned": .derived, "refused": .derived,
        "hasBeenAway": .inIt, "ownCalls": .inIt, "absence": .inIt, "dials": .given, "desks": .given, "remindAt": .inIt,
    ]

    private static let ofConversation: [String: Standing] = [
        "call": .inIt, "leg": .derived, "since": .inIt, "wrapUp": .inIt, "isProtected": .inIt,
        "isHeldByPhone": .inIt, "interruption": .inIt, "ripeAt": .inIt,
    ]

    private static let ofCall: [String: Standing] = [
        "sharedPolicy": .given, "isVIP": .given, "state": .inIt, "place": .inIt, "stickiness": .inIt,
        "refusals": .inIt, "declinedConversations": .inIt, "leaveAt": .inIt, "history": .inIt,
        "named": .inIt, "avoided": .inIt, "isAnswered": .inIt, "isTransferred": .inIt, "tiedTo": .inIt,
        "callbackAt": .inIt, "givenUpBy": .shown,
    ]

    private static let ofHistory: [String: Standing] = [
        // Of the row so far only what has happened at all is ever asked.
        "record": .shown, "segment": .inIt, "talked": .inIt, "wasAnswered": .inIt, "isOnHold": .inIt,
        "isUsageRecorded": .inIt, "answeredAt": .inIt, "isTransferred": .shown,
    ]
}
