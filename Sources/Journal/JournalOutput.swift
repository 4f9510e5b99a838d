import Routing

/// What is on its way to the disk, and the file it goes to. Used by one thread at a time.
struct JournalOutput {
    enum Item: Sendable {
        case step(JournalStep)
        /// The next file begins with this state.
        case snapshot(RoutingState, at: Instant)
        case lost(Int)

        /// How many steps are lost with it if it is given up.
        var lostSteps: Int {
            switch self {
            case .step: 1
            case .lost(let count): count
            case .snapshot: 0
            }
        }

        var isStep: Bool {
            switch self {
            case .step: true
            case .lost, .snapshot: false
            }
        }
    }

    /// Bytes of one write at most, so that a long backlog is not written all over again when it fails.
    private static let longestWrite = 4 << 20

    private let directory: JournalDirectory
    private let head: JournalHead
    private let calls: FileCalls
    private var nextNumber: Int
    private var file: JournalFile
    /// With so many bytes the present file began.
    private var sizeOfState: UInt64 = 0
    /// In the present file.
    private var firstStep: Instant?
    private var lastStep: Instant?
    private var tracker = CallTracker()
    private var backlog: [Item] = []
    private let encoder = LineEncoder()

    init(
        directory: JournalDirectory, head: JournalHead, calls: FileCalls
    ) throws(JournalError) {
        self.directory = directory
        self.head = head
        self.calls = calls
        let number = (directory.pieces().last?.number ?? 0) + 1
        file = try Self.begin(directory.piece(number), head, nil, calls)
        nextNumber = number + 1
    }

    /// Bytes of steps in the present file.
    var size: UInt64 { file.size - sizeOfState }
    /// From its first step to its last, by the router's clock.
    var age: Duration {
        guard let firstStep, let lastStep else { return .zero }
        return lastStep - firstStep
    }

    /// What is not on disk yet.
    var count: Int { backlog.count }

    /// Puts items behind what waits already.
    mutating func add(_ items: [Item]) {
        for item in items {
            guard case .step(var step) = item else {
                backlog.append(item)
                continue
            }
            step.calls = tracker.calls(of: step.event, step.decisions)
            backlog.append(.step(step))
        }
    }

    /// Gives up the oldest items beyond `bound`.
    mutating func giveUp(beyond bound: Int) -> Loss? { backlog.giveUp(backlog.count - bound) }

    /// Writes all that waits, or throws; what was written before that does not wait any more.
    ///
    /// - Parameter settle: told of the steps that are on disk now.
    mutating func write(settle: (Int) -> Void) throws(JournalError) {
        while let first = backlog.first {
            if case .snapshot(let state, let instant) = first {
                file = try Self.begin(directory.piece(nextNumber), head, (state, instant), calls)
                sizeOfState = file.size
                nextNumber += 1
                firstStep = nil
                backlog.removeFirst()
                continue
            }
            var bytes: [UInt8] = []
            var taken = 0
            var steps = 0
            for item in backlog {
                guard bytes.count < Self.longestWrite, try encode(item, into: &bytes) else { break }
                taken += 1
                if case .step(let step) = item {
                    steps += 1
                    firstStep = firstStep ?? step.at
                    lastStep = step.at
                }
            }
            try file.append(bytes)
            backlog.removeFirst(taken)
            settle(steps)
        }
    }

    /// - Returns: whether it belongs into the present file.
    private func encode(_ item: Item, into bytes: inout [UInt8]) throws(JournalError) -> Bool {
        switch item {
        case .step(let step):
            let before = bytes.count
            do {
                try Self.encode(.step(step), with: encoder, into: &bytes)
            } catch {
                // One step that cannot be written must not hold up all that follow.
                bytes.removeSubrange(before...)
                try Self.encode(.lost(1), with: encoder, into: &bytes)
            }
        case .lost(let count): try Self.encode(.lost(count), with: encoder, into: &bytes)
        case .snapshot: return false
        }
        return true
    }

    /// The file with its head, and with the state part by part.
    private static func begin(
        _ piece: JournalDirectory.Piece, _ head: JournalHead, _ state: (RoutingState, at: Instant)?, _ calls: FileCalls
    ) throws(JournalError) -> JournalFile {
        let encoder = LineEncoder()
        let file = try JournalFile(piece, calls: calls)
        do throws(JournalError) {
            var bytes: [UInt8] = []
            try encode(.head(head), with: encoder, into: &bytes)
            if let (state, instant) = state {
                try state.writeParts { (part) throws(JournalError) in
                    try encode(.snapshot(JournalSnapshot(at: instant, snapshot: part)), with: encoder, into: &bytes)
                    try file.append(bytes)
                    bytes.removeAll(keepingCapacity: true)
                }
            } else {
                try file.append(bytes)
            }
        } catch {
            file.remove()
            throw error
        }
        return file
    }

    private static func encode(
        _ line: JournalLine, with encoder: LineEncoder, into bytes: inout [UInt8]
    ) throws(JournalError) {
        do {
            try encoder.append(line, to: &bytes)
        } catch {
            throw .cannotWrite(path: "a line of the journal", problem: String(describing: error))
        }
    }
}

extension JournalOutput {
    /// Steps that were given up.
    struct Loss {
        var steps: Int
        /// Nothing that waits had been given up before.
        var begins: Bool
    }
}

extension [JournalOutput.Item] {
    /// Gives up the first so many and leaves a mark in their place; `nil`: there are none.
    mutating func giveUp(_ number: Int) -> JournalOutput.Loss? {
        guard number > 0 else { return nil }
        let given = prefix(number)
        let loss = JournalOutput.Loss(
            steps: given.count(where: \.isStep), begins: given.allSatisfy { $0.isStep || $0.lostSteps == 0 })
        replaceSubrange(..<given.count, with: [.lost(given.reduce(0) { $0 + $1.lostSteps })])
        return loss
    }
}
