import Foundation
import Logging
import Testing

@testable import ControlAPI

/// The whole server on a real UNIX socket.
@Suite struct SocketTests {
    private let path: String

    init() throws {
        path = NSTemporaryDirectory() + "burdock-\(UInt32.random(in: 0...UInt32.max))/state/control.sock"
    }

    /// Runs a server until the body is done with it.
    private func serving(_ body: @Sendable @escaping (String) async throws -> Void) async throws {
        let (running, isRunning) = AsyncStream.makeStream(of: Void.self)
        let server = ControlServer(plane: FakePlane(), socketPath: path, logger: .silent) { isRunning.yield() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { isRunning.finish() }
                try await server.run()
            }
            for await _ in running { break }
            try await body(path)
            group.cancelAll()
        }
        try FileManager.default.removeItem(atPath: NSString(string: path).deletingLastPathComponent)
    }

    @Test func theServerAnswersOnItsSocket() async throws {
        try await serving { path in
            let answer = try await RawClient.ask(
                path, "GET /v1/operators/anna HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains(#""name":"Anna Kovalenko""#))
        }
    }

    @Test func onlyOwnerAndGroupMayConnect() async throws {
        try await serving { path in
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o660)
        }
    }

    @Test func aSocketOfADeadServerIsReplaced() async throws {
        try FileManager.default.createDirectory(
            atPath: NSString(string: path).deletingLastPathComponent, withIntermediateDirectories: true)
        let descriptor = try RawClient.listen(path)
        close(descriptor)
        #expect(FileManager.default.fileExists(atPath: path))
        try await serving { path in
            let answer = try await RawClient.ask(
                path, "GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.contains(" 200 "))
        }
    }

    @Test func aSocketOnWhichSomebodyListensIsLeftAlone() async throws {
        try await serving { path in
            let second = ControlServer(plane: FakePlane(), socketPath: path, logger: .silent)
            await #expect(throws: ControlError.socketInUse(path: path)) { try await second.run() }
            let answer = try await RawClient.ask(
                path, "GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.contains(" 200 "))
        }
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() async throws {
        let directory = NSTemporaryDirectory() + "burdock-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let file = directory + "/control.sock"
        try "notes".write(toFile: file, atomically: true, encoding: .utf8)
        let server = ControlServer(plane: FakePlane(), socketPath: file, logger: .silent)
        await #expect(throws: ControlError.notASocket(path: file)) { try await server.run() }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "notes")
    }

    @Test func thePathHasALimit() throws {
        let longest = "/tmp/" + String(repeating: "a", count: ControlSocket.longestPath - 5)
        #expect(throws: Never.self) { try ControlSocket(path: longest).prepare() }
        #expect(throws: ControlError.socketPathTooLong(path: longest + "a", limit: 107)) {
            try ControlSocket(path: longest + "a").prepare()
        }
    }

    @Test func theSocketIsRemovedAtTheEnd() async throws {
        let kept = path
        try await serving { path in #expect(FileManager.default.fileExists(atPath: path)) }
        #expect(!FileManager.default.fileExists(atPath: kept))
    }
}

/// Speaks to a UNIX socket by hand, so that nothing of the server's own library is on this side.
enum RawClient {
    struct Failure: Error {
        let code: Int32
    }

    /// Sends the request and reads until the server closes, for ten seconds at most.
    static func ask(_ path: String, _ request: String) async throws -> String {
        // Not in the cooperative pool: the server's routes run there, and this thread waits for them.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try exchange(path, request) })
            }
        }
    }

    private static func exchange(_ path: String, _ request: String) throws -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        try withAddress(path) { guard connect(descriptor, $0, $1) == 0 else { throw Failure(code: errno) } }
        var patience = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(request.utf8)
        guard send(descriptor, bytes, bytes.count, 0) == bytes.count else { throw Failure(code: errno) }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 {
            answer += chunk.prefix(count)
        }
        return String(decoding: answer, as: UTF8.self)
    }

    static func listen(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try withAddress(path) { guard bind(descriptor, $0, $1) == 0 else { throw Failure(code: errno) } }
        return descriptor
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void) throws
    {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
