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
        case noSuchTie = "no-such-tie"
        case noSuchToken = "no-such-token"
        case noSuchImport = "no-such-import"
        case noSuchWebhook = "no-such-webhook"
        case noSuchLetter = "no-such-letter"
        case noSuchBan = "no-such-ban"
        case noSuchPath = "no-such-path"
        case methodNotAllowed = "method-not-allowed"
        case unauthorized = "unauthorized"
        case missingScope = "missing-scope"
        case tooManyRequests = "too-many-requests"
        case badHeader = "bad-header"
        case keyInUse = "key-in-use"
        case keyReused = "key-reused"
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
            case .noSuchOperator, .noSuchQueue, .noSuchCall, .noSuchTask, .noSuchDialer, .noSuchTie, .noSuchToken,
                .noSuchImport, .noSuchWebhook, .noSuchLetter, .noSuchBan, .noSuchPath:
                404
            case .badParameter, .badBody, .badHeader, .refused: 400
            case .unauthorized: 401
            case .missingScope: 403
            case .methodNotAllowed: 405
            case .taskClosed, .conflict, .keyInUse: 409
            case .keyReused: 422
            case .tooManyRequests: 429
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
            case .noSuchTie: "The customer is tied to nobody"
            case .noSuchToken: "There is no such token"
            case .noSuchImport: "There is no such import"
            case .noSuchWebhook: "There is no such webhook"
            case .noSuchLetter: "There is no such dead letter"
            case .noSuchBan: "The address is not banned"
            case .noSuchPath: "There is nothing at this path"
            case .methodNotAllowed: "This cannot be done with what is at this path"
            case .unauthorized: "A valid token is needed"
            case .missingScope: "The token is not good for this"
            case .tooManyRequests: "Too many requests"
            case .badHeader: "A header is wrong"
            case .keyInUse: "The request is being carried out"
            case .keyReused: "The key belongs to another request"
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
    /// What is wrong with the body, piece by piece.
    var errors: [ProblemDTO.Item] = []
    /// What goes with the answer beside its type.
    var headers: HTTPFields = [:]

    init(_ kind: Kind, _ detail: String, next: String? = nil, status: Int? = nil) {
        self.kind = kind
        self.detail = detail
        self.next = next
        self.status = status
    }

    func dto(path: String) -> ProblemDTO {
        ProblemDTO(
            type: "urn:burdock:problem:" + kind.rawValue, title: kind.title, status: status ?? kind.status,
            detail: detail, next: next, instance: path, errors: errors.isEmpty ? nil : errors)
    }

    func response(to request: Request) throws -> Response {
        let dto = dto(path: request.uri.path)
        var response = try Response.json(dto, status: dto.status, type: "application/problem+json")
        response.headers.append(contentsOf: headers)
        // The answer to HEAD has no body (RFC 9110 section 9.3.2): what followed would be taken for the next answer.
        return request.method == .head ? response.createHeadResponse() : response
    }
}

/// Turns whatever a route throws into `application/problem+json`.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = ControlContext

    /// What there is at which path.
    let routes: RouteTable

    func handle(
        _ request: Request, context: ControlContext, next: (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Self.problem(of: error, request: request, routes: routes)
            if problem.kind == .internalError {
                context.logger.error(
                    "A request of the control API failed",
                    metadata: ["path": "\(request.uri.path)", "problem": "\(error)"])
            }
            return try problem.response(to: request)
        }
    }

    static func problem(of error: any Error, request: Request, routes: RouteTable? = nil) -> Problem {
        if let problem = error as? Problem { return problem }
        guard let refusal = error as? any HTTPResponseError else {
            return Problem(.internalError, "The request could not be carried out", next: "Look into the server's log")
        }
        switch refusal.status.code {
        case 404:
            let allowed = routes?.methods(at: request.uri.path) ?? []
            return allowed.isEmpty ? noSuchPath(request) : notAllowed(request, allowed)
        case 413:
            return Problem(
                .bodyTooLarge, "The body may have \(ControlContext.bodyLimit) bytes at most",
                next: "Send less in one request")
        case let code:
            return Problem(.refused, refusal.status.reasonPhrase, status: code)
        }
    }

    private static func noSuchPath(_ request: Request) -> Problem {
        Problem(
            .noSuchPath, "\(request.method.rawValue) \(request.uri.path) is not served here",
            next: "GET /v1/openapi.json describes all there is")
    }

    private static func notAllowed(_ request: Request, _ allowed: [String]) -> Problem {
        var problem = Problem(
            .methodNotAllowed, "\(request.method.rawValue) is not possible at \(request.uri.path)",
            next: "Possible are " + allowed.joined(separator: ", "))
        problem.headers[.allow] = allowed.joined(separator: ", ")
        return problem
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
