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
        case .responsibleDidNotTake(let name, let cause): RingEnd(cause).story(of: name)
        case .responsibleWaitOver(let wait): "the responsible wait of \(wait.spoken) is over"
        case .tieExpired: "the last successful conversation is too long ago"
        case .waiting: "the customer waits"
        case .answered: "the operator answered"
        case .ringTimeout(let duration): "nobody answered within \(duration.spoken)"
        case .callerLeft: "the caller left"
        case .operatorLeft: "the operator hung up"
        case .callEnded: "the call is over"
        case .endWanted: "somebody in the house ended the call"
        case .maxWaitOver(let duration): "the longest waiting time of \(duration.spoken) is over"
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
        case .heldTooLong(let duration): "the customer was held for \(duration.spoken)"
        case .interruptionForbidden(let name): "\(name)'s conversation must not be interrupted"
        case .heldCustomerNotTaken(let name): "\(name) did not come back to the held customer"
        case .taskRequested: "somebody asked for it"
        case .callbackOwed: "the customer was promised a call before the server was started anew"
        case .taskCancelled: "somebody cancelled the task"
        case .taskPostponed: "somebody put the task off"
        case .taskStarted(let name): "\(name) starts the task"
        case .taskResponsible(let name): "\(name) is responsible for the task"
        case .taskReleased: "the task is for whoever is ready first"
        case .nextLead: "the next lead is due"
        case .hoursOver: "the customer must not be called at this hour"
        case .previewOver(let duration): "the preview of \(duration.spoken) is over"
        case .previewEnded: "the operator has seen enough"
        case .previewSkipped(let name): "\(name) skipped it"
        case .callComesFirst(let call): "call \(call) waits, and calls come before tasks"
        case .customerCalls(let call): "the customer calls in themselves, in call \(call)"
        case .customerAnswered: "the customer answered"
        case .dialTimeout(let duration): "the customer did not answer within \(duration.spoken)"
        case .dialFailed(let outcome): "the customer was not reached (\(outcome.rawValue))"
        case .nobodyThere: "the customer answered when no operator was there any more"
        case .triesUsedUp(let outcome, let count):
            "\(count) attempts ended in \(outcome.rawValue), and no more are made"
        case .tryAgain(let outcome, let interval):
            "after \(outcome.rawValue) the next attempt is due in \(interval.spoken)"
        case .conversation(let call): "there was a successful conversation in call \(call)"
        case .awayTooLong(let name, let duration): "\(name) was away for more than \(duration.spoken)"
        case .customerHasTask(let task): "the customer has the task \(task) there already"
        case .notConfigured: "the configuration has changed"
        case .restarted: "the process ended during the attempt"
        case .reminder: "requests wait for the operator"
        case .startKeyPressed: "the operator pressed the key to start the first request"
        case .queueEmpty(let queue): "no operator of \(queue) is signed in"
        case .callbackKeyPressed(let key): "the customer pressed \(key) to be called back"
        case .queueAtLimit(let count): "the queue has \(count) calls with operators, and may have no more"
        case .placeResumed(let waited): "the customer has waited before, since \(waited.inSeconds) ago"
        case .rerouted(let destination): "the call was sent to \(destination)"
        case .transferredTo(let name): "the call was transferred to \(name)"
        case .gaveAway(let name): "\(name) transferred the call"
        case .newOperatorWanted: "the customer asked for a new operator"
        case .scenarioSays: "the scenario says so"
        case .hangUpLine: "whoever calls this line is called back"
        case .timeEntered: "the customer says when they want to be called"
        case .keyChosen(let key): "the customer pressed \(key)"
        case .noKeyChosen: "the customer pressed no key that means anything"
        case .released: "a supervisor freed the operator"
        case .inOwnCall(let name): "\(name)'s phone is in a call of its own"
        case .heldByPhone(let name): "\(name)'s phone holds the customer"
        case .takenBackByPhone(let name): "\(name) took the customer back at the phone"
        case .asWished: "somebody set it so"
        case .registered: "the phone has registered"
        case .code(let code): "\(code) was dialled"
        case .activityChanged: "the operator's time goes to something else"
        case .unknownCode(let code): "\(code) means nothing here"
        }
    }
}

extension Strategy {
    /// Why this strategy chose whom it chose.
    fileprivate var words: String {
        switch self {
        case .weighted: "next in turn by priority, then longest idle × priority"
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

extension RingEnd {
    /// What became of the ring, as a sentence about the operator. A ring that we stopped is nobody's fault.
    package func story(of name: OperatorID) -> String {
        let told =
            switch cause {
            case .declined, .busy, .noAnswer, .unreachable: "\(name) did not take the call: \(cause.words)"
            case .withdrawn: "\(name)'s phone has stopped ringing, as it was told"
            }
        return status.map { "\(told) (\($0))" } ?? told
    }
}
