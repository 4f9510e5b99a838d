import Foundation
import Glibc
import Synchronization

/// The remote control of a baresip: JSON in netstrings over TCP (its module ctrl_tcp).
final class PhoneControl: Sendable {
    /// Something that baresip reported by itself.
    struct Event: Sendable {
        let at: Moment
        /// "CALL_INCOMING", "CALL_ESTABLISHED", "CALL_CLOSED", "REGISTER_OK" …
        let type: String
        let param: String
        let peer: String
    }

    private struct Message: Decodable {
        var event: Bool?
        var type: String?
        var param: String?
        var peeruri: String?
        var ok: Bool?
        var data: String?
        var token: String?
    }

    private struct State {
        var buffer: [UInt8] = []
        var events: [Event] = []
        var answers: [String: Message] = [:]
        var nextToken = 1
        var closed = false
    }

    private let state = Mutex(State())
    private let descriptor: Int32

    init(on host: Host, port: UInt16) throws {
        descriptor = try NamespaceSocket.connect(on: host, port: port)
        Thread.detachNewThread { [self] in read() }
    }

    /// Ends the connection; the reading thread closes the socket.
    func close() {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    var events: [Event] { state.withLock { $0.events } }

    /// Gives a long command of baresip's menu and returns what it answers.
    @discardableResult
    func command(_ command: String, _ params: String? = nil) async throws -> String {
        let token = state.withLock { state in
            defer { state.nextToken += 1 }
            return "t\(state.nextToken)"
        }
        var fields = ["command": command, "token": token]
        fields["params"] = params
        let json = [UInt8](try JSONEncoder().encode(fields))
        let bytes = Array("\(json.count):".utf8) + json + Array(",".utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw PeerFailure("baresip does not listen to \"\(command)\"")
        }
        let answer = try await Moment.poll(within: 5, every: 0.005) {
            state.withLock { $0.answers.removeValue(forKey: token) }
        }
        guard let answer else { throw PeerFailure("baresip did not answer \"\(command)\" within 5 s") }
        guard answer.ok == true else { throw PeerFailure("baresip refused \"\(command)\": \(answer.data ?? "")") }
        return answer.data ?? ""
    }

    private func read() {
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = Glibc.recv(descriptor, &chunk, chunk.count, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            state.withLock { state in
                state.buffer += chunk[0..<count]
                while let message = Self.next(&state.buffer) { take(message, &state) }
            }
        }
        Glibc.close(descriptor)
    }

    private func take(_ message: Message, _ state: inout State) {
        if message.event == true {
            let event = Event(
                at: .now, type: message.type ?? "", param: message.param ?? "", peer: message.peeruri ?? "")
            state.events.append(event)
        } else if let token = message.token {
            state.answers[token] = message
        }
    }

    /// Takes the next complete netstring off the buffer.
    private static func next(_ buffer: inout [UInt8]) -> Message? {
        while let colon = buffer.firstIndex(of: UInt8(ascii: ":")) {
            guard let length = Int(String(decoding: buffer[..<colon], as: UTF8.self)) else {
                buffer.removeAll()
                return nil
            }
            let end = colon + 1 + length
            guard end < buffer.count else { return nil }
            let json = Data(buffer[(colon + 1)..<end])
            buffer.removeFirst(end + 1)
            // What is no such message (a listing, say) is of no interest.
            if let message = try? JSONDecoder().decode(Message.self, from: json) { return message }
        }
        return nil
    }
}
