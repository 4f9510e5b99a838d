import Foundation
import Hummingbird

/// The description of the API (OpenAPI 3.1), written by hand in the files beside this one, in a notation without what
/// is the same everywhere; `make` adds that.
///
/// A schema is a word (`string`, `integer`, `number`, `boolean`, `date`), a choice (`=a|b`), a reference (`@Task`), a
/// list (`[@Task]`), any of these with a description (`["string", "as people write it"]`), an object by its keys
/// (`{"$object": {"key": …, "optional?": …}}`; with `"$request": true` no other keys are accepted), or JSON schema as it
/// is. A body, a good answer and a parameter are named by their schema or their name alone.
enum OpenAPIDocument {
    /// - Parameter isLocal: as it is on the control socket, where tokens are made and none is needed.
    static func make(isLocal: Bool) -> [UInt8] { isLocal ? local : remote }

    private static let local = written(isLocal: true)
    private static let remote = written(isLocal: false)

    private static func written(isLocal: Bool) -> [UInt8] {
        // The text is part of the program: a test says whether it is JSON.
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        let data = try? JSONSerialization.data(withJSONObject: document(isLocal: isLocal), options: options)
        return Array(data ?? Data())
    }

    static func document(isLocal: Bool) -> [String: Any] {
        let fragments = Self.fragments + (isLocal ? [localOnly] : [])
        var paths: [String: Any] = [:]
        for (path, item) in merged(fragments, "paths") {
            guard let item = item as? [String: Any] else { continue }
            paths[path] = Dictionary(
                uniqueKeysWithValues: item.map { method, operation in
                    (method, expanded(operation as? [String: Any] ?? [:], method, path, isLocal: isLocal))
                })
        }
        var components = parsed(base)
        components["schemas"] = merged(fragments, "schemas").mapValues(schema)
        components["parameters"] = merged(fragments, "parameters").mapValues { parameter in
            guard var parameter = parameter as? [String: Any] else { return parameter }
            parameter["schema"] = schema(parameter["schema"] ?? "string")
            return parameter
        }
        if isLocal { components["securitySchemes"] = nil }
        var document = parsed(head)
        document["paths"] = paths
        document["components"] = components
        return document
    }

    // MARK: - The same everywhere

    private static func expanded(
        _ operation: [String: Any], _ method: String, _ path: String, isLocal: Bool
    ) -> [String: Any] {
        var operation = operation
        let isPublic = AccessMiddleware.publicPaths.contains(path)
        var parameters = (operation["parameters"] as? [String] ?? []).map { reference("parameters", $0) }
        if method == "post" {
            let isDemanded = IdempotencyMiddleware.demanding.contains(path)
            parameters.append(reference("parameters", isDemanded ? "Demanded-Idempotency-Key" : "Idempotency-Key"))
        }
        operation["parameters"] = parameters.isEmpty ? nil : parameters
        if let body = operation["requestBody"] {
            operation["requestBody"] = ["required": true, "content": json(body)]
        }
        var answers = (operation["responses"] as? [String: Any] ?? [:]).mapValues(answer)
        for (status, name) in usual(
            hasBody: method == "post", isSecured: !isLocal && !isPublic, isLimited: !isLocal)
        where answers[status] == nil {
            answers[status] = reference("responses", name)
        }
        operation["responses"] = answers
        if !isLocal {
            let scope = Scope.needed(for: method == "get" ? .get : .post, path: path).rawValue
            operation["security"] = isPublic ? [[String: Any]]() : [["token": [scope]]]
        }
        return operation
    }

    private static func usual(hasBody: Bool, isSecured: Bool, isLimited: Bool) -> [(String, String)] {
        [("400", "BadRequest"), ("500", "ServerError"), ("503", "Unavailable")]
            + (hasBody ? [("409", "Conflict"), ("413", "TooLarge"), ("422", "KeyReused")] : [])
            + (isSecured ? [("401", "Unauthorized"), ("403", "MissingScope")] : [])
            + (isLimited ? [("429", "TooManyRequests")] : [])
    }

    /// `"Task"`, or what stands there as it is.
    private static func answer(_ value: Any) -> Any {
        guard let name = value as? String else { return value }
        if name.hasPrefix("#") { return reference("responses", String(name.dropFirst())) }
        return ["description": name, "content": json("@" + name)] as [String: Any]
    }

    private static func json(_ value: Any) -> [String: Any] {
        ["application/json": ["schema": schema(value)]]
    }

    private static func reference(_ kind: String, _ name: String) -> [String: Any] {
        ["$ref": "#/components/\(kind)/\(name)"]
    }

    // MARK: - Schemas

    static func schema(_ value: Any) -> Any {
        if let word = value as? String { return schema(word: word) }
        if let pair = value as? [Any], pair.count == 2, let description = pair[1] as? String {
            var described = schema(pair[0]) as? [String: Any] ?? [:]
            described["description"] = description
            return described
        }
        guard let object = value as? [String: Any], let keys = object["$object"] as? [String: Any] else { return value }
        var schema: [String: Any] = ["type": "object"]
        schema["description"] = object["description"]
        schema["required"] = keys.keys.filter { !$0.hasSuffix("?") }.sorted()
        schema["properties"] = Dictionary(
            uniqueKeysWithValues: keys.map { key, value in
                (key.hasSuffix("?") ? String(key.dropLast()) : key, Self.schema(value))
            })
        if object["$request"] != nil { schema["additionalProperties"] = false }
        return schema
    }

    private static func schema(word: String) -> [String: Any] {
        if word.hasPrefix("@") { return reference("schemas", String(word.dropFirst())) }
        if word.hasPrefix("[") { return ["type": "array", "items": schema(word: String(word.dropFirst().dropLast()))] }
        if word.hasPrefix("=") {
            return ["type": "string", "enum": word.dropFirst().split(separator: "|").map(String.init)]
        }
        return word == "date" ? ["type": "string", "format": "date-time"] : ["type": word]
    }

    // MARK: - Reading

    private static func merged(_ fragments: [String], _ key: String) -> [String: Any] {
        fragments.reduce(into: [:]) { all, fragment in
            all.merge(parsed(fragment)[key] as? [String: Any] ?? [:]) { first, _ in first }
        }
    }

    private static func parsed(_ text: String) -> [String: Any] {
        // As above.
        let value = try? JSONSerialization.jsonObject(with: Data(text.utf8))
        return value as? [String: Any] ?? [:]
    }

    /// All parts that are served everywhere.
    static let fragments = [common, house, calls, tasks, records, events]
}
