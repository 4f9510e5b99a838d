import HTTPTypes
import HummingbirdTesting
import NIOCore
import Routing
import Testing

@testable import ControlAPI

/// What a scraper reads, and whether the process is alive and ready.
struct MetricsTests {
    private func get(_ uri: String, of plane: FakePlane = FakePlane()) async throws -> (status: Int, text: String) {
        let server = MetricsServer(plane: plane, host: "127.0.0.1", port: 0, logger: .silent)
        return try await server.application.test(.router) { client in
            let response = try await client.execute(uri: uri, method: .get)
            return (response.status.code, String(buffer: response.body))
        }
    }

    private func record(
        _ call: UInt64, outcome: CallRecord.Outcome = .answered, waited: Double = 12, own: String? = nil
    ) -> CallRecord {
        var arrival = Arrival(
            call: CallID(rawValue: call), line: "100", queue: QueueID("sales"), number: CustomerNumber("+380671234567"))
        arrival.tie = own.map { Tie(operator: OperatorID($0)) }
        var record = CallRecord(arrival: arrival, pool: "main", vip: false, arrivedAt: Instant(seconds: 0))
        record.outcome = outcome
        let answered = Instant(seconds: waited)
        record.segments = [
            .init(kind: .waiting, from: Instant(seconds: 0), until: Instant(seconds: waited / 2)),
            .init(kind: .ringing, from: Instant(seconds: waited / 2), until: answered, operator: OperatorID("anna")),
        ]
        if outcome == .answered {
            record.segments.append(
                .init(kind: .talking, from: answered, until: answered + .seconds(60), operator: OperatorID("anna")))
        }
        return record
    }

    private func note(_ fact: Fact, in metrics: CallMetrics) {
        metrics.note([Decision(.record(fact), because: .callEnded)])
    }

    @Test func howThingsStandIsSaidForEachQueue() async throws {
        let (status, text) = try await get("/metrics")
        #expect(status == 200)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.contains("burdock_queue_waiting{queue=\"sales\"} 2"))
        #expect(lines.contains("burdock_queue_longest_wait_seconds{queue=\"sales\"} 72"))
        #expect(lines.contains("burdock_queue_entered_total{queue=\"sales\"} 160"))
        #expect(lines.contains("burdock_queue_connected_total{queue=\"vip\"} 3"))
        #expect(lines.contains("burdock_queue_operators{queue=\"sales\",state=\"ready\"} 1"))
        #expect(lines.contains("burdock_operators{state=\"offline\"} 1"))
        #expect(lines.contains("burdock_registrations 3"))
    }

    @Test func callsThatAreOverAreCountedByTheirEndAndTheirWait() async throws {
        let plane = FakePlane()
        note(.callEnded(record(1, waited: 12, own: "anna")), in: plane.callMetrics)
        note(.callEnded(record(2, waited: 25, own: "ihor")), in: plane.callMetrics)
        note(.callEnded(record(3, outcome: .abandoned, own: "ihor")), in: plane.callMetrics)
        note(.vipMissed(CallID(rawValue: 4), OperatorID("anna")), in: plane.callMetrics)
        let text = try await get("/metrics", of: plane).text
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.contains("burdock_queue_calls_total{queue=\"sales\",outcome=\"answered\"} 2"))
        #expect(lines.contains("burdock_queue_calls_total{queue=\"sales\",outcome=\"abandoned\"} 1"))
        #expect(lines.contains("burdock_queue_wait_seconds_bucket{queue=\"sales\",le=\"10.0\"} 0"))
        #expect(lines.contains("burdock_queue_wait_seconds_bucket{queue=\"sales\",le=\"15.0\"} 1"))
        #expect(lines.contains("burdock_queue_wait_seconds_bucket{queue=\"sales\",le=\"+Inf\"} 2"))
        #expect(lines.contains("burdock_queue_wait_seconds_sum{queue=\"sales\"} 37"))
        #expect(lines.contains("burdock_sticky_calls_total{queue=\"sales\",reached=\"lost\"} 1"))
        #expect(lines.contains("burdock_sticky_calls_total{queue=\"sales\",reached=\"other\"} 1"))
        #expect(lines.contains("burdock_sticky_calls_total{queue=\"sales\",reached=\"own\"} 1"))
        #expect(lines.contains("burdock_vip_missed_total 1"))
    }

    /// The text format: each metric has its HELP and TYPE before its samples, and comes once.
    @Test func everyMetricIsDescribedOnce() async throws {
        let plane = FakePlane()
        note(.callEnded(record(1)), in: plane.callMetrics)
        var described: Set<String> = []
        var current = ""
        for line in try await get("/metrics", of: plane).text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                current = String(line.dropFirst(7).prefix { $0 != " " })
                #expect(described.insert(current).inserted, "\(current) twice")
            } else if !line.hasPrefix("# TYPE \(current) ") {
                #expect(line.hasPrefix(current), "\(line) stands under \(current)")
                #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
            }
        }
        #expect(described.count > 10)
    }

    @Test func labelsAreEscaped() {
        let metric = Metric("m", .gauge, "help", [.init(1, [("queue", "a\"b\\c\nd")])])
        #expect([metric].text == "# HELP m help\n# TYPE m gauge\nm{queue=\"a\\\"b\\\\c\\nd\"} 1\n")
    }

    @Test func healthAndReadiness() async throws {
        #expect(try await get("/healthz") == (200, "ok\n"))
        #expect(try await get("/readyz") == (200, "ready\n"))
        let draining = FakePlane(draining: true)
        #expect(try await get("/readyz", of: draining) == (503, "draining\n"))
        #expect(try await get("/healthz", of: draining).status == 200)
        #expect(try await get("/v1/status").status == 404)
    }
}
