import CTelephony
import Glibc
import Testing

@testable import Media

/// Goal: both ways to terminate a stream do the same: packets of our own frames, and RTCP that tells the truth.
/// Method: each test runs on both, with a peer's sockets at the far end and reception made up by hand.
struct BackendTests {
    private final class Rig {
        let peer = ScriptedPeer()
        let backend: any RTPBackend
        var relayed = RelayCount()
        var reception = Reception()
        private let sockets = (rtp: ScriptedPeer.openSocket(), control: ScriptedPeer.openSocket())

        init(_ kind: RTPBackendKind) throws {
            let configuration = BackendConfiguration(
                rtpSocket: sockets.rtp.descriptor, controlSocket: sockets.control.descriptor, source: 0x0102_0304,
                reportInterval: .milliseconds(20), canonicalName: "name")
            backend = try #require(configuration.make(kind))
            backend.aim(rtp: Self.address(peer.port), control: Self.address(peer.controlPort))
        }

        deinit {
            close(sockets.rtp.descriptor)
            close(sockets.control.descriptor)
        }

        /// Runs until one more report has reached the peer.
        func nextReport() async throws -> [UInt8] {
            let before = peer.reports.count
            let hasCome = await EngineRig.wait {
                backend.reportIfDue(now: ct_monotonic_ns(), received: reception, relayed: relayed)
                peer.listen()
                return peer.reports.count > before
            }
            try #require(hasCome)
            return peer.reports[before]
        }

        func receive(_ sequences: ClosedRange<UInt16>, source: UInt32 = 77) {
            for sequence in sequences {
                var bytes = [UInt8](repeating: 0, count: 13)
                bytes.withUnsafeMutableBytes {
                    RTPPacket.write(
                        PacketStamp(sequence: sequence, timestamp: UInt32(sequence) * 160, marker: false),
                        payloadType: 0, source: source, to: $0)
                }
                reception.note(bytes.withUnsafeBytes { RTPPacket($0)! }, now: UInt64(sequence) * 20_000_000)
            }
        }

        func send(_ count: Int) {
            let frame = [UInt8](repeating: 0x55, count: 160)
            for index in 0..<count {
                let stamp = PacketStamp(
                    sequence: 65_535 &+ UInt16(index), timestamp: 1_000 + UInt32(index) * 160, marker: index == 0)
                let isSent = frame.withUnsafeBytes { backend.send($0, payloadType: 8, stamp: stamp) }
                #expect(isSent)
            }
        }

        private static func address(_ port: UInt16) -> ct_address {
            ct_address(high: 0, low: 0x7F00_0001, port: port, family: UInt16(AF_INET))
        }
    }

