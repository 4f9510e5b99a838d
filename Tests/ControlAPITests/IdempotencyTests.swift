import Hummingbird
import HummingbirdTesting
import Routing
import Storage
import Synchronization
import Testing

@testable import ControlAPI

/// A request that comes again is not carried out again.
@Suite struct IdempotencyTests {
    private static let task = #"{"dialer": "back", "number": "0671234567"}"#
    private let plane = FakePlane()
    private let store = TestStore.make()

    private func serving(
        _ store: SQLiteCallStore? = nil, _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let access = try await APIAccess(store: store ?? self.store)
        let server = ControlServer(plane: plane, socketPath: "/nowhere", access: access, logger: .silent)
        try await server.application.test(.router) { try await body($0) }
    }

    private var done: Int { plane.drafts.withLock { $0.count } }

    @Test func theSameRequestIsCarriedOutOnceAndAnsweredAlike() async throws {
        try await serving { client in
            let headers = ["Idempotency-Key": "k1"]
            let first = try await client.ask("/v1/tasks", .post, body: Self.task, headers: headers)
            let second = try await client.ask("/v1/tasks", .post, body: Self.task, headers: headers)
            #expect(first.status == 200 && second.status == 200 && first.text == second.text)
            #expect(first.headers[named: "Idempotency-Replayed"] == nil)
            #expect(second.headers[named: "Idempotency-Replayed"] == "true" && second.type == first.type)
            #expect(done == 1)
            _ = try await client.ask("/v1/tasks", .post, body: Self.task, headers: ["Idempotency-Key": "k2"])
            _ = try await client.ask("/v1/tasks", .post, body: Self.task)
            #expect(done == 3)
        }
    }

    @Test func callIsNotMadeWithoutAKeyAndOnceWithOne() async throws {
        let call = #"{"operator": "olena", "number": "0671234567", "dialer": "back"}"#
        try await serving { client in
            let refused = try await client.ask("/v1/calls", .post, body: call)
            #expect(refused.status == 400 && done == 0)
            #expect(try refused.problem.type == "urn:burdock:problem:bad-header")
            for _ in 0..<2 {
                let made = try await client.ask("/v1/calls", .post, body: call, headers: ["Idempotency-Key": "k"])
                #expect(made.status == 202 && done == 1)
            }
        }
    }

    @Test func theAnswerOutlivesTheProcessForADay() async throws {
        let headers = ["Idempotency-Key": "k"]
        try await serving { _ = try await $0.ask("/v1/tasks", .post, body: Self.task, headers: headers) }
        try await serving { client in
            _ = try await client.ask("/v1/tasks", .post, body: Self.task, headers: headers)
            #expect(done == 1)
            plane.pass(.seconds(86_401))
            _ = try await client.ask("/v1/tasks", .post, body: Self.task, headers: headers)
            #expect(done == 2)
        }
    }

    @Test func anotherRequestWithTheKeyIsRefused() async throws {
        try await serving { client in
            let headers = ["Idempotency-Key": "k"]
            _ = try await client.ask("/v1/tasks", .post, body: Self.task, headers: headers)
            for (uri, body) in [("/v1/tasks", Self.task + " "), ("/v1/tasks/1Z7R/cancel", Self.task)] {
                let answer = try await client.ask(uri, .post, body: body, headers: headers)
                #expect(answer.status == 422)
                #expect(try answer.problem.type == "urn:burdock:problem:key-reused")
            }
        }
    }

    @Test func whatIsRefusedStaysSoAndWhatFailedMayComeAgain() async throws {
        try await serving { client in
            let (bad, headers) = (#"{"dialer": "bakc", "number": "0671234567"}"#, ["Idempotency-Key": "k"])
            for replayed in [nil, "true"] {
                let answer = try await client.ask("/v1/tasks", .post, body: bad, headers: headers)
                #expect(answer.status == 404 && answer.type == "application/problem+json")
                #expect(answer.headers[named: "Idempotency-Replayed"] == replayed)
            }
        }
        let broken = FakePlane(storageFails: true)
        let access = try await APIAccess(store: store)
        let server = ControlServer(plane: broken, socketPath: "/nowhere", access: access, logger: .silent)
        try await server.application.test(.router) { client in
            for _ in 1...2 {
                let answer = try await client.ask(
                    "/v1/tasks/1Z7R/cancel", .post, body: "{}", headers: ["Idempotency-Key": "x"])
                #expect(answer.status == 503 && answer.headers[named: "Idempotency-Replayed"] == nil)
            }
        }
    }

    @Test func aRequestThatIsBeingCarriedOutIsNotBegunAgain() async throws {
        let slow = SlowStore(store)
        let access = try await APIAccess(store: slow)
        let server = ControlServer(plane: plane, socketPath: "/nowhere", access: access, logger: .silent)
        try await server.application.test(.router) { client in
            let headers = ["Idempotency-Key": "k"]
            async let first = client.ask("/v1/tasks", .post, body: Self.task, headers: headers)
            await slow.untilAsked()
            let second = try await client.ask("/v1/tasks", .post, body: Self.task, headers: headers)
            #expect(second.status == 409)
            #expect(try second.problem.type == "urn:burdock:problem:key-in-use")
            await slow.goOn()
            #expect(try await first.status == 200)
        }
        #expect(done == 1)
    }

    @Test(arguments: ["", "a b", "ключ", String(repeating: "a", count: 256)])
    func aKeyThatIsNoneIsRefused(_ key: String) async throws {
        try await serving { client in
            let answer = try await client.ask(
                "/v1/tasks", .post, body: Self.task, headers: ["Idempotency-Key": key])
            #expect(answer.status == 400)
        }
        #expect(done == 0)
    }
}

/// Waits, at the first look-up, until it is told to go on.
private actor SlowStore: APIStore {
    private let store: SQLiteCallStore
    private var asked: CheckedContinuation<Void, Never>?
    private var waiting: CheckedContinuation<Void, Never>?

    init(_ store: SQLiteCallStore) {
        self.store = store
    }

    func untilAsked() async {
        guard waiting == nil else { return }
        await withCheckedContinuation { asked = $0 }
    }

    func goOn() {
        waiting?.resume()
    }

    func answer(to key: RequestKey, since: WallTime) async throws(StorageError) -> StoredAnswer? {
        await withCheckedContinuation { continuation in
            waiting = continuation
            asked?.resume()
        }
        return try await store.answer(to: key, since: since)
    }

    func tokens() async throws(StorageError) -> [StoredToken] { [] }
    func add(_ token: StoredToken) async throws(StorageError) -> Bool { false }
    func removeToken(_ name: String) async throws(StorageError) -> Bool { false }
    func noteUse(of token: String, on day: WallTime) async throws(StorageError) {}

    func keep(_ answer: StoredAnswer, to key: RequestKey, since: WallTime) async throws(StorageError) {
        try await store.keep(answer, to: key, since: since)
    }
}
