import Glibc

/// A SIP peer that says exactly what the test tells it to, over a UDP socket on loopback.
final class ScriptedPeer {
    let port: UInt16
    private let descriptor: Int32
    private let isIPv6: Bool
    /// A socket address as the system keeps it.
    private var target: [UInt8]

    /// - Parameters:
    ///   - server: UDP port of the agent under test; 0 until it is known.
    ///   - address: of ours, one of 127.0.0.0/8.
    ///   - port: 0 for a free one. Another only with an address that nobody else uses.
    init(server: UInt16 = 0, isIPv6: Bool = false, address host: UInt32 = 0x7F00_0001, port wanted: UInt16 = 0) {
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        precondition(descriptor >= 0)
        var address = Self.loopback(port: wanted, isIPv6, host)
        var length = socklen_t(address.count)
        address.withUnsafeMutableBytes { raw in
            guard let base = raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return }
            precondition(bind(descriptor, base, length) == 0)
            getsockname(descriptor, base, &length)
        }
        self.descriptor = descriptor
        self.isIPv6 = isIPv6
        // The port stands at the same place in both families.
        port = UInt16(address[2]) << 8 | UInt16(address[3])
        target = Self.loopback(port: server, isIPv6)
    }

    /// At an address of its own on loopback, so that its port is free.
    static func alone(server: UInt16, port: UInt16) -> ScriptedPeer {
        ScriptedPeer(server: server, address: 0x7F01_0000 + UInt32.random(in: 1..<0xFE_0000), port: port)
    }

    deinit { close(descriptor) }

    /// For peers that have to be there before the agent is.
    func aim(at server: UInt16) { target = Self.loopback(port: server, isIPv6) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        target.withUnsafeBytes { raw in
            _ = sendto(
                descriptor, bytes, bytes.count, 0, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(raw.count))
        }
    }

    /// The next datagram; `nil` if none comes in time.
    func receive(within milliseconds: Int32 = 3_000) -> PeerText? {
        receiveBytes(within: milliseconds).map { PeerText(String(decoding: $0, as: UTF8.self)) }
    }

    func receiveBytes(within milliseconds: Int32 = 3_000) -> [UInt8]? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// The next datagram whose first line begins so; others are passed over.
    func expect(_ start: String, within milliseconds: Int32 = 3_000) -> PeerText? {
        for _ in 0..<500 {
            guard let message = receive(within: milliseconds) else { return nil }
            if message.firstLine.hasPrefix(start) { return message }
        }
        return nil
    }

    private static func loopback(port: UInt16, _ isIPv6: Bool, _ host: UInt32 = 0x7F00_0001) -> [UInt8] {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            return withUnsafeBytes(of: &address) { Array($0) }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        return withUnsafeBytes(of: &address) { Array($0) }
    }
}

/// A message as the test looks at it.
struct PeerText: Hashable {
    let raw: String

    init(_ raw: String) { self.raw = raw }

    var firstLine: String { lines.first ?? "" }
    var lines: [String] { raw.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init) }
    var body: String { raw.components(separatedBy: "\r\n\r\n") }

    /// Value of the first header with this name, in whatever case.
    func header(_ name: String) -> String? {
        headers(name).first
    }

    func headers(_ name: String) -> [String] {
        lines.filter { $0.lowercased().hasPrefix(name.lowercased() + ":") }.map {
            String($0.dropFirst(name.count + 1)).trimmingBlanks
        }
    }

    /// A parameter of a header, such as the tag of To.
    func parameter(_ name: String, of header: String) -> String? {
        guard let value = self.header(header), let range = value.firstRange(of: ";\(name)=") else { return nil }
        return String(value[range.upperBound...].prefix { $0 != ";" && $0 != ">" && $0 != "," })
    }

    /// URI of Contact.
    var contact: String {
        let value = header("Contact") ?? ""
        return String(value.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
    }
}

extension String {
    var trimmingBlanks: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// What follows the first separator.
    fileprivate func components(separatedBy separator: String) -> String {
        guard let range = firstRange(of: separator) else { return "" }
        return String(self[range.upperBound...])
    }
}
