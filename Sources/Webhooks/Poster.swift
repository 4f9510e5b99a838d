import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Routing
import Synchronization

/// Sends signed requests. Redirections are not followed, and certificates are checked.
package final class Poster: Sendable {
    /// Of an answer's body; what is longer is not read.
    static let answerLimit = 65_536

    struct Request: Sendable {
        var url: String
        var contentType: String
        var body: String
        /// Names and values, the signature among them.
        var headers: [(String, String)]
        /// For everything, from looking up the name to the last byte.
        var timeout: Duration
    }

    struct Answer: Sendable {
        var status: Int
        var retryAfter: String?
        /// Empty if it was not wanted.
        var body: [UInt8]
    }

    enum Failure: Error, CustomStringConvertible {
        case timedOut(Duration)
        case answerTooLong
        case closed

        var description: String {
            switch self {
            case .timedOut(let limit): "no answer within \(limit.inSeconds) s"
            case .answerTooLong: "the answer is longer than \(Poster.answerLimit) bytes"
            case .closed: "the server is stopping"
            }
        }
    }

    private enum State {
        case unused
        case open(HTTPClient)
        case closed
    }

    private let state = Mutex(State.unused)

    package init() {}

    /// Whatever is under way fails. Nothing can be sent any more.
    package func close() async {
        let client: HTTPClient? = state.withLock { state in
            defer { state = .closed }
            guard case .open(let client) = state else { return nil }
            return client
        }
        // It only throws if it was closed before.
        try? await client?.shutdown()
    }

    /// Made with the first request: most servers tell nobody anything.
    private func client() throws(Failure) -> HTTPClient {
        let client: HTTPClient? = state.withLock { state in
            switch state {
            case .closed: return nil
            case .open(let client): return client
            case .unused:
                var configuration = HTTPClient.Configuration()
                configuration.redirectConfiguration = .disallow
                // A refused connection is told at once; when to try again is ours to decide.
                configuration.connectionPool.retryConnectionEstablishment = false
                let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
                state = .open(client)
                return client
            }
        }
        guard let client else { throw .closed }
        return client
    }

    /// - Parameter wantsBody: a longer body than `answerLimit` is a failure then; otherwise none of it matters.
    func post(_ request: Request, wantsBody: Bool) async throws -> Answer {
        let client = try client()
        return try await Self.within(request.timeout) {
            var outgoing = HTTPClientRequest(url: request.url)
            outgoing.method = .POST
            outgoing.headers.add(name: "content-type", value: request.contentType)
            outgoing.headers.add(name: "user-agent", value: "burdock")
            for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
            outgoing.body = .bytes(ByteBuffer(string: request.body))
            let response = try await client.execute(outgoing, timeout: TimeAmount(request.timeout))
            let body = try await Self.read(response.body, wanted: wantsBody)
            return Answer(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"), body: body)
        }
    }

    /// What is not wanted is read all the same, so that the connection can be used again, unless it is too long.
    private static func read(_ body: HTTPClientResponse.Body, wanted: Bool) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var count = 0
        for try await chunk in body {
            count += chunk.readableBytes
            guard count <= answerLimit else {
                if wanted { throw Failure.answerTooLong }
                return []
            }
            if wanted { bytes.append(contentsOf: chunk.readableBytesView) }
        }
        return bytes
    }

    private static func within<Value: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw Failure.timedOut(limit) }
            return value
        }
    }

    /// An error in words for people.
    static func words(_ error: any Error, _ limit: Duration) -> String {
        if let error = error as? HTTPClientError, error == .deadlineExceeded || error == .connectTimeout {
            return Failure.timedOut(limit).description
        }
        let cause = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
        return String(String(describing: cause).prefix(200))
    }
}
