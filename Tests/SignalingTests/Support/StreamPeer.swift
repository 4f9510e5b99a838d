import Glibc

/// A SIP peer over one TCP connection.
final class StreamPeer {
    let port: UInt16
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(server: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        precondition(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = server.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        precondition(status == 0)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        port = UInt16(bigEndian: address.sin_port)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// The next message whose first line begins so.
    func expect(_ start: String, within milliseconds: Int32 = 3_000) -> PeerText? {
        for _ in 0..<50 {
            guard let message = receive(within: milliseconds) else { return nil }
            if message.firstLine.hasPrefix(start) { return message }
        }
        return nil
    }

    /// `true` if the other side closes the connection in time.
    func isClosed(within milliseconds: Int32 = 3_000) -> Bool {
        while true {
            guard let count = fill(within: milliseconds) else { return false }
            if count <= 0 { return true }
        }
    }

    /// Raw bytes that came, without framing.
    func raw(within milliseconds: Int32 = 3_000) -> String? {
        if buffer.isEmpty { _ = fill(within: milliseconds) }
        defer { buffer.removeAll() }
        return buffer.isEmpty ? nil : String(decoding: buffer, as: UTF8.self)
    }

    /// The next message; `nil` if none comes in time, or the connection is closed.
    func receive(within milliseconds: Int32 = 3_000) -> PeerText? {
        while true {
            if let message = cut() { return message }
            guard let count = fill(within: milliseconds), count > 0 else { return nil }
        }
    }

    private func cut() -> PeerText? {
        let text = String(decoding: buffer, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.upperBound]
        let length = Int(PeerText(String(head)).header("Content-Length") ?? "0") ?? 0
        let total = head.utf8.count + length
        guard buffer.count >= total else { return nil }
        defer { buffer.removeFirst(total) }
        return PeerText(String(decoding: buffer[..<total], as: UTF8.self))
    }

    private func fill(within milliseconds: Int32) -> Int? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) == 1 else { return nil }
        var part = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &part, part.count, 0)
        if count > 0 { buffer += part[..<count] }
        return count
    }
}
