import Glibc

@testable import Media

/// The far end of a stream in a test: sends a tone or telephone-events, and keeps what it hears.
final class ScriptedPeer {
    struct Heard {
        var sequence: UInt16
        var timestamp: UInt32
        var source: UInt32
        var payloadType: UInt8
        var marker: Bool
        var payload: [UInt8]
    }

    let codec: MediaCodec
    let port: UInt16
    let controlPort: UInt16
    let source = UInt32.random(in: 1 ... .max)
    var sequence = UInt16.random(in: .min ... .max)
    var timestamp = UInt32.random(in: .min ... .max)
    private(set) var heard: [Heard] = []
    private(set) var reports: [[UInt8]] = []

    private let descriptor: Int32
    private let controlDescriptor: Int32
    private let hertz: Double
    private var position = 0

    init(_ hertz: Double = 0, codec: MediaCodec = .pcmu) {
        self.hertz = hertz
        self.codec = codec
        (descriptor, port) = Self.openSocket()
        (controlDescriptor, controlPort) = Self.openSocket()
    }

    deinit {
        close(descriptor)
        close(controlDescriptor)
    }

    func endpoint(sends: Bool = true, receives: Bool = true) -> RemoteEndpoint {
        RemoteEndpoint(
            address: "127.0.0.1", port: port, rtcpPort: controlPort, codec: codec, telephoneEvent: 101,
            sends: sends, receives: receives)
    }

    /// What it has heard so far, as one signal.
    var signal: [Int16] {
        Tone.decode(heard.filter { $0.payloadType == codec.rawValue }.flatMap(\.payload), codec)
    }

    func forget() {
        listen()
        heard = []
    }

    /// The next 20 ms of its tone.
    func speak(to port: UInt16) {
        let samples = Tone.samples(hertz, count: SoundFrame.samples, start: position)
        position += samples.count
        send(G711.encode(samples, as: codec), type: codec.rawValue, to: port)
        timestamp &+= UInt32(samples.count)
    }

    /// One key press: three packets of the key going down, three of its end (RFC 4733 §2.5.1.4).
    func press(_ event: UInt8, to port: UInt16) {
        for step in 1...6 {
            let duration = UInt16(min(step, 4) * 160)
            let payload = [event, step > 3 ? 0x8A : 0x0A, UInt8(duration >> 8), UInt8(duration & 255)]
            send(payload, type: 101, marker: step == 1, to: port)
        }
        timestamp &+= 640
    }

    func send(_ payload: [UInt8], type: UInt8, marker: Bool = false, to port: UInt16) {
        var packet = [UInt8](repeating: 0, count: RTPPacket.headerSize)
        packet.withUnsafeMutableBytes {
            let stamp = PacketStamp(sequence: sequence, timestamp: timestamp, marker: marker)
            RTPPacket.write(stamp, payloadType: type, source: source, to: $0)
        }
        sequence &+= 1
        sendRaw(packet + payload, to: port)
    }

    func sendRaw(_ bytes: [UInt8], to port: UInt16) {
        send(bytes, port, descriptor)
    }

    func sendControl(_ bytes: [UInt8], to port: UInt16) {
        send(bytes, port, controlDescriptor)
    }

    /// Takes what has arrived.
    func listen() {
        while let bytes = Self.receive(descriptor) {
            bytes.withUnsafeBytes { raw in
                guard let packet = RTPPacket(raw) else { return }
                heard.append(
                    Heard(
                        sequence: packet.sequence, timestamp: packet.timestamp, source: packet.source,
                        payloadType: packet.payloadType, marker: packet.marker, payload: Array(raw[packet.payload])))
            }
        }
        while let bytes = Self.receive(controlDescriptor) { reports.append(bytes) }
    }

    // MARK: Sockets

    private func send(_ bytes: [UInt8], _ port: UInt16, _ descriptor: Int32) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func receive(_ descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 2_048)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : Array(bytes[..<count])
    }

    /// A UDP socket on a port of the kernel's choice.
    static func openSocket() -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                precondition(bind(descriptor, pointer, length) == 0)
                precondition(getsockname(descriptor, pointer, &length) == 0)
            }
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
