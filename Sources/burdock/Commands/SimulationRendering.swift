import Foundation
import Routing
import Simulation

/// The figures of simulated days, for people.
enum SimulationRendering {
    static func text(_ runs: [SimulationRun], color: Bool) -> String {
        var parts = [totals(runs, color: color)]
        for run in runs { parts.append(queues(run, title: runs.count > 1, color: color)) }
        return parts.joined(separator: "\n\n")
    }

    /// One line for each figure, the days side by side.
    private static func totals(_ runs: [SimulationRun], color: Bool) -> String {
        let titles = runs.map {
            Table.Column.number(runs.count > 1 ? name(of: $0).fitted(into: widest(runs.count)) : "all queues")
        }
        var table = Table([.fixed("")] + titles + (runs.count == 2 ? [.number("change")] : []))
        for line in lines(for: runs.map(\.report)) {
            let values = runs.map { line.value($0.report) }
            var cells = [Cell(line.title(runs.first?.threshold ?? .zero))]
            cells += values.map { Cell($0.map(line.unit.write) ?? "-") }
            if values.count == 2, let first = values[0], let last = values[1] {
                let change = last - first
                cells.append(
                    Cell(line.unit.isNothing(change) ? "" : (change > 0 ? "+" : "-") + line.unit.write(abs(change))))
            } else if values.count == 2 {
                cells.append(Cell(""))
            }
            table.add(cells)
        }
        return table.render(width: Terminal.columns, color: color)
    }

    private static func queues(_ run: SimulationRun, title: Bool, color: Bool) -> String {
        var table = Table([
            .flexible(title ? name(of: run) : "queue"), .number("entered"), .number("lost"), .number("wait"),
            .number("p90"), .number("p99"), .number("in time"), .number("own"), .number("VIP int."),
        ])
        for queue in run.report.queues {
            let figures = queue.figures
            table.add([
                Cell(queue.id.name, .bold), Cell(Texts.count(figures.entered)),
                Cell(Unit.share.write(figures.abandonedShare)), Cell(Texts.duration(figures.waits.mean)),
                Cell(Texts.duration(figures.waits.p90)), Cell(Texts.duration(figures.waits.p99)),
                Cell(Unit.share.write(figures.serviceLevel)),
                Cell(figures.returning > 0 ? Unit.share.write(figures.ownShare) : "-"),
                Cell(Texts.count(figures.interruptions)),
            ])
        }
        return table.render(width: Terminal.columns, color: color)
    }

    /// So that many days stand side by side in 80 columns.
    private static func widest(_ days: Int) -> Int { days < 3 ? 20 : max(5, 43 / days - 2) }

    /// The name of the file, which is what tells two days apart.
    private static func name(of run: SimulationRun) -> String {
        String(run.day.split(separator: "/").last ?? "day").fitted(into: 20)
    }

    // MARK: - Lines

    private enum Unit {
        case count, seconds, share

        func write(_ value: Double) -> String {
            switch self {
            case .count: Texts.count(Int(value))
            case .seconds: value < 60 ? "\((value * 10).rounded() / 10) s" : Texts.duration(value)
            case .share: "\((value * 1_000).rounded() / 10) %"
            }
        }

        /// As little as would be written as nothing.
        func isNothing(_ value: Double) -> Bool {
            switch self {
            case .count: abs(value) < 1
            case .seconds: abs(value) < 0.05
            case .share: abs(value) < 0.000_5
            }
        }
    }

    private struct Line {
        let title: (Duration) -> String
        let unit: Unit
        /// `nil`: nobody knows.
        let value: (SimulationReport) -> Double?

        init(_ title: String, _ unit: Unit, _ value: @escaping (SimulationReport) -> Double?) {
            self.title = { _ in title }
            self.unit = unit
            self.value = value
        }

        init(_ title: @escaping (Duration) -> String, _ unit: Unit, _ value: @escaping (SimulationReport) -> Double?) {
            self.title = title
            self.unit = unit
            self.value = value
        }
    }

    /// What came of callbacks is there only where somebody calls back, what was left out only where something was.
    private static func lines(for reports: [SimulationReport]) -> [Line] {
        var lines = inboundLines
        if reports.contains(where: { $0.total.calledBack != nil }) { lines += callbackLines }
        lines.append(Line("operators busy", .share) { $0.operators.isEmpty ? nil : $0.occupancy })
        if reports.contains(where: { $0.leftOut > 0 }) {
            lines.append(Line("left out, no such queue", .count) { Double($0.leftOut) })
        }
        return lines
    }

    private static var callbackLines: [Line] {
        func line(_ title: String, _ count: @escaping (SimulationReport.CalledBack) -> Int) -> Line {
            Line("    " + title, .count) { $0.total.calledBack.map { Double(count($0)) } }
        }
        return [
            line("made") { $0.made },
            line("the customer called first") { $0.redialled },
            line("given up") { $0.givenUp },
            line("left to others") { $0.handedOn },
            line("still open") { $0.open },
            Line("    on time", .share) { $0.total.calledBack?.onTimeShare },
            Line("    made by the responsible", .share) { $0.total.calledBack?.responsibleShare },
            line("customers dialled") { $0.dials },
        ]
    }

