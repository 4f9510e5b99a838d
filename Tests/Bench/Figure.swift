/// What is measured: see README.md for how.
enum Figure: String, CaseIterable {
    case idleCPU = "idle_cpu"
    case callCPU = "call_cpu"
    case callCPUWithRTP = "call_cpu_with_rtp"
    case answererCPU = "answerer_cpu"
    case callRatio = "call_to_answerer"
    case arrivalMedian = "arrival_median"
    case arrivalP99 = "arrival_p99"
    case relayCPU = "relay_cpu"
    case relayFloor = "relay_floor"
    case relayRatio = "relay_to_floor"
    case relayDelayMedian = "relay_delay_median"
    case relayDelayP99 = "relay_delay_p99"
    case announcementCPU = "announcement_cpu"
    case announcementFloor = "announcement_floor"
    case announcementRatio = "announcement_to_floor"
    case waitingMemory = "waiting_memory"
    case talkingMemory = "talking_memory"
    case registerCPU = "register_cpu"
    case registerRate = "register_rate"
    case registerRateCPU = "register_cpu_at_full_rate"
    case offerMedian = "offer_median"
    case offerP99 = "offer_p99"
    case decisionMedian = "decision_median"
    case decisionP99 = "decision_p99"
    case decision100 = "decision_100_waiting"
    case decision1000 = "decision_1000_waiting"
    case decision10000 = "decision_10000_waiting"
    case soakBefore = "soak_memory_before"
    case soakAfter = "soak_memory_after"
    case soakDrained = "soak_memory_drained"
    case soakRatio = "soak_ratio"

    var title: String {
        switch self {
        case .idleCPU: "idle, CPU per second"
        case .callCPU: "queue→operator call, CPU"
        case .callCPUWithRTP: "  the same with its RTP"
        case .answererCPU: "  baseline: bare answerer, one leg"
        case .callRatio: "  ratio to it"
        case .arrivalMedian: "  INVITE to operator's INVITE, median"
        case .arrivalP99: "  INVITE to operator's INVITE, p99"
        case .relayCPU: "relayed RTP packet, CPU"
        case .relayFloor: "  baseline: bare epoll relay"
        case .relayRatio: "  ratio to it"
        case .relayDelayMedian: "  one-way delay, median"
        case .relayDelayP99: "  one-way delay, p99"
        case .announcementCPU: "announcement packet, CPU"
        case .announcementFloor: "  baseline: bare paced sender"
        case .announcementRatio: "  ratio to it"
        case .waitingMemory: "memory per call waiting in a queue"
        case .talkingMemory: "memory per call in conversation"
        case .registerCPU: "REGISTER with digest, CPU"
        case .registerRate: "REGISTERs per second, all it can"
        case .registerRateCPU: "  CPU of each then"
        case .offerMedian: "freed operator to next of 500, median"
        case .offerP99: "freed operator to next of 500, p99"
        case .decisionMedian: "operator freed, matched, median"
        case .decisionP99: "operator freed, matched, p99"
        case .decision100: "  with 100 waiting, median"
        case .decision1000: "  with 1,000 waiting, median"
        case .decision10000: "  with 10,000 waiting, median"
        case .soakBefore: "memory under load, after warm-up"
        case .soakAfter: "memory under load, 30,000 calls later"
        case .soakDrained: "memory after 40 s of rest"
        case .soakRatio: "  ratio of after to before"
        }
    }

    var unit: String {
        switch self {
        case .callRatio, .relayRatio, .announcementRatio, .soakRatio: "×"
        case .relayCPU, .relayFloor, .announcementCPU, .announcementFloor: "µs"
        case .decisionMedian, .decisionP99, .decision100, .decision1000, .decision10000: "µs"
        case .waitingMemory, .talkingMemory: "KiB"
        case .soakBefore, .soakAfter, .soakDrained: "MiB"
        case .registerRate: "/s"
        default: "ms"
        }
    }

    /// The most it should be; `nil`: only for comparison.
    var target: Double? {
        switch self {
        case .callCPU, .relayRatio, .announcementRatio: 2
        case .waitingMemory, .talkingMemory: 64
        case .registerCPU: 0.4
        case .offerMedian, .offerP99: 10
        case .decisionMedian: 20
        case .decisionP99: 200
        case .soakRatio: 1.2
        default: nil
        }
    }
}

/// The figures of all runs, and what went wrong beside them.
struct Samples {
    private(set) var values: [Figure: [Double]] = [:]
    private(set) var notes: [String] = []

    mutating func add(_ figure: Figure, _ value: Double) {
        values[figure, default: []].append(value)
    }

    /// Something that makes the figures less than they claim to be: failed calls, lost packets.
    mutating func note(_ text: String) {
        notes.append(text)
    }

    mutating func merge(_ other: Samples) {
        values.merge(other.values) { $0 + $1 }
        notes += other.notes
    }

    func median(of figure: Figure) -> Double? {
        guard let sorted = values[figure]?.sorted(), !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
