import CTelephony

#if canImport(Glibc)
    import Glibc
#endif

/// A stream terminated by our own code: the same as `OrtpBackend` without the library.
final class NativeBackend: RTPBackend {
    private let configuration: BackendConfiguration
    private var target = ct_address()
    private var controlTarget = ct_address()
    private var reports: ReportState
    private(set) var reportsReceived: UInt64 = 0
    private(set) var lostAtPeer = 0

    /// Sender and receiver side of RTCP (RFC 3550 §6.4).
    private struct ReportState {
        /// Frames of our own.
        var own = RelayCount()
        var sentBeforeReport: UInt32 = 0
        var relayedBeforeReport: UInt32 = 0
        var reception = Reception()
        var expectedBefore: UInt32 = 0
        var receivedBefore: UInt64 = 0
        var lastSenderReport: UInt32 = 0
        var lastSenderReportAt: UInt64 = 0
        var clock = ReportClock()

        mutating func take(_ received: Reception) {
            if received.runs != reception.runs {
                expectedBefore = received.first &- 1
                receivedBefore = 0
                lastSenderReport = 0
            }
            reception = received
        }
    }

    init(_ configuration: BackendConfiguration) {
        self.configuration = configuration
        reports = ReportState()
    }

    func aim(rtp: ct_address, control: ct_address) {
        target = rtp
        controlTarget = control
    }

    func send(_ payload: UnsafeRawBufferPointer, payloadType: UInt8, stamp: PacketStamp) -> Bool {
        guard target.family != 0, payload.count <= RelayBuffer.largestPayload else { return false }
        reports.own.note(payloadSize: payload.count, timestamp: stamp.timestamp)
        // On the stack: the size is small and constant.
        return withUnsafeTemporaryAllocation(
            byteCount: RTPPacket.headerSize + RelayBuffer.largestPayload, alignment: 8
        ) { packet in
            let size = RTPPacket.headerSize + payload.count
            RTPPacket.write(stamp, payloadType: payloadType, source: configuration.source, to: packet)
            UnsafeMutableRawBufferPointer(rebasing: packet[RTPPacket.headerSize..<size]).copyMemory(from: payload)
            return ct_udp_send(configuration.rtpSocket, packet.baseAddress, size, &target) > 0
        }
    }

    func reportIfDue(now: UInt64, received: Reception, relayed: RelayCount) {
        reports.take(received)
        guard reports.clock.isDue(now: now, interval: configuration.reportInterval) else { return }
        let sent = reports.own.packets &+ relayed.packets
        let hasSent = sent != reports.sentBeforeReport
        guard controlTarget.family != 0, hasSent || reports.reception.received > 0 else { return }
        let report = makeReport(asSender: hasSent, relayed, now: now)
        reports.sentBeforeReport = sent
        reports.relayedBeforeReport = relayed.packets
        // A lost report is made good by the next one.
        _ = report.withUnsafeBytes {
            ct_udp_send(configuration.controlSocket, $0.baseAddress, $0.count, &controlTarget)
        }
    }

    func receiveReport(_ report: UnsafeRawBufferPointer, now: UInt64) {
        reportsReceived += 1
        let isSender = report[1] == 200
        let blocks = Int(report[0] & 31)
        func word(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: report.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        if isSender, word(4) == reports.reception.source {
            reports.lastSenderReport = word(8) << 16 | word(12) >> 16
            reports.lastSenderReportAt = now
        }
        guard blocks > 0 else { return }
        let lost = word((isSender ? 28 : 8) + 4) & 0xFF_FFFF
        // 24 bits, signed: duplicates can make it negative.
        lostAtPeer = Int(Int32(bitPattern: lost << 8) >> 8)
    }

    // MARK: Reports

    private func makeReport(asSender: Bool, _ relayed: RelayCount, now: UInt64) -> [UInt8] {
        let hasBlock = reports.reception.received > 0
        var bytes: [UInt8] = []
        func append(_ word: UInt32) {
            withUnsafeBytes(of: word.bigEndian) { bytes += $0 }
        }
        let words = (asSender ? 6 : 1) + (hasBlock ? 6 : 0)
        append(0x8000_0000 | (hasBlock ? 0x0100_0000 : 0) | (asSender ? 200 : 201) << 16 | UInt32(words))
        append(configuration.source)
        if asSender {
            var wall = timespec()
            clock_gettime(CLOCK_REALTIME, &wall)
            // Seconds from 1900 to 1970 (RFC 3550 §4).
            append(UInt32(truncatingIfNeeded: wall.tv_sec &+ 2_208_988_800))
            append(UInt32(truncatingIfNeeded: (UInt64(wall.tv_nsec) << 32) / 1_000_000_000))
            let relays = relayed.packets != reports.relayedBeforeReport
            append(relays ? relayed.lastTimestamp : reports.own.lastTimestamp)
            append(reports.own.packets &+ relayed.packets)
            append(reports.own.octets &+ relayed.octets)
        }
        if hasBlock { reportBlock(now).forEach(append) }
        return bytes + sourceDescription()
    }

    /// RFC 3550 §6.4.1 and appendix A.3.
    private func reportBlock(_ now: UInt64) -> [UInt32] {
        let reception = reports.reception
        let expected = reception.extendedSequence &- reports.expectedBefore
        let received = reception.receivedInRun &- reports.receivedBefore
        reports.expectedBefore = reception.extendedSequence
        reports.receivedBefore = reception.receivedInRun
        let lost = UInt64(expected) > received ? UInt64(expected) - received : 0
        let fraction = expected == 0 ? 0 : min(255, lost * 256 / UInt64(expected))
        let sinceReport = now > reports.lastSenderReportAt ? now - reports.lastSenderReportAt : 0
        let delay = reports.lastSenderReport == 0 ? 0 : (sinceReport / 1_000) * 65_536 / 1_000_000
        return [
            reception.source ?? 0,
            UInt32(truncatingIfNeeded: fraction) << 24 | UInt32(min(reception.lost, 0x7F_FFFF)),
            reception.extendedSequence, UInt32(reception.jitter), reports.lastSenderReport,
            UInt32(truncatingIfNeeded: delay),
        ]
    }

    /// One chunk with the canonical name (RFC 3550 §6.5).
    private func sourceDescription() -> [UInt8] {
        let name = configuration.canonicalName.utf8.prefix(255)
        var chunk = withUnsafeBytes(of: configuration.source.bigEndian) { Array($0) }
        chunk += [1, UInt8(name.count)] + Array(name)
        // At least one zero ends the items; the chunk fills whole words.
        chunk += [UInt8](repeating: 0, count: 4 - chunk.count % 4)
        let words = UInt32(chunk.count / 4)
        return withUnsafeBytes(of: (0x81CA_0000 | words).bigEndian) { Array($0) } + chunk
    }
}