    private static var inboundLines: [Line] {
        [
            Line("calls that entered", .count) { Double($0.total.entered) },
            Line("answered", .count) { Double($0.total.answered) },
            Line("hung up while waiting", .count) { Double($0.total.abandoned) },
            Line("left after max_wait", .count) { Double($0.total.timedOut) },
            Line("left, nobody was signed in", .count) { Double($0.total.leftEmpty) },
            Line("left otherwise", .count) { Double($0.total.leftOtherwise) },
            Line("lost on hold", .count) { Double($0.total.lostOnHold) },
            Line("refused", .count) { Double($0.total.refused) },
            Line("never answered, nobody was left", .count) { Double($0.total.unfinished) },
            Line("lost, share", .share) { $0.total.abandonedShare },
            Line("had to wait", .share) { $0.total.waitedShare },
            Line("wait until answered, mean", .seconds) { $0.total.waits.mean },
            Line("    half of them within", .seconds) { $0.total.waits.median },
            Line("    90 % within", .seconds) { $0.total.waits.p90 },
            Line("    99 % within", .seconds) { $0.total.waits.p99 },
            Line("    longest", .seconds) { $0.total.waits.longest },
            Line({ "answered within \(Int(seconds($0))) s" }, .share) { $0.total.serviceLevel },
            Line("VIP calls that interrupted", .count) { Double($0.total.interruptions) },
            Line("reached their own operator", .share) { $0.total.ownShare },
            Line("callbacks wanted", .count) { Double($0.total.callbacks) },
        ]
    }
}

// MARK: - For programs

extension SimulationRun {
    /// `{"days": [...]}`; times in seconds, shares 0…1.
    static func json(_ runs: [SimulationRun]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // Strings and finite numbers always encode; there is no error to lose.
        let data = try? encoder.encode(["days": runs.map(DayDTO.init)])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private struct DayDTO: Encodable {
        let day: String
        let seed: UInt64
        let serviceLevelSeconds: Double
        let total: FiguresDTO
        let queues: [FiguresDTO]
        let operators: [OperatorDTO]
        /// Not there for a day as it was.
        let occupancy: Double?
        /// There if any call was.
        let leftOut: Int?

        init(_ run: SimulationRun) {
            day = run.day
            seed = run.seed
            serviceLevelSeconds = seconds(run.threshold)
            total = FiguresDTO(nil, run.report.total)
            queues = run.report.queues.map { FiguresDTO($0.id.name, $0.figures) }
            operators = run.report.operators.map(OperatorDTO.init)
            occupancy = run.report.operators.isEmpty ? nil : run.report.occupancy
            leftOut = run.report.leftOut > 0 ? run.report.leftOut : nil
        }
    }

    private struct FiguresDTO: Encodable {
        let queue: String?
        let entered, answered, abandoned, timedOut, leftEmpty, leftOtherwise, lostOnHold, unfinished, refused: Int
        let waitMeanSeconds, waitMedianSeconds, waitP90Seconds, waitP99Seconds, waitLongestSeconds: Double
        let waitedShare, serviceLevel, lostShare: Double
        let interruptions, returning, reachedOwn, callbacksWanted: Int
        let answeredByPriority: [Int]
        /// Not there if nobody calls back on this day.
        let callbacks: CallbacksDTO?

        init(_ queue: String?, _ figures: SimulationReport.Figures) {
            self.queue = queue
            entered = figures.entered
            answered = figures.answered
            abandoned = figures.abandoned
            timedOut = figures.timedOut
            leftEmpty = figures.leftEmpty
            leftOtherwise = figures.leftOtherwise
            lostOnHold = figures.lostOnHold
            unfinished = figures.unfinished
            refused = figures.refused
            waitMeanSeconds = figures.waits.mean
            waitMedianSeconds = figures.waits.median
            waitP90Seconds = figures.waits.p90
            waitP99Seconds = figures.waits.p99
            waitLongestSeconds = figures.waits.longest
            waitedShare = figures.waitedShare
            serviceLevel = figures.serviceLevel
            lostShare = figures.abandonedShare
            interruptions = figures.interruptions
            returning = figures.returning
            reachedOwn = figures.reachedOwn
            callbacksWanted = figures.callbacks
            answeredByPriority = figures.byPriority
            callbacks = figures.calledBack.map(CallbacksDTO.init)
        }
    }

    private struct CallbacksDTO: Encodable {
        let made, customerCalledFirst, givenUp, leftToOthers, open: Int
        let onTime, withResponsible, madeByResponsible, customersDialled: Int
        let onTimeShare, responsibleShare: Double

        init(_ figures: SimulationReport.CalledBack) {
            made = figures.made
            customerCalledFirst = figures.redialled
            givenUp = figures.givenUp
            leftToOthers = figures.handedOn
            open = figures.open
            onTime = figures.onTime
            withResponsible = figures.withResponsible
            madeByResponsible = figures.byResponsible
            customersDialled = figures.dials
            onTimeShare = figures.onTimeShare
            responsibleShare = figures.responsibleShare
        }
    }

    private struct OperatorDTO: Encodable {
        let name: String
        let calls: Int
        let atWorkSeconds, talkingSeconds, wrapUpSeconds, occupancy: Double

        init(_ person: SimulationReport.Operator) {
            name = person.id.name
            calls = person.calls
            atWorkSeconds = person.atWork
            talkingSeconds = person.talking
            wrapUpSeconds = person.wrapUp
            occupancy = person.occupancy
        }
    }
}
