import Routing
import Storage
import Synchronization
import Testing

@testable import ControlAPI

@Suite struct TaskCardRouteTests {
    private static let task = #""dialer": "back", "number": "+380671234567""#

    @Test func aCardComesWithTheTaskAndIsShown() async throws {
        let plane = FakePlane()
        let answer = try await Answer.post(
            "/v1/tasks",
            "{\(Self.task)"
                + #", "card": {"name": "Oksana", "fields": {"city_name": "Kyiv", "aB": "1"}, "order": ["city_name"]}}"#,
            to: plane)
        #expect(answer.status == 200)
        let card = try TaskCard(name: "Oksana", fields: [.init("city_name", "Kyiv"), .init("aB", "1")])
        #expect(plane.drafts.withLock { $0.last?.card } == card)
        let shown = try await Answer.get("/v1/tasks/1Z7R", of: plane)
        #expect(
            shown.text.contains(
                #""card":{"fields":{"aB":"1","city_name":"Kyiv"},"name":"Oksana","order":["city_name","aB"]}"#))
    }

    @Test func withoutACardThereIsNoneToReplaceTheOld() async throws {
        let plane = FakePlane()
        let answer = try await Answer.post("/v1/tasks", "{\(Self.task)}", to: plane)
        #expect(plane.drafts.withLock { $0.last.map { $0.card == nil } } == true)
        #expect(try answer.read(TaskDetailDTO.self).card == nil)
    }

    @Test(arguments: [
        (#"{"name": "\#(String(repeating: "x", count: 201))"}"#, "the name has more than 200"),
        (#"{"fields": {"": "x"}}"#, "a field has no name"),
        (#"{"fields": {"city": "\#(String(repeating: "x", count: 2_001))"}}"#, "\"city\" has more than 2000"),
    ])
    func aCardThatIsTooMuchIsRefused(_ card: String, _ detail: String) async throws {
        let plane = FakePlane()
        let answer = try await Answer.post("/v1/tasks", "{\(Self.task), \"card\": \(card)}", to: plane)
        #expect(answer.status == 400)
        #expect(try answer.problem.detail.contains(detail))
        #expect(plane.drafts.withLock { $0.isEmpty })
    }

    @Test func fieldsWithoutAPlaceFollowByName() {
        let card = TaskCardDTO(fields: ["c": "", "a": "", "b": ""], order: ["b", "unknown", "b"])
        #expect(card.names == ["b", "a", "c"])
    }
}
