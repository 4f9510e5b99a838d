import Foundation
import Hummingbird

extension ControlContext {
    /// A name in the path, with `%20` and the like undone.
    func pathName(_ parameter: String) throws -> String {
        let raw = try parameters.require(parameter)
        return raw.removingPercentEncoding ?? raw
    }

    /// The request's body, read strictly: keys that it does not have are slips of the pen.
    func body<Body: Decodable>(_ type: Body.Type, of request: Request, example: String) async throws -> Body {
        let bytes = try await request.body.collect(upTo: maxUploadSize)
        let data = Data(bytes.readableBytesView)
        do {
            let body = try ControlJSON.decoder().decode(type, from: data)
            try Self.checkKeys(of: data, against: body)
            return body
        } catch let error as DecodingError {
            throw Problem.body([error.item], example: example)
        }
    }

    /// The keys of a body are the properties of its value.
    private static func checkKeys(of data: Data, against body: some Decodable) throws {
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else { return }
        let known = Mirror(reflecting: body).children.compactMap { $0.label?.inSnakeCase }
        let unknown = object.keys.filter { !known.contains($0) }.sorted()
        guard !unknown.isEmpty else { return }
        throw Problem.body(
            unknown.map { key in
                let suggestion = Spelling.closest(to: key, among: known).map { ", did you mean \"\($0)\"?" } ?? ""
                return .init(pointer: "/" + key.asPointer, detail: "There is no such key here" + suggestion)
            }, example: "the keys " + known.joined(separator: ", "))
    }
}

extension Problem {
    /// - Parameter example: what would be right.
    static func body(_ errors: [ProblemDTO.Item], example: String) -> Problem {
        let first = errors.first.map { ": " + ($0.pointer.isEmpty ? "" : $0.pointer + ": ") + $0.detail } ?? ""
        var problem = Problem(
            .badBody, "The body is not what is expected here" + first, next: "Send, for example, \(example)")
        problem.errors = errors
        return problem
    }

    /// One key of the body is wrong.
    static func body(_ key: String, _ detail: String, next: String) -> Problem {
        var problem = Problem(.badBody, detail, next: next)
        problem.errors = [.init(pointer: "/" + key.asPointer, detail: detail)]
        return problem
    }
}

extension DecodingError {
    /// Where in the body, and what.
    fileprivate var item: ProblemDTO.Item {
        switch self {
        case .keyNotFound(let key, let context):
            .init(pointer: Self.pointer(context.codingPath + [key]), detail: "It is missing")
        case .valueNotFound(_, let context):
            .init(pointer: Self.pointer(context.codingPath), detail: "It has no value")
        case .typeMismatch(let type, let context):
            .init(pointer: Self.pointer(context.codingPath), detail: "It must be " + Self.word(for: type))
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            .init(pointer: "", detail: "It is no JSON object")
        case .dataCorrupted(let context):
            .init(pointer: Self.pointer(context.codingPath), detail: "It is none of the values that are known here")
        @unknown default:
            .init(pointer: "", detail: "It cannot be understood")
        }
    }

    private static func pointer(_ path: [any CodingKey]) -> String {
        path.map { "/" + ($0.intValue.map { String($0) } ?? $0.stringValue.inSnakeCase.asPointer) }.joined()
    }

    private static func word(for type: any Any.Type) -> String {
        switch type {
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        case is Int.Type, is Double.Type: "a number"
        case is [Any].Type: "a list"
        default: "an object"
        }
    }
}

extension String {
    /// `dueUntil` is `due_until`.
    fileprivate var inSnakeCase: String {
        reduce(into: "") { text, character in
            if character.isUppercase { text += "_" }
            text += character.lowercased()
        }
    }

    /// As one step of a JSON pointer (RFC 6901 section 3).
    fileprivate var asPointer: String {
        replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
