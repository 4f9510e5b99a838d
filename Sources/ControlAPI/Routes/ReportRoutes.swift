import Hummingbird
import Reports
import Routing
import Storage

/// `/v1/reports/queues` and `/v1/reports/operators`: JSON, or CSV for who asks for `text/csv`.
struct ReportRoutes {
    /// Seconds within which a call should be answered.
    private static let threshold = 20
    private static let day: Int64 = 86_400_000

    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("reports/queues") { request, _ in try await queues(request) }
        group.get("reports/operators") { request, _ in try await operators(request) }
    }

    private func queues(_ request: Request) async throws -> Response {
        let query = try Query(request, known: ["from", "to", "threshold"])
        let period = try period(query)
        let threshold = try query.integer("threshold", in: 1...3_600) ?? Self.threshold
        let report = try await recorded { () throws(StorageError) in
            try await plane.queueReport(in: period, threshold: .seconds(threshold))
        }
        return answer(to: request, ExportTable(report), period, report.discrepancies)
    }

    private func operators(_ request: Request) async throws -> Response {
        let query = try Query(request, known: ["from", "to"])
        let period = try period(query)
        let report = try await recorded { () throws(StorageError) in try await plane.operatorReport(in: period) }
        return answer(to: request, ExportTable(report), report.period, report.discrepancies)
    }

    /// Without `from` the last 24 hours, without `to` until now.
    private func period(_ query: Query) throws -> Period {
        let now = plane.clocks().wall
        let end = try query.time("to", now: now) ?? now
        let start = try query.time("from", now: now) ?? end.adding(milliseconds: -Self.day)
        guard start < end else {
            throw Problem(.badParameter, "\"from\" is not before \"to\"", next: "Swap them, or leave one out")
        }
        return Period(from: start, until: end)
    }

    private func answer(
        to request: Request, _ table: ExportTable, _ period: Period, _ discrepancies: [Discrepancy]
    ) -> Response {
        guard !(request.headers[.accept] ?? "").lowercased().contains("text/csv") else {
            return text(CSVWriter().write(table), type: "text/csv; charset=utf-8")
        }
        let writer = JSONLinesWriter()
        let rows = table.rows.map { String(writer.line($0, columns: table.columns).dropLast()) }
        let odd = discrepancies.map { writer.line([.text($0.description)], columns: ["detail"]).dropLast() }
        return text(
            """
            {"discrepancies":[\(odd.joined(separator: ","))],"from":"\(Timestamp(period.from))",\
            "rows":[\(rows.joined(separator: ","))],"to":"\(Timestamp(period.until))"}
            """, type: "application/json")
    }

    private func text(_ text: String, type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .vary: "Accept"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
