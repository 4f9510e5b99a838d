import GRDB
import Routing

// The parts of a call's row: written with its end, once.

extension EntryWriter {
    func writeSegments(of record: CallRecord, pool: String, origin: WallTime, in db: Database) throws {
        for (position, segment) in record.segments.enumerated() {
            try db.run(
                "INSERT INTO segments (call, position, pool, kind, begun_at, ended_at, operator) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    record.arrival.call.stored, position, pool, segment.kind.rawValue,
                    WallTime(segment.from, origin: origin).milliseconds,
                    WallTime(segment.until, origin: origin).milliseconds, segment.operator?.name,
                ])
        }
    }

    func writeRings(of record: CallRecord, pool: String, origin: WallTime, in db: Database) throws {
        for (position, ring) in record.rings.enumerated() {
            try db.run(
                "INSERT INTO rings (call, position, pool, operator, begun_at, ended_at, outcome, status) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    record.arrival.call.stored, position, pool, ring.operator.name,
                    WallTime(ring.from, origin: origin).milliseconds,
                    WallTime(ring.until, origin: origin).milliseconds,
                    ring.end?.cause.stored ?? "answered", ring.end?.status,
                ])
        }
    }

    func writeStages(of record: CallRecord, pool: String, origin: WallTime, in db: Database) throws {
        for (position, stage) in record.stages.enumerated() {
            try db.run(
                "INSERT INTO stages (call, position, pool, stage, begun_at, ended_at, reason) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    record.arrival.call.stored, position, pool, stage.stage.rawValue,
                    WallTime(stage.from, origin: origin).milliseconds,
                    WallTime(stage.until, origin: origin).milliseconds, String(describing: stage.ended),
                ])
        }
    }

    func writeReroutes(of record: CallRecord, pool: String, origin: WallTime, in db: Database) throws {
        for (position, reroute) in record.reroutes.enumerated() {
            try db.run(
                "INSERT INTO reroutes (call, position, pool, queue, at) VALUES (?, ?, ?, ?, ?)",
                [
                    record.arrival.call.stored, position, pool, reroute.queue.name,
                    WallTime(reroute.at, origin: origin).milliseconds,
                ])
        }
    }

    func writeVisits(of record: CallRecord, pool: String, origin: WallTime, in db: Database) throws {
        for (position, visit) in record.visits.enumerated() {
            try db.run(
                """
                INSERT INTO visits (
                    call, position, pool, queue, entered_at, answered_at, left_at, outcome, operator, own_operator
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    record.arrival.call.stored, position, pool, visit.queue.name,
                    WallTime(visit.enteredAt, origin: origin).milliseconds,
                    visit.answeredAt.map { WallTime($0, origin: origin).milliseconds },
                    WallTime(visit.leftAt, origin: origin).milliseconds, visit.outcome.stored,
                    visit.operator?.name, record.arrival.tie?.operator.name,
                ])
        }
    }
}

extension RingEnd.Cause {
    var stored: String {
        switch self {
        case .declined: "declined"
        case .busy: "busy"
        case .noAnswer: "no answer"
        case .unreachable: "unreachable"
        case .withdrawn: "withdrawn"
        }
    }
}
