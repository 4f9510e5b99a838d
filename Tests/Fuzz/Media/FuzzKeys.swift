/// Telephone-events of one stream: each press once, and no more of them than a finger can make.
@Sendable func fuzzKeys(_ input: [UInt8]) {
    var detector = KeyDetector()
    var pressed = 0
    for (number, datagram) in datagrams(input).enumerated() {
        datagram.withUnsafeBytes { bytes in
            guard let packet = RTPPacket(bytes) else { return }
            let payload = UnsafeRawBufferPointer(rebasing: bytes[packet.payload])
            guard let key = detector.key(in: payload, of: packet, now: UInt64(number) * 1_000) else { return }
            precondition("0123456789*#ABCD".contains(key))
            pressed += 1
        }
    }
    // All of it within one second.
    precondition(input.count > 1_000_000 || pressed <= KeyDetector.pressesPerSecond)
}
