import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ControlAPI

/// The description of the API, against the routes that there are and the answers that they give.
@Suite struct OpenAPITests {
    private func document(isLocal: Bool) throws -> [String: Any] {
        let bytes = OpenAPIDocument.make(isLocal: isLocal)
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    private func access() async throws -> APIAccess { try await APIAccess(store: TestStore.make()) }

    private func operations(_ document: [String: Any]) throws -> [(String, String, [String: Any])] {
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        return paths.flatMap { path, item in item.map { ($0.uppercased(), path, $1) } }
    }

    @Test(arguments: [true, false]) func everyRouteIsDescribedAndNothingElse(isLocal: Bool) async throws {
        let access = try await access()
        let router = ControlServer.router(FakePlane(), access.book, EventFeed(), behind: [], isLocal: isLocal)
        // Imports speak with the command of the same version and are no part of the API.
        let routes = Set(
            router.routes.filter { $0.method != .head && !$0.path.description.contains("/imports") }
                .map { "\($0.method.rawValue) \($0.path)" })
        let described = try Set(operations(document(isLocal: isLocal)).map { "\($0.0) \($0.1)" })
        #expect(routes.subtracting(described).isEmpty, "not described")
        #expect(described.subtracting(routes).isEmpty, "not there")
        #expect(routes.count > 30)
    }

    @Test func everyPartIsJSONAndEveryReferenceLeadsSomewhere() throws {
        for text in OpenAPIDocument.fragments + [OpenAPIDocument.localOnly, OpenAPIDocument.head, OpenAPIDocument.base]
        {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
        }
        let document = try document(isLocal: true)
        for reference in references(in: document) {
            #expect(resolve(reference, in: document) != nil, "\(reference)")
        }
        // What nothing refers to is a slip of the pen, or says what is in a stream.
        let used = Set(references(in: document))
        let schemas = try #require((document["components"] as? [String: [String: Any]])?["schemas"]?.keys)
        let unused = schemas.filter { !used.contains("#/components/schemas/" + $0) }
        #expect(Set(unused) == ["Event", "EventReset", "EventSnapshot"])
    }

    @Test func operationsHaveNamesOfTheirOwnAndScopes() throws {
        let operations = try operations(document(isLocal: false))
        let names = operations.compactMap { $0.2["operationId"] as? String }
        #expect(names.count == operations.count && Set(names).count == names.count)
        for (method, path, operation) in operations where path != "/v1/openapi.json" {
            let security = operation["security"] as? [[String: [String]]]
            #expect(security?.first?["token"]?.count == 1, "\(method) \(path)")
            let answers = operation["responses"] as? [String: Any]
            #expect(answers?["401"] != nil && answers?["429"] != nil, "\(method) \(path)")
        }
        let start = operations.first { $0.1 == "/v1/tasks/{id}/start" }
        #expect(start?.2["security"] as? [[String: [String]]] == [["token": ["tasks"]]])
    }

    @Test(arguments: [
        ("/v1/status", "Status"), ("/v1/queues", "QueueList"), ("/v1/queues/sales", "QueueDetail"),
        ("/v1/operators", "OperatorList"), ("/v1/operators/ihor", "Operator"),
        ("/v1/operators/anna/explain", "OperatorExplanation"), ("/v1/calls", "CallList"),
        ("/v1/calls?live=true", "LiveCallList"), ("/v1/calls/2", "Call"), ("/v1/calls/1Z7Q", "Call"),
        ("/v1/calls/1Z7Q/explain", "Explanation"), ("/v1/calls/2/explain", "Explanation"), ("/v1/tasks", "TaskList"),
        ("/v1/tasks/1Z7R", "TaskDetail"), ("/v1/tasks/1Z7S", "TaskDetail"), ("/v1/dialers", "DialerList"),
        ("/v1/dialers/back", "DialerDetail"), ("/v1/attempts", "AttemptList"), ("/v1/ties", "TieList"),
        ("/v1/ties/0671234567", "Tie"), ("/v1/reports/queues", "QueueReport"),
        ("/v1/reports/operators", "OperatorReport"), ("/v1/bans", "BanList"), ("/v1/nothing", "Problem"),
        ("/v1/calls?limit=x", "Problem"),
    ])
    func answersAreAsDescribed(_ uri: String, _ schema: String) async throws {
        let answer = try await Answer.get(uri)
        let value = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
        let document = try document(isLocal: true)
        #expect(SchemaCheck(document).problems(of: value, as: schema) == [], "\(answer.text)")
    }

    @Test func answersToChangesAreAsDescribed() async throws {
        let document = try document(isLocal: true)
        for (uri, body, schema) in [
            ("/v1/operators/olena/wish", #"{"wish":"paused","reason":"x"}"#, "Operator"),
            ("/v1/reload", #"{"dry_run":true}"#, "Reload"), ("/v1/operators/olena/wish", "{}", "Problem"),
            ("/v1/calls", #"{"operator":"olena","number":"0671234567","dialer":"back"}"#, "TaskDetail"),
        ] {
            let answer = try await Answer.post(uri, body)
            let value = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
            #expect(SchemaCheck(document).problems(of: value, as: schema) == [])
        }
    }

    @Test func eventsAreAsDescribed() throws {
        let check = try SchemaCheck(document(isLocal: true))
        let kinds = resolve("#/components/schemas/EventType", in: check.document) as? [String: Any]
        #expect(kinds?["enum"] as? [String] == EventDTO.Kind.allCases.map(\.rawValue))
        let children = Mirror(reflecting: EventDTO(.callEnded, at: Timestamp(FakePlane.wallNow))).children
        let keys = children.compactMap(\.label).map { label in
            label.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
        let event = resolve("#/components/schemas/Event", in: check.document) as? [String: Any]
        #expect(Set((event?["properties"] as? [String: Any] ?? [:]).keys) == Set(keys))
    }
}

/// A reference of the document; `nil` if it leads nowhere.
private func resolve(_ reference: String, in document: [String: Any]) -> Any? {
    reference.split(separator: "/").dropFirst().reduce(document as Any?) { value, key in
        (value as? [String: Any])?[String(key)]
    }
}

private func references(in value: Any) -> [String] {
    if let list = value as? [Any] { return list.flatMap(references) }
    guard let object = value as? [String: Any] else { return [] }
    return object.flatMap { key, value in key == "$ref" ? [value as? String ?? "?"] : references(in: value) }
}

/// As much of JSON schema as the document uses; what is not described is a problem.
private struct SchemaCheck {
    let document: [String: Any]

    init(_ document: [String: Any]) {
        self.document = document
    }

    func problems(of value: Any, as name: String) -> [String] {
        problems(of: value, ["$ref": "#/components/schemas/" + name], at: name)
    }

    private func problems(of value: Any, _ schema: [String: Any], at place: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            guard let target = resolve(reference, in: document) as? [String: Any] else {
                return ["\(place): \(reference)"]
            }
            return problems(of: value, target, at: place)
        }
        if let choices = schema["anyOf"] as? [[String: Any]] {
            return choices.contains { problems(of: value, $0, at: place).isEmpty }
                ? [] : ["\(place): none of its kinds"]
        }
        let types = schema["type"] as? [String] ?? [schema["type"] as? String ?? "?"]
        guard types.contains(where: { fits(value, $0) }) else { return ["\(place): \(value) is no \(types)"] }
        if let words = schema["enum"] as? [String], let text = value as? String, !words.contains(text) {
            return ["\(place): \(text) is not listed"]
        }
        if schema["format"] as? String == "date-time", let text = value as? String, Timestamp(text) == nil {
            return ["\(place): \(text) is no date"]
        }
        if let items = schema["items"] as? [String: Any], let list = value as? [Any] {
            return list.flatMap { problems(of: $0, items, at: place + "[]") }
        }
        guard let object = value as? [String: Any], schema["type"] as? String == "object" else { return [] }
        return problems(ofKeys: object, schema, at: place)
    }

    private func problems(ofKeys object: [String: Any], _ schema: [String: Any], at place: String) -> [String] {
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
        return missing.map { "\(place).\($0) is missing" }
            + object.flatMap { key, value -> [String] in
                guard let property = properties[key] ?? schema["additionalProperties"] as? [String: Any] else {
                    return ["\(place).\(key) is not described"]
                }
                return problems(of: value, property, at: "\(place).\(key)")
            }
    }

    private func fits(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "null": value is NSNull
        case "boolean": (value as? NSNumber).map(isFlag) ?? false
        case "integer": (value as? NSNumber).map { !isFlag($0) && $0.doubleValue.rounded() == $0.doubleValue } ?? false
        case "number": (value as? NSNumber).map { !isFlag($0) } ?? false
        default: false
        }
    }

    private func isFlag(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
