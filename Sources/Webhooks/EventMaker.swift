import Routing
import Storage

/// An event as it is sent.
struct MadeEvent: Hashable {
    var kind: EventKind
    var id: String
    var subject: String
    var at: WallTime
    var body: String

    func letter(to endpoint: String) -> NewLetter {
        NewLetter(endpoint: endpoint, event: id, type: kind.type, subject: subject, at: at, body: body)
    }
}

/// Makes events of news. The same news always make the same events.
struct EventMaker: Sendable {
    /// The pool, which is the source of the events.
    let pool: String

    /// - Parameter wanted: the others are not made.
    func events(of news: News, wanted: Set<EventKind>) -> [MadeEvent] {
        let events: [MadeEvent?] =
            switch news {
            case .callArrived(let arrival, let at):
                [call(.callArrived, CallData(arrival, vip: arrival.listedVIP ? true : nil, at: at), at: at, wanted)]
            case .callAnswered(let known, let name, let at): [answered(known, name, at, wanted)]
            case .callEnded(let record, let origin): ended(record, origin, wanted)
            case .callCut(let cut): [call(.callEnded, CallData(cut), at: cut.endedAt, wanted)]
            case .vipUsed(let known, let name, let at):
                [call(.vipInterrupted, CallData(known, by: name), at: at, wanted)]
            case .vipMissed(let known, let name, let at):
                [call(.vipMissed, CallData(known, by: name), at: at, wanted, key: name.name)]
            case .taskOpened(let record, let origin):
                [
                    task(
                        .taskOpened, TaskData(record, origin: origin), at: WallTime(record.openedAt, origin: origin),
                        wanted)
                ]
            case .taskClosed(let stored, let result, let name, let at): closed(stored, result, name, at, wanted)
            case .attemptEnded(let record, let origin): [attempt(record, origin, wanted)]
            case .responsibleWaitExpired(let stored, let name, let from, let until):
                [expired(stored, name, from, until, wanted)]
            }
        return events.compactMap(\.self)
    }

    /// An event that tells nothing, to try an endpoint with.
    func test(of endpoint: String, at: WallTime) -> (id: String, body: String)? {
        let id = EventID.make(at: at, key: "test|\(endpoint)|\(at.milliseconds)")
        let event = CloudEvent(
            id: id, source: source, type: EventKind.type("test"), subject: "webhook/" + endpoint, time: at.text,
            data: ["webhook": endpoint])
        return event.json.map { (id, $0) }
    }

    private var source: String { "urn:burdock:pool:" + pool }

    // MARK: - Calls

    private func answered(
        _ known: KnownCall, _ name: OperatorID, _ at: WallTime, _ wanted: Set<EventKind>
    ) -> MadeEvent? {
        var data = CallData(known, by: name)
        data.answeredAt = at.text
        data.waitSeconds = max(at.since(known.arrivedAt), .zero).inSeconds
        return call(.callAnswered, data, at: at, wanted)
    }

    private func ended(_ record: CallRecord, _ origin: WallTime, _ wanted: Set<EventKind>) -> [MadeEvent?] {
        let at = WallTime(record.endedAt, origin: origin)
        let missed: [MadeEvent?] =
            !wanted.contains(.operatorMissed)
            ? []
            : record.rings.enumerated().map { index, ring in
                guard let end = ring.end, let cause = end.cause.missed else { return nil }
                let until = WallTime(ring.until, origin: origin)
                let data = MissedData(
                    operator: ring.operator.name, cause: cause, status: end.status,
                    call: record.arrival.call.description, queue: record.arrival.queue.name,
                    number: record.arrival.number?.text, vip: record.vip,
                    rangFrom: WallTime(ring.from, origin: origin).text, rangUntil: until.text)
                return make(
                    .operatorMissed, data, about: "call/" + data.call, key: "\(index)", at: until, wanted)
            }
        return missed + [call(.callEnded, CallData(record, origin: origin), at: at, wanted)]
    }

    private func call(
        _ kind: EventKind, _ data: @autoclosure () -> CallData, at: WallTime, _ wanted: Set<EventKind>,
        key: String = ""
    ) -> MadeEvent? {
        guard wanted.contains(kind) else { return nil }
        let data = data()
        return make(kind, data, about: "call/" + data.call, key: key, at: at, wanted)
    }

    // MARK: - Tasks

    private func closed(
        _ stored: StoredTask, _ result: TaskResult, _ name: OperatorID?, _ at: WallTime, _ wanted: Set<EventKind>
    ) -> [MadeEvent?] {
        let data = TaskData(stored, closed: result, by: name, at: at)
        let handedOver = result == .handedToCRM ? task(.taskHandedOver, data, at: at, wanted) : nil
        return [handedOver, task(.taskClosed, data, at: at, wanted)]
    }

    private func expired(
        _ stored: StoredTask, _ name: OperatorID, _ from: WallTime, _ until: WallTime, _ wanted: Set<EventKind>
    ) -> MadeEvent? {
        var data = TaskData(stored)
        data.operator = name.name
        data.waitedFrom = from.text
        data.waitedUntil = until.text
        return task(.responsibleWaitExpired, data, at: until, wanted, key: "\(name.name)|\(from.milliseconds)")
    }

    private func attempt(_ record: AttemptRecord, _ origin: WallTime, _ wanted: Set<EventKind>) -> MadeEvent? {
        make(
            .attemptEnded, AttemptData(record, origin: origin), about: "task/\(record.task)",
            key: "\(record.attempt)", at: WallTime(record.endedAt, origin: origin), wanted)
    }

    private func task(
        _ kind: EventKind, _ data: TaskData, at: WallTime, _ wanted: Set<EventKind>, key: String = ""
    ) -> MadeEvent? {
        make(kind, data, about: "task/" + data.task, key: key, at: at, wanted)
    }

    /// - Parameter key: tells the event from others of the same kind about the same subject.
    private func make(
        _ kind: EventKind, _ data: some Encodable, about subject: String, key: String, at: WallTime,
        _ wanted: Set<EventKind>
    ) -> MadeEvent? {
        guard wanted.contains(kind) else { return nil }
        let id = EventID.make(at: at, key: "\(pool)|\(kind.rawValue)|\(subject)|\(key)")
        let event = CloudEvent(id: id, source: source, type: kind.type, subject: subject, time: at.text, data: data)
        return event.json.map { MadeEvent(kind: kind, id: id, subject: subject, at: at, body: $0) }
    }
}
