package import Routing

/// Something that has just been written down for the first time, with what is known of the call or task it is about.
package enum News: Hashable, Sendable {
    case callArrived(Arrival, at: WallTime)
    /// The first conversation of the call begins.
    case callAnswered(KnownCall, by: OperatorID, at: WallTime)
    /// - `origin`: the date of `Instant(nanoseconds: 0)`.
    indirect case callEnded(CallRecord, origin: WallTime)
    /// The call was up when the process died; found at the next start.
    case callCut(CutCall)
    case vipUsed(KnownCall, by: OperatorID, at: WallTime)
    case vipMissed(KnownCall, by: OperatorID, at: WallTime)
    indirect case taskOpened(TaskRecord, origin: WallTime)
    /// - `by`: with whom the customer talked, if that closed it.
    indirect case taskClosed(StoredTask, TaskResult, by: OperatorID?, at: WallTime)
    indirect case attemptEnded(AttemptRecord, origin: WallTime)
    indirect case responsibleWaitExpired(StoredTask, of: OperatorID, from: WallTime, until: WallTime)

    /// What there can be news of.
    package enum Kind: Hashable, Sendable, CaseIterable {
        case callArrived, callAnswered, callEnded, callCut, vipUsed, vipMissed, taskOpened, taskClosed, attemptEnded
        case responsibleWaitExpired
    }
}

/// What the call log knows of a call that goes on.
package struct KnownCall: Hashable, Sendable {
    package var call: CallID
    package var direction: CallDirection
    package var line: String
    package var queue: QueueID
    /// `nil` if withheld.
    package var number: CustomerNumber?
    package var name: String?
    package var vip: Bool
    package var arrivedAt: WallTime

    package init(
        call: CallID, direction: CallDirection, line: String, queue: QueueID, number: CustomerNumber?, name: String?,
        vip: Bool, arrivedAt: WallTime
    ) {
        self.call = call
        self.direction = direction
        self.line = line
        self.queue = queue
        self.number = number
        self.name = name
        self.vip = vip
        self.arrivedAt = arrivedAt
    }
}

/// Puts news into words for programs outside. Its letters are in the same commit as what they tell of: neither is on
/// the disk without the other.
package protocol Announcing: Sendable {
    /// Asked first, so that nothing is looked up for nobody.
    func wants(_ kind: News.Kind) -> Bool
    /// Asked on the writer's thread, and perhaps again if the commit fails: the same news always make the same letters.
    func letters(of news: News) -> [NewLetter]
    /// Letters are on the disk.
    func lettersWritten()
}
