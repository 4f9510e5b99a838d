import Foundation
import Hummingbird
import Logging

/// An error of the API on its way out.
struct Problem: Error {
    /// Errors of the API by their stable name.
    enum Kind: String {
        case noSuchOperator = "no-such-operator"
        case noSuchQueue = "no-such-queue"
        case noSuchCall = "no-such-call"
        case noSuchTask = "no-such-task"
        case noSuchDialer = "no-such-dialer"
        case noSuchImport = "no-such-import"
        case noSuchPath = "no-such-path"
        case badParameter = "bad-parameter"
        case badBody = "bad-body"
        case bodyTooLarge = "body-too-large"
        case taskClosed = "task-closed"
        case conflict = "conflict"
        case callLogUnavailable = "call-log-unavailable"
        case recordsUnavailable = "records-unavailable"
        case refused = "refused"
        case internalError = "internal-error"

        var status: Int {
            switch self {
            case .noSuchOperator, .noSuchQueue, .noSuchCall, .noSuchTask, .noSuchDialer, .noSuchImport, .noSuchPath:
                404
            case .badParameter, .badBody, .refused: 400
            case .taskClosed, .conflict: 409
            case .bodyTooLarge: 413
            case .callLogUnavailable, .recordsUnavailable: 503
            case .internalError: 500
            }
        }

        var title: String {
            switch self {
            case .noSuchOperator: "There is no such operator"
            case .noSuchQueue: "There is no such queue"
            case .noSuchCall: "There is no such call"
            case .noSuchTask: "There is no such task"
            case .noSuchDialer: "There is no such dialer"
            case .noSuchImport: "There is no such import"
            case .noSuchPath: "There is nothing at this path"
            case .badParameter: "A query parameter is wrong"
            case .badBody: "The request body is wrong"
            case .bodyTooLarge: "The request body is too large"
            case .taskClosed: "The task is closed"
            case .conflict: "That does not go together with how things are"
            case .callLogUnavailable: "The call log cannot be read"
            case .recordsUnavailable: "The records cannot be read or written"
            case .refused: "The request is refused"
            case .internalError: "The server made a mistake"
            }
        }
    }

    var kind: Kind
    var detail: String
    var next: String?
    /// In place of the kind's own, for what the HTTP library refuses.
    var status: Int?

    init(_ kind: Kind, _ detail: String, next: String? = nil, status: Int? = nil) {
        self.kind = kind
        self.detail = detail
        self.next = next
        self.status = status
    }

    func dto(path: String) -> ProblemDTO {
        ProblemDTO(
            type: "urn:burdock:problem:" + kind.rawValue, title: kind.title, status: status ?? kind.status,
            detail: detail, next: next, instance: path)
    }
}

/// Turns whatever a route throws into `application/problem+json`.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = ControlContext

    func handle(
        _ request: Request, context: ControlContext, next: (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Self.problem(of: error, request: request)
            if problem.kind == .internalError {
                context.logger.error(
                    "A request of the control API failed",
                    metadata: ["path": "\(request.uri.path)", "problem": "\(error)"])
            }
            let dto = problem.dto(path: request.uri.path)
            return try .json(dto, status: dto.status, type: "application/problem+json")
        }
    }

    private static func problem(of error: any Error, request: Request) -> Problem {
        if let problem = error as? Problem { return problem }
        guard let refusal = error as? any HTTPResponseError else {
            return Problem(.internalError, "The request could not be carried out", next: "Look into the server's log")
        }
        switch refusal.status.code {
        case 404:
            return Problem(
                .noSuchPath, "\(request.method.rawValue) \(request.uri.path) is not served here",
                next: "Ask GET /v1/status, /v1/queues, /v1/operators, /v1/calls, /v1/tasks or /v1/dialers")
        case 413:
            return Problem(
                .bodyTooLarge, "The body may have \(ControlContext.bodyLimit) bytes at most",
                next: "Send less in one request")
        case let code:
            return Problem(.refused, refusal.status.reasonPhrase, status: code)
        }
    }
}

extension Response {
    /// The value as JSON.
    static func json(
        _ value: some Encodable, status: Int = 200, type: String = "application/json"
    ) throws -> Response {
        let body = try ControlJSON.encoder().encode(value)
        return Response(
            status: .init(code: status), headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
