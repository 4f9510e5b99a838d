import Foundation
import Hummingbird
import HummingbirdTesting
import Routing
import Storage
import Synchronization
import Testing

@testable import ControlAPI

/// Two webhooks, one of which does not take events and has a dead letter.
private final class FakeWebhooks: WebhookPlane {
    let asked = Mutex<[String]>([])
    let isEmpty: Bool
    let storageFails: Bool

    init(isEmpty: Bool = false, storageFails: Bool = false) {
        self.isEmpty = isEmpty
        self.storageFails = storageFails
    }

    func webhooks() async throws(StorageError) -> [WebhookStatus] {
        guard !storageFails else { throw .failed(operation: "count letters", problem: "disk I/O error") }
        guard !isEmpty else { return [] }
        let now = FakePlane.wallNow
        func one(_ name: String, failures: Int = 0, isEnabled: Bool = true, isOff: Bool = false) -> WebhookStatus {
            WebhookStatus(
                name: name, url: "https://a/\(name)", events: ["call.ended"], isEnabled: isEnabled, isOff: isOff,
                letters: LetterCounts(
                    waiting: failures, dead: failures, oldestWaiting: failures > 0 ? now : nil),
                failures: failures, delivered: 7, lastDeliveredAt: now,
                lastProblem: failures > 0 ? "HTTP status 500" : nil, lastProblemAt: failures > 0 ? now : nil)
        }
        return [
            one("crm"), one("other", failures: 3), one("gone", isOff: true), one("idle", isEnabled: false),
        ]
    }

    func deadLetters(
        to name: String, after cursor: PageCursor?, limit: Int
    ) async throws(StorageError) -> Page<DeadLetter>? {
        asked.withLock { $0.append("\(name) \(cursor?.description ?? "-") \(limit)") }
        guard name != "nobody" else { return nil }
        let letter = DeadLetter(
            event: "01ARYZ6S41", type: "burdock.call.ended.v1", subject: "call/1Z7R", at: FakePlane.wallNow,
            attempts: 31, diedAt: FakePlane.wallNow.adding(milliseconds: 86_400_000), problem: "HTTP status 500",
            status: 500)
        return Page(rows: [letter], next: PageCursor("1.2"), end: nil)
    }

    func resend(to name: String, event: String?) async throws(StorageError) -> Int? {
        asked.withLock { $0.append("\(name) \(event ?? "all")") }
        return name == "nobody" ? nil : event == "unknown" ? 0 : event == nil ? 5 : 1
    }

    func test(_ name: String) async -> WebhookTrial? {
        name == "nobody"
            ? nil : WebhookTrial(wasTaken: false, status: 500, problem: "HTTP status 500", took: .milliseconds(250))
    }

    func answer(_ method: HTTPRequest.Method, _ uri: String, _ body: String? = nil) async throws -> Answer {
        let server = ControlServer(plane: FakePlane(), webhooks: self, socketPath: "/nowhere", logger: .silent)
        return try await server.application.test(.router) { client in
            let response = try await client.execute(
                uri: uri, method: method, body: body.map { ByteBuffer(string: $0) })
            return Answer(
                status: response.status.code, type: response.headers[.contentType],
                text: String(buffer: response.body))
        }
    }
}

@Suite struct WebhookRouteTests {
    @Test func webhooksComeWithHowTheyStand() async throws {
        let list = try await FakeWebhooks().answer(.get, "/v1/webhooks").read(WebhookListDTO.self).webhooks
        #expect(list.map(\.name) == ["crm", "other", "gone", "idle"])
        #expect(list.map(\.state) == [.working, .failing, .off, .disabled])
        #expect(list[1].waiting == 3 && list[1].dead == 3 && list[1].lastProblem == "HTTP status 500")
        #expect(list[1].oldestWaiting?.description == "2026-11-21T19:05:02.114Z")
        #expect(list[0].oldestWaiting == nil && list[0].lastProblem == nil && list[0].delivered == 7)
    }

    @Test func deadLettersComePageByPage() async throws {
        let plane = FakeWebhooks()
        let list = try await plane.answer(.get, "/v1/webhooks/crm/dead?limit=7&cursor=a.b").read(DeadLetterListDTO.self)
        #expect(plane.asked.withLock { $0 } == ["crm a.b 7"])
        #expect(list.next == "1.2")
        let letter = try #require(list.letters.first)
        #expect(letter.event == "01ARYZ6S41" && letter.attempts == 31 && letter.status == 500)
        #expect(letter.diedAt.description == "2026-11-22T19:05:02.114Z")
    }

    @Test func deadLettersAreSentAgainAllOrOne() async throws {
        let plane = FakeWebhooks()
        #expect(try await plane.answer(.post, "/v1/webhooks/crm/resend", "{}").read(ResendDTO.self).resent == 5)
        let one = try await plane.answer(.post, "/v1/webhooks/crm/resend", #"{"event": "01ARYZ6S41"}"#)
        #expect(try one.read(ResendDTO.self) == ResendDTO(webhook: "crm", resent: 1))
        #expect(plane.asked.withLock { $0 } == ["crm all", "crm 01ARYZ6S41"])
        let unknown = try await plane.answer(.post, "/v1/webhooks/crm/resend", #"{"event": "unknown"}"#)
        #expect(unknown.status == 404)
        #expect(try unknown.problem.type == "urn:burdock:problem:no-such-letter")
    }

    @Test func aTestSaysWhatCameOfIt() async throws {
        let test = try await FakeWebhooks().answer(.post, "/v1/webhooks/crm/test", "{}").read(WebhookTestDTO.self)
        #expect(!test.taken && test.status == 500 && test.problem == "HTTP status 500" && test.seconds == 0.25)
    }

    @Test(arguments: [("GET", "dead"), ("POST", "resend"), ("POST", "test")])
    func anUnknownWebhookIsExplained(method: String, path: String) async throws {
        let answer = try await FakeWebhooks().answer(
            HTTPRequest.Method(method)!, "/v1/webhooks/nobody/\(path)", method == "POST" ? "{}" : nil)
        #expect(answer.status == 404)
        #expect(try answer.problem.type == "urn:burdock:problem:no-such-webhook")
        let none = try await FakeWebhooks(isEmpty: true).answer(.get, "/v1/webhooks/nobody/dead")
        #expect(try none.problem.next?.contains("webhooks:") == true)
    }

    @Test func whatIsWrongIsExplained() async throws {
        let plane = FakeWebhooks()
        #expect(try await plane.answer(.get, "/v1/webhooks/crm/dead?cursor=x").status == 400)
        #expect(try await plane.answer(.get, "/v1/webhooks/crm/dead?limit=0").status == 400)
        #expect(try await plane.answer(.post, "/v1/webhooks/crm/resend", "").status == 400)
        #expect(try await FakeWebhooks(storageFails: true).answer(.get, "/v1/webhooks").status == 503)
        #expect(try await Answer.get("/v1/webhooks").status == 404)
    }
}
