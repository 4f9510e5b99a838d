import Crypto
import Hummingbird
import Logging
import Routing
import Storage
import Synchronization

/// Carries out a `POST` with an `Idempotency-Key` once, however often it comes within a day: whoever did not get the
/// answer asks again, and gets that answer.
///
/// What is kept is on disk before it is sent. A crash between the deed and that forgets the key, and the request is
/// carried out again when it comes again.
final class IdempotencyMiddleware: RouterMiddleware {
    typealias Context = ControlContext

    static let header = "Idempotency-Key"
    /// Says that the answer is an earlier one.
    static let replayed = "Idempotency-Replayed"
    static let longestKey = 255
    /// What rings people's phones twice if it is done twice: not to be asked for without a key.
    static let demanding: Set = ["/v1/calls"]
    /// In milliseconds.
    static let kept: Int64 = 86_400_000
    /// A longer answer is not kept: no write has one.
    private static let longestAnswer = 65_536

    private let store: any APIStore
    private let plane: any ControlPlane
    private let running = Mutex<Set<RequestKey>>([])

    init(store: any APIStore, plane: any ControlPlane) {
        self.store = store
        self.plane = plane
    }

    func handle(
        _ request: Request, context: ControlContext, next: (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post else { return try await next(request, context) }
        guard let text = request.headers[named: Self.header] else {
            guard !Self.demanding.contains(request.uri.path) else { throw Problem.keyMissing }
            return try await next(request, context)
        }
        let key = RequestKey(token: context.token ?? "", key: try Self.checked(text))
        var request = request
        let body = try await request.collectBody(upTo: context.maxUploadSize)
        let digest = Self.digest(of: request, body)
        guard running.withLock({ $0.insert(key).inserted }) else { throw Problem.running }
        defer { _ = running.withLock { $0.remove(key) } }

        let since = plane.clocks().wall.adding(milliseconds: -Self.kept)
        if let answer = try await recorded({ () throws(StorageError) in try await store.answer(to: key, since: since) })
        {
            guard answer.request == digest else { throw Problem.reused }
            return Response(answer)
        }
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            // What is wrong with the request stays wrong; what is wrong with us may be better next time.
            let problem = ProblemMiddleware.problem(of: error, request: request)
            guard problem.dto(path: "").status < 500 else { throw error }
            response = try problem.response(to: request)
        }
        await keep(response, to: key, digest, since, context)
        return response
    }

    private func keep(
        _ response: Response, to key: RequestKey, _ digest: [UInt8], _ since: WallTime, _ context: ControlContext
    ) async {
        guard response.status.code < 500, let length = response.body.contentLength, length <= Self.longestAnswer,
            let bytes = try? await response.body.bytes()
        else { return }
        let answer = StoredAnswer(
            request: digest, status: response.status.code, contentType: response.headers[.contentType] ?? "",
            body: bytes, at: plane.clocks().wall)
        do {
            try await store.keep(answer, to: key, since: since)
        } catch {
            // The deed is done, and must not be reported as if it were not.
            context.logger.error("An answer could not be kept", metadata: ["problem": "\(error)"])
        }
    }

    private static func checked(_ key: String) throws -> String {
        guard (1...longestKey).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem(
                .badHeader, "Idempotency-Key must be 1 to \(longestKey) characters of ASCII without spaces",
                next: "A UUID will do")
        }
        return key
    }

    private static func digest(of request: Request, _ body: ByteBuffer) -> [UInt8] {
        var hash = SHA256()
        // A line break is in no path.
        hash.update(data: Array("\(request.method.rawValue) \(request.uri.string)\n".utf8))
        hash.update(data: Array(body.readableBytesView))
        return Array(hash.finalize())
    }
}

extension Problem {
    fileprivate static var keyMissing: Problem {
        Problem(
            .badHeader, "A call is only made for a request with an Idempotency-Key",
            next: "Send a new UUID with each call that is wanted, and the same again when asking again for one")
    }

    fileprivate static var running: Problem {
        Problem(
            .keyInUse, "A request with this Idempotency-Key is being carried out", next: "Ask again in a moment")
    }

    fileprivate static var reused: Problem {
        Problem(
            .keyReused, "This Idempotency-Key belongs to another request of the last 24 hours",
            next: "Make a new key for each thing that is to be done")
    }
}

extension Response {
    fileprivate init(_ answer: StoredAnswer) {
        self.init(
            status: .init(code: answer.status),
            headers: [.contentType: answer.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        headers[named: IdempotencyMiddleware.replayed] = "true"
    }
}

extension HTTPFields {
    /// By a name that HTTP itself does not know.
    subscript(named name: String) -> String? {
        get { Element.Name(name).flatMap { self[$0] } }
        set {
            guard let name = Element.Name(name) else { return }
            self[name] = newValue
        }
    }
}

extension ResponseBody {
    /// All of it. Only for bodies that are there already.
    fileprivate func bytes() async throws -> [UInt8] {
        let collector = Collector()
        try await write(collector)
        return collector.bytes.withLock { $0 }
    }

    private final class Collector: ResponseBodyWriter {
        let bytes = Mutex<[UInt8]>([])

        func write(_ buffer: ByteBuffer) async throws {
            bytes.withLock { $0 += Array(buffer.readableBytesView) }
        }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
