/// In the words of somebody who explains a call to a colleague. Each is the end of a sentence that began with what was
/// decided: "anna's phone rings, because …".
extension RoutingReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .arrived: "a call has arrived"
        case .blackListed: "the number is on the black list"
        case .unknownQueue(let queue): "there is no queue \(queue)"
        case .queueFull(let count): "\(count) are waiting already, and the queue takes no more"
        case .tooManyCalls(let count): "\(count) calls are in the house already, and there is room for no more"
        case .draining: "the server is about to stop"
        case .lastSuccessful(let name): "\(name) is the customer's last successful operator"
        case .responsibleGroup(let group): "the customer's operator is in the group \(group)"
        case .strategy(let strategy): strategy.words
        case .longestWaiting: "longest waiting time × priority"
        case .vipFirst: "VIP calls come first"
        case .responsibleBusy(let name): "\(name) is not ready, and the queue does not wait for them"
        case .responsibleOffline(let name): "\(name) is offline"
        case .responsibleNotAssigned(let name): "\(name) takes no calls of this queue"
        case .responsibleDidNotTake(let name, let cause): "\(name) did not take the call: \(cause.words)"
        case .responsibleWaitOver(let wait): "the responsible wait of \(wait) is over"
        case .tieExpired: "the last successful conversation is too long ago"
        case .waiting: "the customer waits"
        case .answered: "the operator answered"
        case .ringTimeout(let duration): "nobody answered within \(duration)"
        case .callerLeft: "the caller left"
        case .operatorLeft: "the operator hung up"
        case .callEnded: "the call is over"
        case .maxWaitOver(let duration): "the longest waiting time of \(duration) is over"
        case .missedInARow(let count): "\(count) rings in a row were not answered"
        case .operatorNotReady(let name): "\(name) does not want calls now"
        case .operatorUnreachable(let name): "\(name)'s phone is not registered"
        case .answeredElsewhere(let name): "\(name) answered first"
        case .answeredTooLate: "the answer came when the ring had been stopped"
        case .vipInterrupts(let call): "the VIP call \(call) interrupts"
        case .namedByScenario(let name): "the scenario names \(name)"
        case .ownOperatorOfVIP(let name): "\(name) is the VIP's own operator"
        case .highestPriority(let priority): "highest priority (\(priority)), then longest conversation"
        case .vipPauseOver: "the pause after the announcement is over"
        case .takeNowPressed: "the operator pressed the key to take the VIP now"
        case .keepTalkingPressed: "the operator pressed the key to go on talking"
        case .noKeyPressed: "the operator pressed no key"
        case .vipWithdrawn(let call): "the VIP call \(call) has ended"
        case .vipElsewhere(let name): "\(name) became ready and gets the VIP"
        case .customerLeftBeforeHold: "the customer left before being held"
        case .operatorHungUpBeforeHold: "the operator ended the conversation, and the VIP is next"
        case .returnToHeld(let call): "the held customer of call \(call) is next"
        case .operatorHungUpOnVIP: "the operator hung up on the VIP, and a customer is still held"
        case .heldTooLong(let duration): "the customer was held for \(duration)"
        case .interruptionForbidden(let name): "\(name)'s conversation must not be interrupted"
        case .heldCustomerNotTaken(let name): "\(name) did not come back to the held customer"
        case .heldByPhone(let name): "\(name)'s phone holds the customer"
        case .takenBackByPhone(let name): "\(name) took the customer back at the phone"
        case .asWished: "somebody set it so"
        case .registered: "the phone has registered"
        case .code(let code): "\(code) was dialled"
        case .unknownCode(let code): "\(code) means nothing here"
        }
    }
}

extension Strategy {
    /// Why this strategy chose whom it chose.
    fileprivate var words: String {
        switch self {
        case .weighted: "longest idle × priority"
        case .linear: "first in the configured order"
        case .roundRobin: "next in turn"
        case .fewestCalls: "fewest calls"
        case .random: "drawn by lot"
        case .ringAll: "all who are ready ring"
        }
    }
}

extension RingEnd.Cause {
    /// The cause as a person would say it.
    package var words: String {
        switch self {
        case .declined: "declined"
        case .busy: "busy"
        case .noAnswer: "no answer"
        case .unreachable: "unreachable"
        case .withdrawn: "withdrawn"
        }
    }
}
