import Foundation

/// A configuration of the server and the sounds it needs, in a temporary folder.
struct ServerSetup {
    static let address = "127.0.0.1"
    static let callers = "127.0.0.2"
    static let phones = "127.0.0.3"
    static let line = "100"
    static let secret = "bench-secret-of-nobody"
    /// Everything the defaults of a queue and of the phone codes name.
    private static let sounds = ["hold", "code-ready", "code-pause", "code-off"]

    let folder: String
    let port: UInt16
    let operators: Int

    var configuration: String { "\(folder)/burdock.yaml" }
    var log: String { "\(folder)/server.log" }

    init(operators: Int) throws {
        self.operators = operators
        port = try Self.freePort()
        let name = "burdock-bench-\(ProcessInfo.processInfo.processIdentifier)-\(port)"
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for sound in Self.sounds {
            try Self.wav(seconds: 4).write(to: URL(fileURLWithPath: "\(folder)/\(sound).wav"))
        }
        try Data(yaml().utf8).write(to: URL(fileURLWithPath: configuration))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: configuration)
    }

    func remove() {
        // What is left in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Everything not named here is as the server's defaults have it; stickiness is on, and a tie is written for
    /// every call of more than a second.
    private func yaml() -> String {
        let names = (0..<operators).map { "op\($0)" }
        let ports = Self.mediaPorts()
        return """
            sip:
              listen: ["udp:\(Self.address):\(port)"]
            media:
              listen: \(Self.address)
              ports: \(ports.lowerBound)-\(ports.upperBound)
              codecs: [pcmu, pcma]
            state: \(folder)/state
            sounds:
              folder: .
              files: {\(Self.sounds.map { "\($0): \($0).wav" }.joined(separator: ", "))}
            routing:
              success_talk: 1s
            trunks:
              - name: bench
                addresses: [\(Self.callers)]
            operators:
            \(names.map { "  - name: \($0)\n    secret: \(Self.secret)" }.joined(separator: "\n"))
            queues:
              - name: bench
                wrap_up: 0s
                max_length: 2000
                operators: {\(names.map { "\($0): 5" }.joined(separator: ", "))}
            lines:
              - number: "\(Self.line)"
                queue: bench

            """
    }

    /// Below the ports that the kernel gives to others.
    private static func mediaPorts() -> ClosedRange<UInt16> {
        let starts = stride(from: UInt16(12_000), through: 24_000, by: 4_000)
        let free = starts.first { start in
            stride(from: start, to: start + 4_000, by: 500).allSatisfy { (try? bound(to: $0)) != nil }
        }
        let start = free ?? 12_000
        return start...start + 3_999
    }

    private static func freePort() throws -> UInt16 { try bound(to: 0) }

    /// Takes a UDP port, says which, and gives it back.
    private static func bound(to port: UInt16) throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError.generator("no socket") }
        defer { close(descriptor) }
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        own.sin_port = port.bigEndian
        own.sin_addr.s_addr = inet_addr(address)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw BenchError.generator("UDP port \(port) is taken") }
        return UInt16(bigEndian: own.sin_port)
    }

    /// 8 kHz, mono, 16 bit; a quiet sawtooth, so that encoders cannot make it short.
    private static func wav(seconds: Int) -> Data {
        let samples = seconds * 8_000
        var data = Data()
        func append32(_ value: Int) { withUnsafeBytes(of: UInt32(value).littleEndian) { data.append(contentsOf: $0) } }
        func append16(_ value: Int) { withUnsafeBytes(of: Int16(value).littleEndian) { data.append(contentsOf: $0) } }
        data.append(contentsOf: Array("RIFF".utf8))
        append32(36 + 2 * samples)
        data.append(contentsOf: Array("WAVEfmt ".utf8))
        append32(16)
        append16(1)
        append16(1)
        append32(8_000)
        append32(16_000)
        append16(2)
        append16(16)
        data.append(contentsOf: Array("data".utf8))
        append32(2 * samples)
        for sample in 0..<samples { append16((sample * 37) % 4_000 - 2_000) }
        return data
    }
}
