import CTelephony
import Testing

@testable import Media

/// Goal: a stream hears one source, and nobody can talk their way in. Each test is one rule.
struct LatchTests {
    private let signalled = ct_address(high: 0, low: 0x0A00_0001, port: 4_000, family: 2)
    private let natted = ct_address(high: 0, low: 0xC000_0201, port: 61_000, family: 2)
    private let stranger = ct_address(high: 0, low: 0xC633_6401, port: 9, family: 2)

    private func packet(_ sequence: UInt16, source: UInt32 = 1) -> RTPPacket {
        var bytes = [UInt8](repeating: 0, count: 13)
        bytes.withUnsafeMutableBytes {
            RTPPacket.write(
                PacketStamp(sequence: sequence, timestamp: 0, marker: false), payloadType: 0, source: source, to: $0)
        }
        return bytes.withUnsafeBytes { RTPPacket($0)! }
    }

    private func latched() -> SourceLatch {
        var latch = SourceLatch(signalled: signalled, now: 0)
        for sequence in 1...UInt16(SourceLatch.proof) { _ = latch.judge(natted, packet(sequence), now: 1) }
        return latch
    }

    @Test func signalledAddressIsHeardAtOnce() {
        var latch = SourceLatch(signalled: signalled, now: 0)
        #expect(latch.judge(signalled, packet(1), now: 1) == .accept)
        #expect(latch.destination == signalled)
    }

    @Test func anotherAddressIsTakenAfterThreePacketsInARow() {
        var latch = SourceLatch(signalled: signalled, now: 0)
        let verdicts = (1...4).map { latch.judge(natted, packet(UInt16($0)), now: 1) }
        #expect(verdicts == [.undecided, .undecided, .acceptAndFollow, .accept])
        #expect(latch.destination == natted)
        #expect(latch.isLatchedElsewhere)
    }

    @Test func strangerIsRefusedOnceTheSignalledAddressHasSent() {
        var latch = SourceLatch(signalled: signalled, now: 0)
        _ = latch.judge(signalled, packet(1), now: 1)
        let verdicts = (1...5).map { latch.judge(stranger, packet(UInt16($0)), now: 2) }
        #expect(verdicts == Array(repeating: .refuse, count: 5))
        #expect(latch.destination == signalled)
    }

    @Test func strangerIsRefusedOnceAnotherWasTaken() {
        var latch = latched()
        let verdicts = (1...5).map { latch.judge(stranger, packet(UInt16($0)), now: 2) }
        #expect(verdicts == Array(repeating: .refuse, count: 5))
        #expect(latch.destination == natted)
    }

    @Test func lateStrangerIsRefusedThoughNobodyHasSent() {
        var latch = SourceLatch(signalled: signalled, now: 0)
        let late = SourceLatch.window + 1
        let verdicts = (1...5).map { latch.judge(stranger, packet(UInt16($0)), now: late) }
        #expect(verdicts == Array(repeating: .refuse, count: 5))
    }

    @Test func lastInstantOfTheWindowStillCounts() {
        var latch = SourceLatch(signalled: signalled, now: 0)
        let verdicts = (1...3).map { latch.judge(natted, packet(UInt16($0)), now: SourceLatch.window) }
        #expect(verdicts.last == .acceptAndFollow)
    }

    @Test func signalledAddressWinsBackEvenAfterAnotherWasTaken() {
        var latch = latched()
        #expect(latch.judge(signalled, packet(1), now: SourceLatch.window * 10) == .acceptAndFollow)
        #expect(latch.destination == signalled)
        #expect(latch.judge(natted, packet(9), now: SourceLatch.window * 10) == .refuse)
    }

    @Test func sprayedPacketsProveNothing() {
        var latch = SourceLatch(signalled: signalled, now: 0)
        let sameNumber = (1...5).map { _ in latch.judge(stranger, packet(1), now: 1) }
        let randomNumbers = [9, 5, 100, 3].map { latch.judge(stranger, packet($0), now: 1) }
        let randomSources = (1...5).map { latch.judge(stranger, packet(UInt16($0), source: UInt32($0)), now: 1) }
        let takingTurns = (1...6).map { latch.judge($0 % 2 == 0 ? stranger : natted, packet(UInt16($0)), now: 1) }
        let all = sameNumber + randomNumbers + randomSources + takingTurns
        #expect(all == Array(repeating: .undecided, count: all.count))
    }

    @Test func onlyTheHostOfTheSignallingIsTakenIfItIsKnown() {
        var host = natted
        host.port = 0
        var latch = SourceLatch(signalled: signalled, onlyHost: host, now: 0)
        let refused = (1...4).map { latch.judge(stranger, packet(UInt16($0)), now: 1) }
        let taken = (1...3).map { latch.judge(natted, packet(UInt16($0)), now: 1) }
        #expect(refused == Array(repeating: .refuse, count: 4))
        #expect(taken.last == .acceptAndFollow)
    }

    // MARK: RTCP

    @Test func controlFollowsTheHostThatRTPHasFound() {
        var control = ControlLatch(signalled: signalled)
        var source = natted
        source.port = 61_007
        let tooEarly = control.accepts(source, SourceLatch(signalled: signalled, now: 0))
        #expect(tooEarly == false)
        let rtp = latched()
        #expect(control.destination(rtp).port == 61_001)
        let first = control.accepts(source, rtp)
        #expect(first)
        #expect(control.destination(rtp) == source)
        source.port += 1
        let others = [source, stranger, signalled].map { control.accepts($0, rtp) }
        #expect(others == [false, false, true])
    }

    @Test func addressesAreReadAndMapped() {
        var address = ct_address()
        #expect(ct_address_parse("192.0.2.7", 9, &address) == 0)
        #expect(address.low == 0xC000_0207)
        #expect(ct_address_mapped(address).low == 0xFFFF_C000_0207)
        #expect(ct_address_parse("2001:db8::1", 9, &address) == 0)
        #expect(address.high == 0x2001_0DB8_0000_0000)
        #expect(ct_address_parse("sip.example.com", 9, &address) != 0)
        #expect(ct_address_parse("", 9, &address) != 0)
        #expect(ct_address_parse("::", 9, &address) == 0)
        #expect(!address.isReachable)
        #expect(ct_address_parse("0.0.0.0", 9, &address) == 0)
        #expect(!address.isReachable && !ct_address_mapped(address).isReachable)
        #expect(ct_address_parse("192.0.2.7", 0, &address) == 0)
        #expect(!address.isReachable)
    }
}
