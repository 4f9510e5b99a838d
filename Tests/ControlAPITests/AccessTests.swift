import Hummingbird
import HummingbirdTesting
import Routing
import Storage
import Testing

@testable import ControlAPI

/// The API as it is over TCP: behind tokens and limits.
@Suite struct AccessTests {
    private let plane = FakePlane()
    private let store = TestStore.make()

    private func serving(
        _ limits: APILimits = APILimits(), _ body: @Sendable (any TestClientProtocol, APIAccess) async throws -> Void
    ) async throws {
        let access = try await APIAccess(store: store)
        let server = APIServer(
            plane: plane, host: "127.0.0.1", port: 0, access: access, limits: limits, events: nil, logger: .silent)
        try await server.application.test(.router) { try await body($0, access) }
    }

    private func token(
        _ access: APIAccess, _ name: String = "crm", _ scopes: [Scope] = [.read], expiresAt: WallTime? = nil
    ) async throws -> [String: String] {
        let addition = try await access.book.add(name, scopes: scopes, expiresAt: expiresAt, now: plane.clocks().wall)
        guard case .added(let token, _) = addition else { throw StorageError.failed(operation: "add", problem: name) }
        return ["Authorization": "Bearer " + token.text]
    }

    @Test func withoutATokenNothingIsTold() async throws {
        try await serving { client, _ in
            for headers in [[:], ["Authorization": "Basic eDp5"], ["Authorization": "Bearer"]] {
                let answer = try await client.ask("/v1/status", headers: headers)
                #expect(answer.status == 401)
                #expect(answer.type == "application/problem+json")
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer realm=\"burdock\"") == true)
            }
            let unknown = ["Authorization": "Bearer bk_" + String(repeating: "A", count: 43)]
            #expect(
                try await client.ask("/v1/status", headers: unknown).headers[.wwwAuthenticate]?
                    .contains("invalid_token") == true)
            // Not even whether there is something.
            #expect(try await client.ask("/v1/nothing").status == 401)
        }
    }

    @Test func aTokenIsGoodForItsScopesOnly() async throws {
        try await serving { client, access in
            let reader = try await token(access)
            #expect(try await client.ask("/v1/status", headers: reader).status == 200)
            let refused = try await client.ask("/v1/tasks/1Z7R/cancel", .post, body: "{}", headers: reader)
            #expect(refused.status == 403)
            #expect(try refused.problem.detail.contains("\"tasks\""))
            #expect(refused.headers[.wwwAuthenticate]?.contains("scope=\"tasks\"") == true)
            let writer = try await token(access, "desk", [.tasks])
            #expect(try await client.ask("/v1/tasks/1Z7R/cancel", .post, body: "{}", headers: writer).status == 200)
            #expect(try await client.ask("/v1/status", headers: writer).status == 403)
            let admin = try await token(access, "admin", [.admin])
            #expect(try await client.ask("/v1/status", headers: admin).status == 200)
            #expect(try await client.ask("/v1/reload", .post, body: #"{"dry_run":true}"#, headers: admin).status == 200)
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, "/v1/tasks", Scope.read), (.head, "/v1/tasks", .read), (.post, "/v1/tasks", .tasks),
        (.post, "/v1/imports", .tasks), (.post, "/v1/operators/anna/wish", .operators),
        (.delete, "/v1/calls/1", .calls),
        (.delete, "/v1/ties/1", .admin), (.post, "/v1/reload", .admin), (.post, "/v1/new-thing", .admin),
        (.put, "/", .admin),
    ])
    func whatNobodyThoughtOfNeedsAdmin(_ method: HTTPRequest.Method, _ path: String, _ scope: Scope) {
        #expect(Scope.needed(for: method, path: path) == scope)
    }

    @Test func aTokenEndsWhenItExpiresOrIsRevoked() async throws {
        try await serving { client, access in
            let brief = try await token(
                access, "brief", expiresAt: FakePlane.wallNow.adding(milliseconds: 60_000))
            let long = try await token(access, "long")
            #expect(try await client.ask("/v1/status", headers: brief).status == 200)
            plane.pass(.seconds(60))
            #expect(try await client.ask("/v1/status", headers: brief).status == 401)
            #expect(try await client.ask("/v1/status", headers: long).status == 200)
            #expect(try await access.book.revoke("long"))
            #expect(try await client.ask("/v1/status", headers: long).status == 401)
        }
    }

    @Test func tokensOutliveTheProcessAndKnowTheirLastDay() async throws {
        let first = try await APIAccess(store: store)
        let headers = try await token(first)
        try await serving { client, access in
            let answer = try await client.ask("/v1/status", headers: headers)
            #expect(answer.status == 200)
            #expect(access.book.all.map { TokenDTO($0).lastUsedOn } == ["2026-11-21"])
        }
        #expect(try await store.tokens().map { TokenDTO($0).lastUsedOn } == ["2026-11-21"])
        let kept = try await store.tokens()[0]
        #expect(!headers.values.contains { $0.contains(kept.digest.description) })
    }

    @Test func theDescriptionIsForEverybody() async throws {
        try await serving { client, _ in
            let (read, written) = (
                try await client.ask("/v1/openapi.json"), try await client.ask("/v1/openapi.json", .post, body: "")
            )
            #expect(read.status == 200 && written.status == 401)
        }
    }

    @Test func tokensAreNotMadeOverTCP() async throws {
        try await serving { client, access in
            let admin = try await token(access, "admin", [.admin])
            #expect(try await client.ask("/v1/tokens", headers: admin).status == 404)
            let body = #"{"name":"x","scopes":["admin"]}"#
            #expect(try await client.ask("/v1/tokens", .post, body: body, headers: admin).status == 404)
        }
    }

    @Test func whoAsksTooFastWaits() async throws {
        var limits = APILimits()
        limits.tokens = RateLimit(perSecond: 0.5, burst: 3)
        limits.strangers = RateLimit(perSecond: 1, burst: 2)
        try await serving(limits) { client, access in
            let (one, other) = (try await token(access, "one"), try await token(access, "other"))
            for _ in 1...3 { #expect(try await client.ask("/v1/status", headers: one).status == 200) }
            let refused = try await client.ask("/v1/status", headers: one)
            #expect(refused.status == 429 && refused.headers[.retryAfter] == "2")
            #expect(try refused.problem.type == "urn:burdock:problem:too-many-requests")
            #expect(try await client.ask("/v1/status", headers: other).status == 200)
            plane.pass(.seconds(2))
            #expect(try await client.ask("/v1/status", headers: one).status == 200)
            #expect(try await client.ask("/v1/status", headers: one).status == 429)

            for _ in 1...2 { #expect(try await client.ask("/v1/status").status == 401) }
            #expect(try await client.ask("/v1/status").status == 429)
            #expect(try await client.ask("/v1/openapi.json").status == 429)
        }
    }

    @Test func answersToHEADHaveNoBody() async throws {
        try await serving { client, access in
            let reader = try await token(access)
            for (uri, status) in [("/v1/status", 200), ("/v1/operators/ana", 404), ("/v1/nothing", 404)] {
                let answer = try await client.ask(uri, .head, headers: reader)
                #expect(answer.status == status && answer.text.isEmpty, "\(uri)")
            }
            #expect(try await client.ask("/v1/status", .head).text.isEmpty)
        }
    }
}

@Suite struct RateLimiterTests {
    private let limit = RateLimit(perSecond: 2, burst: 3)

    @Test func aBucketIsFullAtFirstAndRefilledByTime() {
        var bucket = TokenBucket(limit, at: Instant(seconds: 0))
        for _ in 1...3 { #expect(bucket.take(limit, at: Instant(seconds: 0)) == nil) }
        #expect(bucket.take(limit, at: Instant(seconds: 0)) == .milliseconds(500))
        #expect(bucket.take(limit, at: Instant(seconds: 0.25)) == .milliseconds(250))
        #expect(bucket.take(limit, at: Instant(seconds: 0.5)) == nil)
        // Never more than the burst, however long it was quiet; and time does not run backwards.
        for _ in 1...3 { #expect(bucket.take(limit, at: Instant(seconds: 100)) == nil) }
        #expect(bucket.take(limit, at: Instant(seconds: 100)) != nil)
        #expect(bucket.take(limit, at: Instant(seconds: 1)) != nil)
    }

    @Test func bucketsAreBoundedAndQuietOnesAreForgotten() {
        let limiter = RateLimiter(limit, mostBuckets: 2)
        #expect(limiter.take("a", at: Instant(seconds: 0)) == nil)
        #expect(limiter.take("b", at: Instant(seconds: 0)) == nil)
        #expect(limiter.take("c", at: Instant(seconds: 0)) == .seconds(1))
        #expect(limiter.take("a", at: Instant(seconds: 0)) == nil)
        #expect(limiter.take("c", at: Instant(seconds: 0.5)) == nil)
        #expect(limiter.count == 2)
    }
}

@Suite struct TokenTests {
    @Test func tokensHave256BitsOfChance() {
        let tokens = Set((1...1_000).map { _ in APIToken().text })
        #expect(tokens.count == 1_000)
        #expect(tokens.allSatisfy { $0.hasPrefix("bk_") && $0.count == 46 })
        let used = Set(tokens.joined().dropFirst(3))
        #expect(used.count >= 64)
    }

    @Test(arguments: [([1, 2], [1, 2], true), ([1, 2], [1, 3], false), ([1], [1, 2], false), ([], [], true)])
    func bytesAreCompared(_ left: [UInt8], _ right: [UInt8], _ same: Bool) {
        #expect(equalsInConstantTime(left, right) == same)
    }

    @Test func theDigestIsSHA256() throws {
        // echo -n bk_abc | sha256sum
        let digest = try #require(APIToken("bk_abc")).digest
        #expect(digest.prefix(4).map { String($0, radix: 16) } == Self.expected)
        #expect(APIToken("sk_abc") == nil && APIToken("bk_" + String(repeating: "a", count: 126)) == nil)
    }

    private static let expected = ["f", "81", "5d", "7f"]
}

/// Tokens are made on the control socket.
@Suite struct TokenRouteTests {
    private func serving(_ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        let access = try await APIAccess(store: TestStore.make())
        let server = ControlServer(plane: FakePlane(), socketPath: "/nowhere", access: access, logger: .silent)
        try await server.application.test(.router) { try await body($0) }
    }

    @Test func aTokenIsShownOnceListedAndRevoked() async throws {
        try await serving { client in
            let body = #"{"name":"crm","scopes":["tasks","read"],"expires":"30d"}"#
            let made = try await client.ask("/v1/tokens", .post, body: body)
            #expect(made.status == 201)
            let dto = try made.read(MadeTokenDTO.self)
            #expect(dto.token.hasPrefix("bk_") && dto.about.scopes == [.read, .tasks])
            #expect(dto.about.expiresAt?.description == "2026-12-21T19:05:02.114Z")
            let list = try await client.ask("/v1/tokens")
            #expect(!list.text.contains(dto.token))
            #expect(try list.read(TokenListDTO.self).tokens == [dto.about])
            #expect(try await client.ask("/v1/tokens", .post, body: body).status == 409)
            #expect(try await client.ask("/v1/tokens/crm", .delete).status == 204)
            #expect(try await client.ask("/v1/tokens/crm", .delete).status == 404)
        }
    }

    @Test(arguments: [
        (#"{"name":"","scopes":["read"]}"#, "/name"), (#"{"name":"a b","scopes":["read"]}"#, "/name"),
        (#"{"name":"a","scopes":[]}"#, "/scopes"), (#"{"name":"a","scopes":["all"]}"#, "/scopes/0"),
        (#"{"name":"a","scopes":["read"],"expires":"soon"}"#, "/expires"),
        (#"{"name":"a","scopes":["read"],"expires":"2020-01-01T00:00:00Z"}"#, "/expires"),
    ])
    func aBadTokenIsExplained(_ body: String, _ pointer: String) async throws {
        try await serving { client in
            let answer = try await client.ask("/v1/tokens", .post, body: body)
            #expect(answer.status == 400)
            #expect(try answer.problem.errors?.map(\.pointer) == [pointer])
        }
    }
}
