import CTelephony

/// Packets of one stream and of strangers: header, latch, and what is counted of them.
@Sendable func fuzzRTP(_ input: [UInt8]) {
    let peer = ct_address(high: 0, low: 0x7F00_0001, port: 40_000, family: 2)
    let stranger = ct_address(high: 0, low: 0x7F00_0002, port: 40_000, family: 2)
    var latch = SourceLatch(signalled: peer, now: 0)
    var reception = Reception()
    for (number, datagram) in datagrams(input).enumerated() {
        let now = UInt64(number) * 20_000_000
        datagram.withUnsafeBytes { bytes in
            guard let packet = RTPPacket(bytes) else { return }
            precondition(packet.payload.lowerBound >= RTPPacket.headerSize && !packet.payload.isEmpty)
            precondition(packet.payload.upperBound <= bytes.count)
            let isStranger = number % 7 == 6
            let verdict = latch.judge(isStranger ? stranger : peer, packet, now: now)
            if verdict == .accept || verdict == .acceptAndFollow { reception.note(packet, now: now) }
            precondition(latch.destination == peer || isStranger || verdict != .refuse)
        }
    }
    precondition(reception.jitter.isFinite && reception.jitter >= 0)
    precondition(reception.received <= UInt64(input.count))
    _ = (reception.lost, reception.extendedSequence, reception.runs)
}
