import Routing
import Storage
import Synchronization
import Testing

@testable import ControlAPI

@Suite struct ImportRouteTests {
    private static let sha = String(repeating: "0a", count: 32)
    private static let id = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.back"

    private func begin(_ plane: FakePlane, more: String = "") async throws -> Answer {
        try await Answer.post(
            "/v1/imports", #"{"dialer": "back", "file": "leads.csv", "sha256": "\#(Self.sha)"\#(more)}"#, to: plane)
    }

    @Test func anImportIsNamedByItsFileAndDialer() async throws {
        let plane = FakePlane()
        plane.imports.withLock { $0.stretches = [2...400, 402...500] }
        let answer = try await begin(plane)
        #expect(answer.status == 200)
        let dto = try answer.read(ImportDTO.self)
        #expect(dto.import == Self.id)
        #expect(dto.zone == "Europe/Kyiv")
        #expect(dto.done == [[2, 400], [402, 500]])
        #expect(try await Answer.get("/v1/imports/\(Self.id)", of: plane).read(ImportDTO.self) == dto)
    }

    @Test func aDryRunWritesNothingDown() async throws {
        let plane = FakePlane()
        let answer = try await begin(plane, more: #", "dry_run": true"#)
        #expect(try answer.read(ImportDTO.self).import == Self.id)
        #expect(plane.imports.withLock { $0.begun.isEmpty })
    }

    @Test(arguments: [
        (#"{"dialer": "bakc", "file": "a", "sha256": "\#(sha)"}"#, 404, "no-such-dialer"),
        (#"{"dialer": "back", "file": "a", "sha256": "abc"}"#, 400, "bad-body"),
        (#"{"dialer": "back", "file": "a", "sha256": "\#(String(repeating: "x", count: 64))"}"#, 400, "bad-body"),
        (
            #"{"dialer": "back", "file": "\#(String(repeating: "x", count: 256))", "sha256": "\#(sha)"}"#, 400,
            "bad-body"
        ),
        (#"{"dialer": "back"}"#, 400, "bad-body"),
    ])
    func aBadImportIsRefused(_ body: String, _ status: Int, _ type: String) async throws {
        let answer = try await Answer.post("/v1/imports", body)
        #expect(answer.status == status)
        #expect(try answer.problem.type == "urn:burdock:problem:" + type)
    }

    @Test func rowsBecomeTasksAndTheRestIsRejectedWithItsReason() async throws {
        let plane = FakePlane()
        _ = try await begin(plane)
        let answer = try await Answer.post(
            "/v1/imports/\(Self.id)/rows",
            #"""
            {"columns": ["city", "plan"], "rows": [
              [2, "0671234567", "Anna@Example.com", 1795330800000, "Oksana", "sales", "Kyiv", ""],
              [3, "+380501111122"],
              [4, "x"], [5, "123"], [6, "0912345678"],
              [7, "0671234567", "ana@example.com"],
              [8, "0671234567", null, null, null, "sails"],
              [9, "0671234567", null, null, "\#(String(repeating: "x", count: 201))"]]}
            """#, to: plane)
        #expect(answer.status == 200)
        let dto = try answer.read(ImportAnswerDTO.self)
        #expect(dto.imported == 2)
        #expect(
            dto.rejected.map { "\($0.row) \($0.reason)" } == [
                "4 no telephone number", "5 too short for a customer's number", "6 a number without its country",
                "7 unknown operator", "8 unknown group", "9 too much for a card",
            ])
        #expect(dto.rejected[3].detail == "\"ana@example.com\"; did you mean anna@example.com?")
        let taken = plane.imports.withLock { $0.taken }
        let first = TaskDraft(
            dialer: DialerID("back"), number: CustomerNumber("+380671234567"),
            due: Timestamp("2026-11-22T07:00:00Z")!.wall, responsible: OperatorID("anna"), group: GroupID("sales"),
            card: try TaskCard(name: "Oksana", fields: [.init("city", "Kyiv")]))
        let second = TaskDraft(
            dialer: DialerID("back"), number: CustomerNumber("+380501111122"), due: FakePlane.wallNow)
        #expect(taken == [ImportRow(row: 2, draft: first), ImportRow(row: 3, draft: second)])
    }

    @Test func aCheckSaysWhatWouldBecomeOfRows() async throws {
        let plane = FakePlane()
        let rows = (1...12).map { #"[\#($0), "0671234567", "anna"]"# }
        let answer = try await Answer.post(
            "/v1/imports/check?dialer=back",
            #"{"rows": [\#(rows.joined(separator: ",")), [13, "x"]]}"#, to: plane)
        let dto = try answer.read(ImportAnswerDTO.self)
        #expect(dto.imported == 12)
        #expect(dto.rejected.map(\.row) == [13])
        #expect(dto.checked?.count == 10)
        #expect(dto.checked?.first == .init(row: 1, number: "+380671234567", operator: "anna"))
        #expect(plane.imports.withLock { $0.taken.isEmpty })
    }

    private func rows(_ count: Int, padding: Int = 0) -> String {
        let name = String(repeating: "x", count: padding)
        let rows = (1...count).map { #"[\#($0), "0671234567", null, null, "\#(name)"]"# }
        return #"{"rows": [\#(rows.joined(separator: ","))]}"#
    }

    @Test func aBatchHasItsLimits() async throws {
        let plane = FakePlane()
        _ = try await begin(plane)
        let path = "/v1/imports/\(Self.id)/rows"
        #expect(try await Answer.post(path, rows(10_000), to: plane).status == 200)
        #expect(try await Answer.post(path, rows(10_001), to: plane).status == 400)
        let large = try await Answer.post(path, rows(2_200, padding: 2_000), to: plane)
        #expect(large.status == 413)
        #expect(try large.problem.detail.contains("4194304"))
        // More than the API allows elsewhere.
        #expect(try await Answer.post(path, rows(500, padding: 200), to: plane).status == 200)
        for row in ["0", "-1", "100000001", "\"2\""] {
            let answer = try await Answer.post(path, #"{"rows": [[\#(row), "1"]]}"#, to: plane)
            #expect(answer.status == 400, "\(row)")
        }
    }

    @Test func whatIsNotThereIsSaid() async throws {
        let plane = FakePlane()
        let path = "/v1/imports/\(Self.id)/rows"
        #expect(try await Answer.post(path, rows(1), to: plane).problem.type == "urn:burdock:problem:no-such-import")
        #expect(try await Answer.post("/v1/imports/check", rows(1), to: plane).status == 400)
        #expect(try await Answer.post("/v1/imports/check?dialer=bakc", rows(1), to: plane).status == 404)
        _ = try await begin(plane)
        plane.imports.withLock { $0.isBusy = true }
        #expect(try await Answer.post(path, rows(1), to: plane).status == 409)
    }

    @Test func aDiskThatFailsIsSaid() async throws {
        let answer = try await begin(FakePlane(storageFails: true))
        #expect(answer.status == 503)
    }
}
