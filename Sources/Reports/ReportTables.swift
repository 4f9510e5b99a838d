import Routing
import Storage

// Reports as tables.

extension ExportTable {
    package static let queueColumns = [
        "queue", "entered", "answered", "lost", "left_otherwise", "still_up", "abandoned", "timed_out", "left_empty",
        "lost_by_restart", "lost_share", "service_level", "sl", "sl2", "wait_average", "wait_p90", "wait_longest",
        "lost_wait_average", "lost_wait_longest", "returning", "reached_own", "own_share",
    ]

    /// One row for each queue, and one for all together if there are several, whose queue is empty.
    package init(_ report: QueueReport) {
        let total = report.rows.count > 1 ? [QueueReport.Row(queue: nil, figures: report.total)] : []
        self.init(columns: Self.queueColumns, rows: (report.rows + total).map(Self.fields))
    }

    private static func fields(_ row: QueueReport.Row) -> [Field] {
        let figures = row.figures
        return [
            .text(orNone: row.queue?.name), .count(figures.entered), .count(figures.answered), .count(figures.lost),
            .count(figures.leftOtherwise), .count(figures.stillUp), .count(figures.abandoned),
            .count(figures.timedOut), .count(figures.leftEmpty), .count(figures.lostByRestart),
            .share(figures.lostShare), .share(figures.serviceLevel), .share(figures.asteriskServiceLevel),
            .share(figures.asteriskServiceLevel2), .time(figures.averageWait), .time(figures.waitOfNinetyPercent),
            .time(figures.longestWait), .time(figures.averageLostWait), .time(figures.longestLostWait),
            .count(figures.returning), .count(figures.reachedOwn), .share(figures.ownShare),
        ]
    }

    /// The causes for which a ring is missed, in the order of their columns.
    static let ringCauses = ["declined", "busy", "no answer", "unreachable"]

    /// The reasons of pauses that occur in the report follow as columns of their own: `pause_` and the reason.
    package init(_ report: OperatorReport) {
        let reasons = Set(report.rows.flatMap(\.figures.pauses.keys)).sorted()
        let columns = [
            "operator", "calls", "inbound", "outbound", "successful", "successful_share", "talk", "idle", "ringing",
            "wrap_up", "preparing", "own_calls", "paused", "away", "at_work", "occupancy", "rings_answered",
            "rings_declined", "rings_busy", "rings_no_answer", "rings_unreachable", "rings_withdrawn", "missed_vip",
            "responsible_wait_expired", "attempts",
        ]
        self.init(
            columns: columns + reasons.map { "pause_" + $0 },
            rows: report.rows.map { Self.fields($0, reasons) })
    }

    private static func fields(_ row: OperatorReport.Row, _ reasons: [String]) -> [Field] {
        let figures = row.figures
        return [
            .text(row.operator.name), .count(figures.calls), .count(figures.inbound), .count(figures.outbound),
            .count(figures.successful), .share(figures.successfulShare), .time(figures.talking), .time(figures.idle),
            .time(figures.ringing), .time(figures.wrapUp), .time(figures.preparing), .time(figures.ownCalls),
            .time(figures.paused), .time(figures.away), .time(figures.atWork), .share(figures.occupancy),
            .count(figures.ringsAnswered),
        ]
            + ringCauses.map { .count(figures.missedRings[$0] ?? 0) }
            + [
                .count(figures.ringsWithdrawn), .count(figures.missedVIP), .count(figures.expiredWaits),
                .count(figures.attempts.values.reduce(0, +)),
            ]
            + reasons.map { .time(figures.pauses[$0] ?? .zero) }
    }

    package init(_ usage: [VIPUsage]) {
        self.init(
            columns: ["from", "until", "vip_calls"],
            rows: usage.map { [.date($0.period.from), .date($0.period.until), .count($0.calls)] })
    }
}
