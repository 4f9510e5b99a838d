import AsyncHTTPClient
import ControlAPI
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A request to the control API.
struct ControlRequest {
    enum Method {
        case get
        /// With a JSON body.
        case post(String)
        case delete
    }

    let path: String
    let method: Method

    /// - Parameters:
    ///   - segments: of the path below `/v1`; encoded here.
    ///   - query: encoded here; parameters without a value are left out.
    static func get(_ segments: String..., query: [(String, String?)] = []) -> ControlRequest {
        let parameters = query.compactMap { name, value in value.map { "\(name)=\(encoded($0))" } }
        let path = segments.map(encoded).joined(separator: "/")
        return ControlRequest(
            path: path + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")), method: .get)
    }

    static func post(_ segments: String..., body: some Encodable) throws -> ControlRequest {
        let json = String(decoding: try ControlJSON.encoder().encode(body), as: UTF8.self)
        return ControlRequest(path: segments.map(encoded).joined(separator: "/"), method: .post(json))
    }

    static func delete(_ segments: String...) -> ControlRequest {
        ControlRequest(path: segments.map(encoded).joined(separator: "/"), method: .delete)
    }

    /// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3.
    static func encoded(_ text: String) -> String {
        var allowed = CharacterSet()
        allowed.insert(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
    }
}

/// Speaks HTTP with a server on its UNIX socket.
struct ControlClient {
    static let timeout: TimeAmount = .seconds(5)
    /// The longest answer is 10,000 rows of the call log at some 2 kB each.
    private static let answerLimit = 64 << 20

    let socket: String
    /// How long the server has.
    var limit = ControlClient.timeout

    /// - Returns: the JSON of a good answer.
    /// - Throws: `ClientFailure`
    func answer(to request: ControlRequest) async throws -> String {
        var configuration = HTTPClient.Configuration()
        // A socket on which nobody listens stays so: say it at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<String, ClientFailure>
        do {
            result = try await exchange(request, client, within: limit)
        } catch {
            result = .failure(failure(error, within: limit))
        }
        try await client.shutdown()
        return try result.get()
    }

    func exchange(
        _ request: ControlRequest, _ client: HTTPClient, within timeout: TimeAmount
    ) async throws -> Result<String, ClientFailure> {
        var outgoing = HTTPClientRequest(
            url: "http+unix://\(ControlRequest.encoded(socket))/v1/\(request.path)")
        switch request.method {
        case .get: break
        case .post(let body):
            outgoing.method = .POST
            outgoing.headers.add(name: "content-type", value: "application/json")
            outgoing.body = .bytes(ByteBuffer(string: body))
        case .delete: outgoing.method = .DELETE
        }
        let response = try await client.execute(outgoing, timeout: timeout)
        let body = String(buffer: try await response.body.collect(upTo: Self.answerLimit))
        guard !(200...299).contains(response.status.code) else { return .success(body) }
        guard let problem = try? Self.decode(ProblemDTO.self, from: body) else {
            // Whatever it is, it is not our server: the status is all there is to say.
            return .failure(
                .other("what listens on \(socket) answered with HTTP status \(response.status.code)", next: nil))
        }
        return .failure(.refused(problem, json: body))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from json: String) throws(ClientFailure) -> Value {
        do {
            return try ControlJSON.decoder().decode(type, from: Data(json.utf8))
        } catch {
            throw .other(
                "the server's answer cannot be understood",
                next: "Use the burdock command of the version that runs, see: burdock --version")
        }
    }

    func failure(_ error: any Error, within timeout: TimeAmount) -> ClientFailure {
        if let error = error as? HTTPClientError, error == .deadlineExceeded || error == .connectTimeout {
            return .other(
                "the server on \(socket) does not answer within \(timeout.nanoseconds / 1_000_000_000) s",
                next: "Look into its log; a restart is the last resort, it cuts calls")
        }
        switch (error as? IOError)?.errnoCode ?? (error as? NIOConnectionError)?.errnoCode {
        case ENOENT, ECONNREFUSED, ENOTDIR:
            return .notRunning(socket: socket)
        case EACCES, EPERM:
            return .other(
                "you may not use the control socket \(socket)",
                next: "Join the server's group, or run the command as the server's user")
        default:
            return .other("cannot speak with the server on \(socket): \(error)", next: "Look into the server's log")
        }
    }
}

extension NIOConnectionError {
    fileprivate var errnoCode: CInt? {
        connectionErrors.lazy.compactMap { ($0.error as? IOError)?.errnoCode }.first
    }
}

/// Why there is no answer to print.
enum ClientFailure: Error {
    case notRunning(socket: String)
    /// The server says why, as it came and decoded.
    case refused(ProblemDTO, json: String)
    case other(String, next: String?)

    func render(color: Bool) -> String {
        let (what, next) =
            switch self {
            case .notRunning(let socket):
                ("no server is running on \(socket)", Self.startIt as String?)
            case .refused(let problem, _): (problem.detail, problem.next)
            case .other(let detail, let next): (detail, next)
            }
        let first = Style.red.apply(to: "burdock: ", color: color) + what.printable
        guard let next else { return first }
        return first + "\n"
            + Texts.wrapped(next, columns: Terminal.columns - 2).map { "  " + $0 }.joined(separator: "\n")
    }

    /// As RFC 9457 has it, whoever found the problem.
    var json: String {
        let (type, detail, next): (String, String, String?)
        switch self {
        case .refused(_, let json): return json
        case .notRunning(let socket):
            (type, detail, next) = ("server-not-running", "No server is running on \(socket)", Self.startIt)
        case .other(let text, let advice):
            (type, detail, next) = ("no-answer", text, advice)
        }
        let problem = ProblemDTO(
            type: "urn:burdock:problem:" + type, title: "There is no answer from the server", status: 503,
            detail: detail, next: next, instance: nil)
        guard let data = try? ControlJSON.encoder().encode(problem) else { return "{}" }  // strings always encode
        return String(decoding: data, as: UTF8.self)
    }

    private static let startIt =
        "Start it with: burdock serve. If it runs, name its socket with --socket: it is burdock.sock in the "
        + "state directory of its configuration"
}
