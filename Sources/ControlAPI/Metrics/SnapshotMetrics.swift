import Routing

/// How things stand at this moment.
enum SnapshotMetrics {
    static func metrics(_ snapshot: RoutingSnapshot) -> [Metric] {
        queueMetrics(snapshot) + [
            Metric("burdock_calls", .gauge, "Calls that are up", snapshot.calls.count),
            Metric(
                "burdock_operators", .gauge, "Operators by what they are doing",
                counts(snapshot.operators.map { SnapshotView.state(of: $0).rawValue }).map {
                    .init(Double($0.1), [("state", $0.0)])
                }),
            Metric("burdock_tasks", .gauge, "Open tasks", snapshot.openTasks),
        ]
    }

    private static func queueMetrics(_ snapshot: RoutingSnapshot) -> [Metric] {
        let waiting = Dictionary(grouping: snapshot.calls.filter(\.state.isWaiting), by: \.queue)
        let states = Dictionary(
            uniqueKeysWithValues: snapshot.operators.map { ($0.id, SnapshotView.state(of: $0).rawValue) })
        var members: [QueueID: [String]] = [:]
        for one in snapshot.operators {
            for assignment in one.assignments where assignment.priority > 0 {
                members[assignment.queue, default: []].append(states[one.id] ?? "")
            }
        }
        func each(_ value: (RoutingSnapshot.Queue) -> Double) -> [Metric.Sample] {
            snapshot.queues.sorted { $0.id < $1.id }.map { .init(value($0), [("queue", $0.id.name)]) }
        }
        return [
            Metric(
                "burdock_queue_waiting", .gauge, "Calls that wait or ring", each { Double(waiting[$0.id]?.count ?? 0) }),
            Metric(
                "burdock_queue_longest_wait_seconds", .gauge, "How long the first of them has waited",
                each { queue in
                    (waiting[queue.id]?.map(\.arrivedAt).min()).map { (snapshot.at - $0).inSeconds } ?? 0
                }),
            Metric("burdock_queue_entered_total", .counter, "Calls that entered", each { Double($0.entered) }),
            Metric("burdock_queue_connected_total", .counter, "Calls that were answered", each { Double($0.answered) }),
            Metric("burdock_queue_abandoned_total", .counter, "Calls that were lost", each { Double($0.lost) }),
            Metric(
                "burdock_queue_operators", .gauge, "Operators with a priority above 0, by what they are doing",
                snapshot.queues.sorted { $0.id < $1.id }.flatMap { queue in
                    counts(members[queue.id] ?? []).map {
                        Metric.Sample(Double($0.1), [("queue", queue.id.name), ("state", $0.0)])
                    }
                }),
        ]
    }

    private static func counts(_ values: [String]) -> [(String, Int)] {
        Dictionary(grouping: values) { $0 }.map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
    }
}

extension RoutingSnapshot.Call.State {
    fileprivate var isWaiting: Bool {
        switch self {
        case .waiting, .ringing, .interrupting: true
        default: false
        }
    }
}
