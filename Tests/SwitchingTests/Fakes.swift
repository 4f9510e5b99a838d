import Media
import Routing
import Signaling
import Storage
import Synchronization

/// A signalling engine that keeps what it is told.
final class FakeSignaling: SignalingEngine {
    private let state = Mutex<(next: UInt64, commands: [SignalingCommand])>((100, []))

    var commands: [SignalingCommand] { state.withLock { $0.commands } }

    func makeLeg() -> LegID {
        state.withLock {
            $0.next += 1
            return LegID(rawValue: $0.next)
        }
    }

    func perform(_ command: SignalingCommand) {
        state.withLock { $0.commands.append(command) }
    }
}

/// A media engine that keeps what it is told and has only so many ports.
final class FakeMedia: MediaEngine {
    private let state: Mutex<(opened: UInt64, commands: [MediaCommand])>
    private let ports: UInt64

    init(ports: UInt64 = 1_000) {
        self.ports = ports
        state = Mutex((0, []))
    }

    var commands: [MediaCommand] { state.withLock { $0.commands } }

    func open() throws(MediaError) -> OpenStream {
        let number = state.withLock { state -> UInt64? in
            guard state.opened < ports else { return nil }
            state.opened += 1
            return state.opened
        }
        guard let number else { throw .noPortFree(10_000...10_001) }
        return OpenStream(id: StreamID(rawValue: number), port: UInt16(10_000 + 2 * number))
    }

    func perform(_ command: MediaCommand) {
        state.withLock { $0.commands.append(command) }
    }
}

/// A store in memory that can be told to fail.
final class FakeStore: CallStore {
    private let state = Mutex<[StoredEntry]>([])
    private let ties: [CustomerNumber: Tie]
    private let isBroken: Bool
    /// Never answers, as a disk that hangs.
    private let isSilent: Bool

    init(ties: [CustomerNumber: Tie] = [:], isBroken: Bool = false, isSilent: Bool = false) {
        self.isSilent = isSilent
        self.ties = ties
        self.isBroken = isBroken
    }

    var entries: [StoredEntry] { state.withLock { $0 } }

    var facts: [Fact] {
        entries.compactMap { if case .fact(let fact, _, _) = $0 { fact } else { nil } }
    }

    func findCustomer(
        _ number: CustomerNumber, in queue: QueueID, now: WallTime, resumeWithin: Duration,
        answer: @escaping ProfileAnswer
    ) {
        guard !isSilent else { return }
        answer(
            isBroken
                ? .failure(.failed(operation: "customer", problem: "broken on purpose"))
                : .success(CustomerProfile(tie: ties[number])))
    }

    func wishes() async throws(StorageError) -> [OperatorID: OperatorWish] { [:] }
    func write(_ entry: StoredEntry) { state.withLock { $0.append(entry) } }
    func flush() async throws(StorageError) {}
    func claim(_ claim: TaskClaim) async throws(StorageError) {
        if isBroken { throw .failed(operation: "claim", problem: "broken on purpose") }
    }
    func calls(matching filter: CallFilter) async throws(StorageError) -> [StoredCall] { [] }
}
