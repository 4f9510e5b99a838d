import Foundation
import Routing
import Storage
import Synchronization
import Testing

@testable import ControlAPI

/// The API on a real port.
@Suite struct APIServerTests {
    /// Runs control socket and API until the body is done with the port and a token.
    static func serving(
        port: UInt16 = 0, scopes: [Scope] = [.read],
        _ body: @Sendable @escaping (Int, String, EventFeed) async throws -> Void
    ) async throws {
        let (plane, feed) = (FakePlane(), EventFeed())
        let access = try await APIAccess(store: TestStore.make())
        guard
            case .added(let token, _) = try await access.book.add(
                "test", scopes: scopes, expiresAt: nil, now: FakePlane.wallNow)
        else { return }
        var limits = APILimits()
        limits.tokens = RateLimit(perSecond: 10_000, burst: 10_000)
        limits.strangers = limits.tokens
        // Tests beside this one may hold every thread for longer than a caller would be waited for.
        limits.headerSeconds = 600
        let (ports, isRunning) = AsyncStream.makeStream(of: UInt16.self)
        let server = APIServer(
            plane: plane, host: "127.0.0.1", port: port, access: access, limits: limits, events: feed, logger: .silent
        ) { isRunning.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { isRunning.finish() }
                try await server.run()
            }
            group.addTask { await feed.run(plane) }
            for await port in ports {
                try await body(Int(port), token.text, feed)
                break
            }
            group.cancelAll()
        }
    }

    @Test func theAPIAnswersWhoHasAToken() async throws {
        try await Self.serving { port, token, _ in
            let head = "GET /v1/operators/anna HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            let answer = try await TCPClient.ask(port, head + "Authorization: Bearer \(token)\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains(#""name":"Anna Kovalenko""#))
        }
    }

    /// No `Connection: close` is asked for: it is the server that ends it.
    @Test func whoIsNotLetInHoldsNoConnection() async throws {
        try await Self.serving { port, _, _ in
            let answer = try await TCPClient.ask(port, "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
        }
    }

    @Test func aStreamBeginsWithASnapshotAndTellsWhatHappens() async throws {
        try await Self.serving { port, token, feed in
            let request =
                "GET /v1/events?operator=anna HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\r\n"
            let text = try await TCPClient.ask(port, request, until: "card.hidden") { soFar in
                guard soFar.contains("event: snapshot") else { return }
                for (index, name) in ["ihor", "anna"].enumerated() {
                    feed.note(
                        .deadlineReached, at: Instant(seconds: 1_001 + Double(index)),
                        [Decision(.hideCard(TaskID(rawValue: 77), from: OperatorID(name)), because: .nextLead)])
                }
            }
            #expect(text.contains("Content-Type: text/event-stream"))
            #expect(text.contains("\"name\":\"Anna Kovalenko\"") && !text.contains("Ihor"))
            #expect(text.contains("\"operator\":\"anna\",\"task\":\"25\"") && !text.contains("\"ihor\""))
        }
    }

    /// For tools that try an API from outside: serves for half an hour, and leaves the token in the file
    /// `BURDOCK_API_TOKEN`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["BURDOCK_API_PORT"] != nil))
    func servesForToolsOfOthers() async throws {
        let port = ProcessInfo.processInfo.environment["BURDOCK_API_PORT"].flatMap { UInt16($0) } ?? 0
        try await Self.serving(port: port, scopes: [.admin]) { _, token, _ in
            let file = ProcessInfo.processInfo.environment["BURDOCK_API_TOKEN"] ?? "/dev/null"
            try token.write(toFile: file, atomically: false, encoding: .utf8)
            try await Task.sleep(for: .seconds(1_800))
        }
    }
}

/// Speaks TCP by hand, so that nothing of the server's own library is on this side.
enum TCPClient {
    /// Sends the request and reads until the server closes or `end` has come, or two minutes have brought nothing: tests
    /// beside this one may hold every thread of the server for long.
    ///
    /// - Parameter look: sees what has come so far, after each piece.
    static func ask(
        _ port: Int, _ request: String, until end: String? = nil, look: @Sendable @escaping (String) -> Void = { _ in }
    ) async throws -> String {
        // Not in the cooperative pool: the server's routes run there, and this thread waits for them.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try exchange(port, request, end, look) })
            }
        }
    }

    private static func exchange(
        _ port: Int, _ request: String, _ end: String?, _ look: (String) -> Void
    ) throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw RawClient.Failure(code: errno) }
        var patience = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(request.utf8)
        guard send(descriptor, bytes, bytes.count, 0) == bytes.count else { throw RawClient.Failure(code: errno) }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 {
            answer += chunk.prefix(count)
            let text = String(decoding: answer, as: UTF8.self)
            look(text)
            if let end, text.contains(end) { break }
        }
        return String(decoding: answer, as: UTF8.self)
    }
}
