import Foundation
import Hummingbird
import Logging
import Synchronization

/// A program outside: a real HTTP server on a free port of loopback, which answers as the test says.
final class Receiver: Sendable {
    struct Received: Hashable, Sendable {
        var path: String
        var id: String
        var timestamp: String
        var signature: String
        var contentType: String
        var body: String

        /// What a member of the body's JSON says; of nested ones by a dot.
        func value(_ path: String) -> String? {
            var value = try? JSONSerialization.jsonObject(with: Data(body.utf8))
            for key in path.split(separator: ".") { value = (value as? [String: Any])?[String(key)] }
            return value.map { "\($0)" }
        }

        var subject: String? { value("subject") }
    }

    struct Reply: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = ""
    }

    private typealias Field = HTTPFields.Element
    typealias Answer = @Sendable (Received) async -> Reply

    private let received = Mutex<[Received]>([])
    private let stream: AsyncStream<Received>
    private let inbox: AsyncStream<Received>.Continuation
    private let answer: Answer

    init(_ answer: @escaping Answer = { _ in Reply() }) {
        self.answer = answer
        (stream, inbox) = AsyncStream.makeStream()
    }

    var all: [Received] { received.withLock { $0 } }

    /// The next so many requests, in the order in which they came.
    func next(_ count: Int = 1) async -> [Received] {
        var taken: [Received] = []
        for await one in stream {
            taken.append(one)
            if taken.count == count { break }
        }
        return taken
    }

    /// Serves while `body` runs, which gets the address of the server.
    ///
    /// - Parameter port: 0 takes a free one.
    func serve<Value: Sendable>(
        port: Int = 0, _ body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Value {
        let (ports, tell) = AsyncStream<Int>.makeStream()
        let router = Router()
        for path in ["/", "**"] as [RouterPath] {
            router.post(path) { request, _ in try await self.take(request) }
        }
        let server = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { tell.yield($0.localAddress?.port ?? 0) }, logger: .silent)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await server.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body("http://127.0.0.1:\(port)") }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    private func take(_ request: Request) async throws -> Response {
        func header(_ name: String) -> String { Field.Name(name).flatMap { request.headers[$0] } ?? "" }
        let body = try await request.body.collect(upTo: 1 << 20)
        let one = Received(
            path: request.uri.path, id: header("webhook-id"), timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"), contentType: header("content-type"), body: String(buffer: body))
        received.withLock { $0.append(one) }
        inbox.yield(one)
        let reply = await answer(one)
        var headers = HTTPFields()
        for (name, value) in reply.headers {
            if let name = Field.Name(name) { headers[name] = value }
        }
        return Response(
            status: .init(code: reply.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: reply.body)))
    }
}

/// Opened once; whoever waits before goes on then, and whoever comes later does not wait. A cancelled task does not wait
/// either.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var lastID = 0
        var cancelled: Set<Int> = []
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for one in waiting { one.resume() }
    }

    func wait() async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isOpen || state.cancelled.contains(id) { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.cancelled.insert(id)
                return state.waiting.removeValue(forKey: id)
            }
            waiting?.resume()
        }
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
