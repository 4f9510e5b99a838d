/// Why the router decided as it did: a value with its data, rendered in plain words by `description`.
package enum RoutingReason: Hashable, Codable, Sendable {
    // Arrival
    case arrived
    case blackListed
    case unknownQueue(QueueID)
    case queueFull(Int)
    case tooManyCalls(Int)
    case draining
    // Choice of an operator
    case lastSuccessful(OperatorID)
    case responsibleGroup(GroupID)
    case strategy(Strategy)
    case longestWaiting
    case vipFirst
    // Ends of stages
    case responsibleBusy(OperatorID)
    case responsibleOffline(OperatorID)
    case responsibleNotAssigned(OperatorID)
    case responsibleDidNotTake(OperatorID, RingEnd.Cause)
    case responsibleWaitOver(Duration)
    case tieExpired
    // Rings and conversations
    case waiting
    case answered
    case ringTimeout(Duration)
    case callerLeft
    case operatorLeft
    case callEnded
    case endWanted
    case maxWaitOver(Duration)
    case missedInARow(Int)
    case operatorNotReady(OperatorID)
    case operatorUnreachable(OperatorID)
    case answeredElsewhere(OperatorID)
    case answeredTooLate
    // Interruption
    case vipInterrupts(CallID)
    case namedByScenario(OperatorID)
    case ownOperatorOfVIP(OperatorID)
    case highestPriority(Int)
    case vipPauseOver
    case takeNowPressed
    case keepTalkingPressed
    case noKeyPressed
    case vipWithdrawn(CallID)
    case vipElsewhere(OperatorID)
    case customerLeftBeforeHold
    case operatorHungUpBeforeHold
    case returnToHeld(CallID)
    case operatorHungUpOnVIP
    case heldTooLong(Duration)
    case interruptionForbidden(OperatorID)
    case heldCustomerNotTaken(OperatorID)
    // Tasks
    case taskRequested
    case callbackOwed
    case taskCancelled
    case taskPostponed
    case taskStarted(OperatorID)
    case taskResponsible(OperatorID)
    case taskReleased
    case nextLead
    case hoursOver
    case previewOver(Duration)
    case previewEnded
    case previewSkipped(OperatorID)
    case callComesFirst(CallID)
    case customerCalls(CallID)
    case customerAnswered
    case dialTimeout(Duration)
    case dialFailed(AttemptOutcome)
    case nobodyThere
    case triesUsedUp(AttemptOutcome, Int)
    case tryAgain(AttemptOutcome, after: Duration)
    case conversation(CallID)
    case awayTooLong(OperatorID, Duration)
    case customerHasTask(TaskID)
    case notConfigured
    case restarted
    case reminder
    case startKeyPressed
    // Queues and transfers
    case queueEmpty(QueueID)
    case callbackKeyPressed(Key)
    case queueAtLimit(Int)
    case placeResumed(Duration)
    case rerouted(Destination)
    case transferredTo(OperatorID)
    case gaveAway(OperatorID)
    case newOperatorWanted
    case released
    case inOwnCall(OperatorID)
    case scenarioSays
    case hangUpLine
    case timeEntered
    case keyChosen(Key)
    case noKeyChosen
    // People
    case heldByPhone(OperatorID)
    case takenBackByPhone(OperatorID)
    case asWished
    case registered
    case code(String)
    case unknownCode(String)
    case activityChanged
}
