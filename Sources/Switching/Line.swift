package import Routing

/// An inbound line: what the dialled number selects.
package struct Line: Sendable {
    package var number: String
    package var queue: QueueID
    /// Where listed callers go; `nil`: to `queue` as well.
    package var vipQueue: QueueID?
    package var vipList: NumberList?
    package var blackList: NumberList?
    /// A hang-up line: its calls are rejected with this status, unanswered, and called back at once.
    package var hangUp: Int?

    package init(
        number: String, queue: QueueID, vipQueue: QueueID? = nil, vipList: NumberList? = nil,
        blackList: NumberList? = nil, hangUp: Int? = nil
    ) {
        self.number = number
        self.queue = queue
        self.vipQueue = vipQueue
        self.vipList = vipList
        self.blackList = blackList
        self.hangUp = hangUp
    }

    /// What is known of a caller before the customer's record is read.
    func arrival(call: CallID, number caller: CustomerNumber?, name: String?) -> Arrival {
        var arrival = Arrival(
            call: call, line: number, queue: queue(of: caller), number: caller, name: name,
            listedVIP: isVIP(caller), blackListed: caller.map { blackList?.contains($0) ?? false } ?? false
        )
        if let hangUp { arrival.script = [.rejectAndCallBack(status: hangUp)] }
        return arrival
    }

    /// Where a caller with this number goes.
    func queue(of caller: CustomerNumber?) -> QueueID {
        isVIP(caller) ? vipQueue ?? queue : queue
    }

    private func isVIP(_ caller: CustomerNumber?) -> Bool {
        caller.map { vipList?.contains($0) ?? false } ?? false
    }
}

/// The lines by dialled number: as written, or as the number plan reads both.
struct LineTable: Sendable {
    private var exact: [String: Line] = [:]
    private var normalized: [CustomerNumber: Line] = [:]
    private let plan: NumberPlan

    init(_ lines: [Line], plan: NumberPlan) {
        self.plan = plan
        for line in lines {
            exact[line.number] = line
            if let number = plan.normalize(line.number) { normalized[number] = line }
        }
    }

    func line(for dialled: String) -> Line? {
        exact[dialled] ?? plan.normalize(dialled).flatMap { normalized[$0] }
    }
}
