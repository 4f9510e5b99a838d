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

    init?(_ configuration: BackendConfiguration) {
        _ = Self.started
        guard
            let session = ct_ortp_open(
                configuration.rtpSocket, configuration.controlSocket, configuration.source,
                Int32(clamping: configuration.reportInterval.wholeMilliseconds), configuration.canonicalName)
        else { return nil }
        self.session = session
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

    func countSent(payloadSize: Int, timestamp: UInt32) {
        ct_ortp_count_sent(session, payloadSize, timestamp)
    }

    func countReceived(_ reception: Reception, starts: Bool) {
        ct_ortp_count_received(
            session, reception.source ?? 0, reception.extendedSequence, reception.jitter, starts ? 1 : 0)
    }

    func reportIfDue(now: UInt64) {
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