    private func word(_ report: [UInt8], _ offset: Int) -> UInt32 {
        report[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    @Test(arguments: RTPBackendKind.allCases)
    func framesArriveAsTheyWereStamped(kind: RTPBackendKind) throws {
        let rig = try Rig(kind)
        rig.send(3)
        rig.peer.listen()
        #expect(rig.peer.heard.map(\.sequence) == [65_535, 0, 1])
        #expect(rig.peer.heard.map(\.timestamp) == [1_000, 1_160, 1_320])
        #expect(rig.peer.heard.map(\.marker) == [true, false, false])
        #expect(rig.peer.heard.allSatisfy { $0.source == 0x0102_0304 && $0.payloadType == 8 })
        #expect(rig.peer.heard.allSatisfy { $0.payload == [UInt8](repeating: 0x55, count: 160) })
    }

    @Test(arguments: RTPBackendKind.allCases)
    func nothingIsSentToNowhere(kind: RTPBackendKind) throws {
        let rig = try Rig(kind)
        rig.backend.aim(rtp: ct_address(), control: ct_address())
        let frame = [UInt8](repeating: 0, count: 160)
        let stamp = PacketStamp(sequence: 1, timestamp: 1, marker: false)
        let isSent = frame.withUnsafeBytes { rig.backend.send($0, payloadType: 0, stamp: stamp) }
        #expect(!isSent)
    }

    @Test(arguments: RTPBackendKind.allCases)
    func senderReportCountsOwnFramesAndRelayedPackets(kind: RTPBackendKind) async throws {
        let rig = try Rig(kind)
        rig.send(2)
        for index in 0..<5 { rig.relayed.note(payloadSize: 80, timestamp: 9_000 + UInt32(index)) }
        let report = try await rig.nextReport()
        #expect(report[1] == 200)
        #expect(report[0] & 31 == 0, "nothing was received")
        #expect(word(report, 4) == 0x0102_0304)
        #expect(word(report, 16) == 9_004)
        #expect(word(report, 20) == 7)
        #expect(word(report, 24) == 2 * 160 + 5 * 80)
        #expect(report.contains(Array("name".utf8)))
    }

    @Test(arguments: RTPBackendKind.allCases)
    func receiverReportTellsLossSinceTheLastOneAndInAll(kind: RTPBackendKind) async throws {
        let rig = try Rig(kind)
        rig.receive(100...149)
        rig.receive(200...249)
        let first = try await rig.nextReport()
        #expect(first[1] == 201, "nothing was sent")
        #expect(word(first, 8) == 77)
        // 50 of 150 are missing: 85 of 256.
        #expect(word(first, 12) == 85 << 24 | 50)
        #expect(word(first, 16) == 249)
        rig.receive(250...299)
        let second = try await rig.nextReport()
        #expect(word(second, 12) == 50)
        #expect(word(second, 16) == 299)
    }

    @Test(arguments: RTPBackendKind.allCases)
    func aNewSourceIsReportedWithoutFalseLoss(kind: RTPBackendKind) async throws {
        let rig = try Rig(kind)
        rig.receive(100...149)
        _ = try await rig.nextReport()
        rig.receive(40_000...40_010, source: 78)
        let report = try await rig.nextReport()
        #expect(word(report, 8) == 78)
        #expect(word(report, 12) >> 24 == 0)
        #expect(word(report, 16) == 40_010)
    }

    @Test(arguments: RTPBackendKind.allCases)
    func peersReportIsReadAndItsTimeComesBack(kind: RTPBackendKind) async throws {
        let rig = try Rig(kind)
        rig.receive(1...10)
        _ = try await rig.nextReport()
        // A sender report of source 77 with one block about us: 3 of 256 lost, 258 in all.
        let report: [UInt8] =
            [0x81, 200, 0, 12, 0, 0, 0, 77, 0xAA, 0xBB, 0x11, 0x22, 0x33, 0x44, 0xCC, 0xDD]
            + [UInt8](repeating: 0, count: 12) + [1, 2, 3, 4, 3, 0, 1, 2] + [UInt8](repeating: 0, count: 16)
        report.withUnsafeBytes { rig.backend.receiveReport($0, now: ct_monotonic_ns()) }
        #expect(rig.backend.reportsReceived == 1)
        #expect(rig.backend.lostAtPeer == 258)
        rig.receive(11...12)
        let answer = try await rig.nextReport()
        #expect(word(answer, 24) == 0x1122_3344, "the middle of its time stamp")
    }

    @Test(arguments: RTPBackendKind.allCases)
    func everyShapeOfReportThatPassesTheGuardIsSafe(kind: RTPBackendKind) throws {
        let rig = try Rig(kind)
        rig.receive(1...2)
        for type in [UInt8(200), 201] {
            for blocks in 0...31 {
                let size = (type == 200 ? 28 : 8) + blocks * 24
                var bytes = [UInt8](repeating: 0xFF, count: size)
                (bytes[0], bytes[1]) = (0x80 | UInt8(blocks), type)
                (bytes[2], bytes[3]) = (0, UInt8(size / 4 - 1))
                bytes.withUnsafeBytes { raw in
                    if let report = ControlGuard.leadingReport(raw) { rig.backend.receiveReport(report, now: 1) }
                }
            }
        }
        #expect(rig.backend.reportsReceived == 64)
    }
}
