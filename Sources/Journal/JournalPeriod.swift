package import Routing

/// Goes through a journal for whoever wants to know how things stood and what came then, over all its files and all
/// starts of the process, on one line of instants.
///
/// It begins with the whole file in which the moment lies, because a file begins with the start of a process or with the
/// router's state: what is before the moment has negative instants. A last line that was cut off does not count, nor does
/// a file that is another program's. It ends where the journal ends now.
package final class JournalPeriod {
    package enum Item: Sendable {
        /// A process was started: what was up before is gone.
        case processBegan(at: Instant)
        /// The router's state, before the steps that follow.
        case state(RoutingState, at: Instant)
        case step(JournalStep)
        /// So many steps are missing here.
        case lost(Int)
    }

    /// The date of `Instant(nanoseconds: 0)`; `nil`: the journal is empty.
    package let zero: WallTime?
    /// How much of it has been read, 0…1, file by file.
    package var done: Double { total > 0 ? Double(total - pieces.count) / Double(total) : 1 }

    private let total: Int
    private var pieces: ArraySlice<JournalDirectory.Piece>
    private var reader: JournalReader?
    /// Nothing but heads, and marks of what is lost, was read of the present file.
    private var isFirst = true
    private var postponed: JournalStep?
    private var parts = StateReader()

    /// - Parameter since: instants count from there; `nil`: from the journal's first step.
    package init(_ directory: JournalDirectory, since: WallTime?) {
        let all = directory.pieces()
        var first = all.startIndex
        if let since {
            first = all.lastIndex { piece in JournalScan.beginning(of: piece).map { $0 <= since } ?? false } ?? first
        }
        pieces = all[first...]
        total = pieces.count
        zero = since ?? pieces.lazy.compactMap(JournalScan.beginning).first
    }

    /// The next item; `nil`: there is none now. Throws if a line is damaged.
    package func next() throws(JournalError) -> Item? {
        if let step = postponed {
            postponed = nil
            return .step(step)
        }
        while true {
            guard let reader else {
                guard let piece = pieces.popFirst() else { return nil }
                reader = try? JournalReader(path: piece.path)
                isFirst = true
                continue
            }
            guard let line = try reader.next() else {
                self.reader = nil
                continue
            }
            if let item = try item(line, reader.head) { return item }
        }
    }

    /// A file that begins with a step is the first one of its process.
    private func item(_ line: JournalLine, _ head: JournalHead) throws(JournalError) -> Item? {
        switch line {
        case .head: return nil
        case .lost(let count): return .lost(count)
        case .snapshot(let snapshot):
            isFirst = false
            guard let state = try parts.take(snapshot) else { return nil }
            return .state(state, at: instant(snapshot.at, head))
        case .step(var step):
            step.at = instant(step.at, head)
            guard isFirst else { return .step(step) }
            isFirst = false
            postponed = step
            return .processBegan(at: step.at)
        }
    }

    private func instant(_ instant: Instant, _ head: JournalHead) -> Instant {
        let origin = head.origin ?? WallTime(milliseconds: 0)
        return Instant(origin, origin: zero ?? origin) + (instant - Instant(nanoseconds: 0))
    }
}
