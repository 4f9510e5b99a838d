package import Routing

/// What is known of a customer when they call.
package struct CustomerProfile: Hashable, Sendable {
    /// Their last successful operator.
    package var tie: Tie?
    /// How long they have waited in this queue already, if their last call was cut by a restart or they hung up while
    /// waiting, a moment ago (product.md section 8, `resume_place`).
    package var resumed: Duration?

    package init(tie: Tie? = nil, resumed: Duration? = nil) {
        self.tie = tie
        self.resumed = resumed
    }
}

package typealias ProfileAnswer = @Sendable (Result<CustomerProfile, StorageError>) -> Void

/// The customer's newest call, as far as their place in a queue depends on it.
struct LastCall: Hashable {
    var call: CallID
    var arrivedAt: WallTime
    /// The queue in which it was last; `nil`: none, or it is still up.
    var queue: QueueID?
    /// `nil`: it is still up.
    var outcome: CallRecord.Outcome?
    /// When the customer was last heard of: the end of the call, or the start after the restart that cut it.
    var lastHeardOf: WallTime
    /// From the customer's first entry, those of resumed calls included, until they were answered or left.
    var waited: Duration

    /// The wait to be taken up again by a call into `queue`; `nil`: none.
    func resumed(in queue: QueueID, now: WallTime, within limit: Duration) -> Duration? {
        guard outcome == .abandoned || outcome == .lostByRestart, self.queue == queue, waited > .zero else {
            return nil
        }
        // A clock that was set back makes the call new, not unborn.
        return now.since(lastHeardOf) < limit ? waited : nil
    }
}

extension LastCall {
    /// As it was begun, and so still up.
    init(_ arrival: Arrival, at: WallTime) {
        self.init(
            call: arrival.call, arrivedAt: at, queue: nil, outcome: nil, lastHeardOf: at, waited: .zero)
    }

    init(_ record: CallRecord, origin: WallTime) {
        let last = record.visits.last
        let until = last?.answeredAt ?? last?.leftAt
        let own = record.enteredAt.flatMap { entered in until.map { max($0 - entered, .zero) } } ?? .zero
        self.init(
            call: record.arrival.call, arrivedAt: WallTime(record.arrivedAt, origin: origin), queue: last?.queue,
            outcome: record.outcome, lastHeardOf: WallTime(record.endedAt, origin: origin),
            waited: max(record.arrival.waited, .zero) + own)
    }
}

/// Newest calls of customers that are not on disk yet: who hangs up and calls again within a moment, or while the disk
/// fails, still gets their place.
struct PendingCalls {
    private struct Entry {
        let sequence: UInt64
        let last: LastCall
    }

    private var entries: [CustomerNumber: Entry] = [:]

    subscript(number: CustomerNumber) -> LastCall? { entries[number]?.last }

    mutating func note(_ entry: StoredEntry, sequence: UInt64) {
        guard let (number, last) = entry.lastCall else { return }
        // The end of an older call says nothing about the newest.
        if let known = entries[number]?.last, known.call != last.call, known.arrivedAt > last.arrivedAt { return }
        entries[number] = Entry(sequence: sequence, last: last)
    }

    mutating func forget(_ batch: [WriteBuffer.Item]) {
        guard !entries.isEmpty else { return }
        for item in batch {
            guard let number = item.entry.customerOfCall, entries[number]?.sequence == item.sequence else { continue }
            entries[number] = nil
        }
    }
}

extension StoredEntry {
    /// Who called, if it is the beginning or the end of a customer's call.
    fileprivate var customerOfCall: CustomerNumber? {
        switch self {
        case .callBegan(let arrival, _): arrival.direction == .inbound ? arrival.number : nil
        case .fact(.callEnded(let record), _, _):
            record.arrival.direction == .inbound ? record.arrival.number : nil
        case .fact, .callConnected, .registered, .unregistered, .taskCarded, .importBegan, .rowsImported,
            .letterSettled:
            nil
        }
    }

    fileprivate var lastCall: (CustomerNumber, LastCall)? {
        guard let number = customerOfCall else { return nil }
        switch self {
        case .callBegan(let arrival, let at): return (number, LastCall(arrival, at: at))
        case .fact(.callEnded(let record), _, let origin): return (number, LastCall(record, origin: origin))
        case .fact, .callConnected, .registered, .unregistered, .taskCarded, .importBegan, .rowsImported,
            .letterSettled:
            return nil
        }
    }
}
