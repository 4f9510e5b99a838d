import COrtp
import CTelephony

/// A stream terminated by oRTP: one `RtpSession` behind our own sockets.
///
/// Packets of our own frames and RTCP go out through custom endpoints; the peer's reports are injected. The library
/// never reads a socket and never chooses an address, so that the latch alone decides whom we hear.
final class OrtpBackend: RTPBackend {
    /// Initialises the library once in the life of the process; it has no way back.
    private static let started: Void = ct_ortp_start()

    private let session: UnsafeMutablePointer<RtpSession>
    private let reportInterval: Duration
    private var clock = ReportClock()
    private var known = Known()

    /// What the session has been told of packets that did not pass through it.
    private struct Known {
        var relayed = RelayCount()
        var received: UInt64 = 0
        var receivedInRun: UInt64 = 0
        var runs: UInt32 = 0
    }

    init?(_ configuration: BackendConfiguration) {
        _ = Self.started
        guard
            let session = ct_ortp_open(
                configuration.rtpSocket, configuration.controlSocket, configuration.source,
                Int32(clamping: (configuration.reportInterval * 4).wholeMilliseconds), configuration.canonicalName)
        else { return nil }
        self.session = session
        reportInterval = configuration.reportInterval
    }

    deinit {
        ct_ortp_close(session)
    }

    func aim(rtp: ct_address, control: ct_address) {
        withUnsafePointer(to: rtp) { rtp in
            withUnsafePointer(to: control) { control in
                ct_ortp_aim(session, rtp, control)
            }
        }
    }

    func send(_ payload: UnsafeRawBufferPointer, payloadType: UInt8, stamp: PacketStamp) -> Bool {
        guard let bytes = payload.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
        return ct_ortp_send(
            session, bytes, payload.count, payloadType, stamp.marker ? 1 : 0, stamp.sequence, stamp.timestamp) > 0
    }

    func reportIfDue(now: UInt64, received: Reception, relayed: RelayCount) {
        guard clock.isDue(now: now, interval: reportInterval) else { return }
        if relayed.packets != known.relayed.packets {
            ct_ortp_count_sent(
                session, relayed.packets &- known.relayed.packets, relayed.octets &- known.relayed.octets,
                relayed.lastTimestamp)
            known.relayed = relayed
        }
        if let source = received.source, received.received != known.received {
            if received.runs != known.runs {
                ct_ortp_begin_reception(session, source, received.first)
                known.receivedInRun = 0
            }
            ct_ortp_count_received(
                session, UInt32(truncatingIfNeeded: received.receivedInRun &- known.receivedInRun),
                received.extendedSequence, received.jitter)
            known.received = received.received
            known.receivedInRun = received.receivedInRun
            known.runs = received.runs
        }
        ct_ortp_report(session)
    }

    func receiveReport(_ report: UnsafeRawBufferPointer, now: UInt64) {
        guard let bytes = report.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        ct_ortp_control(session, bytes, report.count)
    }

    var reportsReceived: UInt64 { ct_ortp_control_packets(session) }
    var lostAtPeer: Int { Int(ct_ortp_peer_loss(session)) }
}

extension Duration {
    /// Rounded down.
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }

    /// For comparison with the monotonic clock; negative durations count as none.
    var wholeNanoseconds: UInt64 {
        let (seconds, overflow) = UInt64(clamping: components.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : seconds &+ UInt64(clamping: components.attoseconds / 1_000_000_000)
    }
}
