import Glibc
import Logging
import Testing

@testable import Media

/// Goal: who hears whom, on real sockets. Method: scripted peers on loopback, each with a tone of its own; what a peer
/// has heard is searched for the tones. Nothing is asserted about absolute milliseconds.
struct EngineTests {
    private static let hold = SoundName("hold")
    private static let notice = SoundName("notice")

    /// A bridge of two peers with tones of 440 and 700 Hz.
    private struct Bridge {
        let rig: EngineRig
        let one: ScriptedPeer
        let other: ScriptedPeer
        let oneStream: OpenStream
        let otherStream: OpenStream

        init(_ rig: EngineRig, one: MediaCodec = .pcmu, other: MediaCodec = .pcmu) throws {
            self.rig = rig
            self.one = ScriptedPeer(440, codec: one)
            self.other = ScriptedPeer(700, codec: other)
            oneStream = try rig.connect(self.one)
            otherStream = try rig.connect(self.other)
            rig.engine.perform(.hear(oneStream.id, .party(otherStream.id)))
            rig.engine.perform(.hear(otherStream.id, .party(oneStream.id)))
        }

        var pairs: [(peer: ScriptedPeer, stream: OpenStream)] { [(one, oneStream), (other, otherStream)] }

        func talk(frames: Int) async {
            await EngineRig.talk(pairs, frames: frames)
        }
    }

    private static func expectContinuous(
        _ heard: [ScriptedPeer.Heard], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let steps = zip(heard, heard.dropFirst())
        #expect(steps.allSatisfy { $1.sequence == $0.sequence &+ 1 }, "numbers", sourceLocation: sourceLocation)
        #expect(
            steps.allSatisfy { Int32(bitPattern: $1.timestamp &- $0.timestamp) >= 0 }, "times",
            sourceLocation: sourceLocation)
        #expect(Set(heard.map(\.source)).count <= 1, "source", sourceLocation: sourceLocation)
    }

    @Test(arguments: MediaCodec.allCases, MediaCodec.allCases)
    func bridgedPartiesHearEachOtherAndNotThemselves(one: MediaCodec, other: MediaCodec) async throws {
        let bridge = try Bridge(EngineRig(), one: one, other: other)
        await bridge.talk(frames: 20)
        #expect(Tone.isHeard(700, in: bridge.one.signal))
        #expect(!Tone.isHeard(440, in: bridge.one.signal))
        #expect(Tone.isHeard(440, in: bridge.other.signal))
        #expect(!Tone.isHeard(700, in: bridge.other.signal))
        #expect(bridge.one.heard.allSatisfy { $0.payloadType == one.rawValue })
        #expect(bridge.one.heard.count >= 18)
        Self.expectContinuous(bridge.one.heard)
    }

    @Test func bridgeAcrossThreadsIsTheSame() async throws {
        let bridge = try Bridge(EngineRig(threads: 3), other: .pcma)
        #expect(bridge.oneStream.id.rawValue % 3 != bridge.otherStream.id.rawValue % 3)
        await bridge.talk(frames: 20)
        #expect(Tone.isHeard(700, in: bridge.one.signal))
        #expect(Tone.isHeard(440, in: bridge.other.signal))
        bridge.rig.engine.perform(.hear(bridge.oneStream.id, .silence))
        await bridge.talk(frames: 2)
        bridge.one.forget()
        await bridge.talk(frames: 5)
        #expect(bridge.one.heard.isEmpty)
        bridge.rig.engine.perform(.close(bridge.otherStream.id))
        await bridge.talk(frames: 2)
        bridge.rig.engine.perform(.close(bridge.oneStream.id))
        await bridge.rig.expect("both closed") { events in events.filter(\.isClosed).count == 2 }
        #expect(bridge.rig.engine.portsInUse == 0)
    }

    @Test(arguments: RTPBackendKind.allCases)
    func holdMusicIsPlayedAndThenTheBridgeIsContinuous(backend: RTPBackendKind) async throws {
        let music = TemporarySound(Tone.samples(1_000, count: 3_200))
        defer { music.remove() }
        let bridge = try Bridge(EngineRig(sounds: [Self.hold: music.path], backend: backend))
        bridge.rig.engine.perform(.hear(bridge.oneStream.id, .sound(Self.hold)))
        await bridge.talk(frames: 30)
        #expect(Tone.isHeard(1_000, in: bridge.one.signal))
        #expect(!Tone.isHeard(700, in: bridge.one.signal))
        bridge.rig.engine.perform(.hear(bridge.oneStream.id, .party(bridge.otherStream.id)))
        let musicFrames = bridge.one.heard.count
        await bridge.talk(frames: 20)
        let talk = Tone.decode(bridge.one.heard.dropFirst(musicFrames + 3).flatMap(\.payload), .pcmu)
        #expect(Tone.isHeard(700, in: talk))
        #expect(!Tone.isHeard(1_000, in: talk))
        bridge.rig.engine.perform(.hear(bridge.oneStream.id, .sound(Self.hold)))
        await bridge.talk(frames: 10)
        Self.expectContinuous(bridge.one.heard)
        // Each beginning is marked, and little else.
        #expect((3...5).contains(bridge.one.heard.filter(\.marker).count))
    }

    @Test(arguments: RTPBackendKind.allCases)
    func overlayIsHeardByOneOverTheLoweredParty(backend: RTPBackendKind) async throws {
        let notice = TemporarySound(Tone.samples(1_200, count: 4_800))
        defer { notice.remove() }
        let bridge = try Bridge(EngineRig(sounds: [Self.notice: notice.path], backend: backend))
        await bridge.talk(frames: 10)
        let loud = Tone.level(700, in: bridge.one.signal)
        bridge.one.forget()
        bridge.other.forget()
        let playback = SoundPlayback(id: 5, sound: Self.notice)
        bridge.rig.engine.perform(.overlay(bridge.oneStream.id, playback))
        await bridge.talk(frames: 25)
        #expect(bridge.one.heard.count < 35, "the party's packets carry it, there are no others")
        #expect(Tone.isHeard(1_200, in: bridge.one.signal))
        let lowered = Tone.level(700, in: bridge.one.signal)
        #expect(lowered > loud / 8 && lowered < loud / 2)
        #expect(!Tone.isHeard(1_200, in: bridge.other.signal))
        #expect(Tone.level(440, in: bridge.other.signal) > 7_000)
        await bridge.talk(frames: 10)
        await bridge.rig.expect(.soundEnded(bridge.oneStream.id, playback: 5, completed: true))
        bridge.one.forget()
        await bridge.talk(frames: 10)
        #expect(Tone.level(700, in: bridge.one.signal) > 7_000)
        #expect(!Tone.isHeard(1_200, in: bridge.one.signal))
    }

    @Test func overlayIsPlayedThoughThePartySaysNothing() async throws {
        let notice = TemporarySound(Tone.samples(1_200, count: 1_600))
        defer { notice.remove() }
        let bridge = try Bridge(EngineRig(sounds: [Self.notice: notice.path]))
        bridge.rig.engine.perform(.overlay(bridge.oneStream.id, SoundPlayback(id: 5, sound: Self.notice)))
        await EngineRig.listen([bridge.one], frames: 20)
        #expect(Tone.isHeard(1_200, in: bridge.one.signal))
        await bridge.rig.expect(.soundEnded(bridge.oneStream.id, playback: 5, completed: true))
        #expect(bridge.one.heard.count == 10)
    }

    @Test func overlayOverMusicIsMixedToo() async throws {
        let music = TemporarySound(Tone.samples(500, count: 3_200))
        let notice = TemporarySound(Tone.samples(1_200, count: 80_000))
        defer {
            music.remove()
            notice.remove()
        }
        let rig = try EngineRig(sounds: [Self.hold: music.path, Self.notice: notice.path])
        let peer = ScriptedPeer()
        let stream = try rig.connect(peer)
        rig.engine.perform(.hear(stream.id, .sound(Self.hold)))
        rig.engine.perform(.overlay(stream.id, SoundPlayback(id: 1, sound: Self.notice)))
        await EngineRig.listen([peer], frames: 15)
        #expect(Tone.isHeard(500, in: peer.signal))
        #expect(Tone.isHeard(1_200, in: peer.signal))
        rig.engine.perform(.stopOverlay(stream.id))
        await rig.expect(.soundEnded(stream.id, playback: 1, completed: false))
    }

    @Test func announcementGoesOverToTheLoop() async throws {
        let music = TemporarySound(Tone.samples(500, count: 800))
        let notice = TemporarySound(Tone.samples(1_200, count: 1_600))
        defer {
            music.remove()
            notice.remove()
        }
        let rig = try EngineRig(sounds: [Self.hold: music.path, Self.notice: notice.path])
        let peer = ScriptedPeer(codec: .pcma)
        let stream = try rig.engine.open()
        // Ordered before the connect: it must wait, or its beginning would be lost.
        rig.engine.perform(.play(stream.id, SoundPlayback(id: 9, sound: Self.notice), then: .sound(Self.hold)))
        await EngineRig.listen([peer], frames: 5)
        rig.engine.perform(.connect(stream.id, peer.endpoint()))
        await rig.expect(.soundEnded(stream.id, playback: 9, completed: true))
        await EngineRig.listen([peer], frames: 15)
        let first = Tone.decode(peer.heard.prefix(10).flatMap(\.payload), .pcma)
        let rest = Tone.decode(peer.heard.dropFirst(10).flatMap(\.payload), .pcma)
        #expect(Tone.level(1_200, in: first) > 7_000)
        #expect(!Tone.isHeard(500, in: first))
        #expect(Tone.level(500, in: rest) > 7_000)
        #expect(rest.count > 800, "the loop has gone round")
        Self.expectContinuous(peer.heard)
    }

    @Test func wordsOfASentenceFollowOneAnotherAndEndOnce() async throws {
        let first = TemporarySound(Tone.samples(500, count: 1_600))
        let second = TemporarySound(Tone.samples(1_200, count: 1_600))
        defer {
            first.remove()
            second.remove()
        }
        let rig = try EngineRig(sounds: [Self.hold: first.path, Self.notice: second.path])
        let peer = ScriptedPeer()
        let stream = try rig.connect(peer)
        let sentence = SoundPlayback(id: 9, sound: Self.hold, next: [Self.notice, Self.hold])
        rig.engine.perform(.play(stream.id, sentence, then: .silence))
        await rig.expect(.soundEnded(stream.id, playback: 9, completed: true))
        peer.listen()
        let heard = peer.signal
        #expect(heard.count == 4_800, "without a pause between them")
        #expect(Tone.level(500, in: Array(heard.prefix(1_600))) > 7_000)
        #expect(Tone.level(1_200, in: Array(heard.dropFirst(1_600).prefix(1_600))) > 7_000)
        #expect(Tone.level(500, in: Array(heard.dropFirst(3_200))) > 7_000)
        #expect(rig.events.count { if case .soundEnded = $0 { true } else { false } } == 1)
        Self.expectContinuous(peer.heard)
    }

    @Test func missingSoundEndsAtOnceAndTheNextSourceTakesOver() async throws {
        let bridge = try Bridge(EngineRig())
        let id = bridge.oneStream.id
        let absent = SoundName("absent")
        bridge.rig.engine.perform(
            .play(id, SoundPlayback(id: 1, sound: absent), then: .party(bridge.otherStream.id)))
        bridge.rig.engine.perform(.overlay(id, SoundPlayback(id: 2, sound: absent)))
        await bridge.rig.expect(.soundEnded(id, playback: 1, completed: false))
        await bridge.rig.expect(.soundEnded(id, playback: 2, completed: false))
        await bridge.talk(frames: 10)
        #expect(Tone.isHeard(700, in: bridge.one.signal))
    }

    @Test func aPeerOnHoldIsSentNothingAndItsAnnouncementStillEnds() async throws {
        let rig = try EngineRig()
        let peer = ScriptedPeer()
        let stream = try rig.connect(peer)
        rig.engine.perform(.connect(stream.id, peer.endpoint(sends: false, receives: false)))
        rig.engine.perform(.play(stream.id, SoundPlayback(id: 1, sound: .beep), then: .silence))
        await rig.expect(.soundEnded(stream.id, playback: 1, completed: true))
        peer.listen()
        #expect(peer.heard.isEmpty)
    }

    // MARK: Keys

    @Test(arguments: [false, true])
    func keysAreReportedOnceAndPassedOnUnlessCaptured(captured: Bool) async throws {
        let bridge = try Bridge(EngineRig())
        bridge.rig.engine.perform(.captureKeys(bridge.oneStream.id, captured))
        await bridge.talk(frames: 3)
        bridge.one.press(1, to: bridge.oneStream.port)
        await bridge.talk(frames: 3)
        bridge.one.press(11, to: bridge.oneStream.port)
        await bridge.talk(frames: 5)
        let id = bridge.oneStream.id
        await bridge.rig.expect(.keyPressed(id, "#"))
        let keys = bridge.rig.events.filter { if case .keyPressed = $0 { true } else { false } }
        #expect(keys == [.keyPressed(id, "1"), .keyPressed(id, "#")])
        let passed = bridge.other.heard.filter { $0.payloadType == 101 }
        #expect(passed.count == (captured ? 0 : 12))
        #expect(Set(passed.map(\.timestamp)).count == (captured ? 0 : 2))
        Self.expectContinuous(bridge.other.heard)
    }

    // MARK: Strangers and hostile packets

    @Test func strangersAreCountedAndNotHeard() async throws {
        let bridge = try Bridge(EngineRig())
        let stranger = ScriptedPeer(1_500)
        await bridge.talk(frames: 3)
        await EngineRig.talk(bridge.pairs + [(stranger, bridge.oneStream)], frames: 10)
        #expect(!Tone.isHeard(1_500, in: bridge.other.signal))
        #expect(Tone.isHeard(440, in: bridge.other.signal))
        #expect(stranger.heard.isEmpty)
        bridge.rig.engine.perform(.close(bridge.oneStream.id))
        await bridge.rig.expect("strangers are counted") { events in
            events.contains {
                if case .closed(_, let counted) = $0 { counted.packetsFromStrangers == 10 } else { false }
            }
        }
    }

    @Test func aPeerBehindNATIsFoundAndAnswered() async throws {
        let rig = try EngineRig()
        let peer = ScriptedPeer(440)
        let stream = try rig.engine.open()
        var endpoint = peer.endpoint()
        endpoint.port = ScriptedPeer().port
        rig.engine.perform(.connect(stream.id, endpoint))
        rig.engine.perform(.hear(stream.id, .party(stream.id)))
        await EngineRig.talk([(peer, stream)], frames: 10)
        #expect(Tone.isHeard(440, in: peer.signal), "an echo of its own")
    }

    @Test func aPeerBehindNATIsNotFoundElsewhereThanItsSignalling() async throws {
        let rig = try EngineRig()
        let peer = ScriptedPeer(440)
        let stream = try rig.engine.open()
        var endpoint = peer.endpoint()
        endpoint.address = "192.0.2.1"
        endpoint.signallingAddress = "192.0.2.2"
        rig.engine.perform(.connect(stream.id, endpoint))
        rig.engine.perform(.hear(stream.id, .party(stream.id)))
        await EngineRig.talk([(peer, stream)], frames: 6)
        #expect(peer.heard.isEmpty)
    }

    /// The socket of a dual-stack engine sees IPv4 peers as mapped addresses.
    @Test(.enabled(if: EngineTests.hasIPv6)) func anIPv4PeerReachesADualStackEngine() async throws {
        let rig = try EngineRig(address: "::")
        let peer = ScriptedPeer(440)
        let stream = try rig.connect(peer)
        rig.engine.perform(.hear(stream.id, .party(stream.id)))
        await EngineRig.talk([(peer, stream)], frames: 6)
        #expect(Tone.isHeard(440, in: peer.signal))
        #expect(peer.heard.count >= 5)
    }

    private static let hasIPv6: Bool = {
        let descriptor = socket(AF_INET6, Int32(SOCK_DGRAM.rawValue), 0)
        if descriptor >= 0 { close(descriptor) }
        return descriptor >= 0
    }()

    @Test func hostilePacketsChangeNothing() async throws {
        let bridge = try Bridge(EngineRig())
        await bridge.talk(frames: 5)
        bridge.other.forget()
        let header = [UInt8](repeating: 0, count: 11)
        let event = [UInt8](repeating: 0, count: 10)
        let hostile: [[UInt8]] = [
            [], [0x80], Array("x".utf8), [0x80] + header, [0x40] + header + [1], [0x8F] + header + [1, 2],
            [0x90] + header + [0, 0, 0xFF, 0xFF], [0xA0] + header + [200], [0x80, 77] + header + [1],
            [UInt8](repeating: 0xFF, count: 1_501), [0x80, 77] + [UInt8](repeating: 0, count: 1_498),
            [0x80] + [UInt8](repeating: 0, count: 9_000),
            [0x80, 101] + event + [5, 0, 0], [0x80, 101] + event + [16, 0, 0, 0],
        ]
        for bytes in hostile {
            bridge.one.sendRaw(bytes, to: bridge.oneStream.port)
            bridge.one.sendRaw(bytes, to: bridge.oneStream.port + 1)
            bridge.one.sendControl(bytes, to: bridge.oneStream.port + 1)
        }
        await bridge.talk(frames: 10)
        #expect(Tone.level(440, in: bridge.other.signal) > 7_000)
        #expect(bridge.rig.events.isEmpty)
        Self.expectContinuous(bridge.other.heard.filter { $0.payloadType == 0 })
    }

    // MARK: Time and reports

    @Test func aSilentPeerIsReportedOnceUntilItSpeaksAgain() async throws {
        let rig = try EngineRig(rtpTimeout: .milliseconds(120))
        let peer = ScriptedPeer(440)
        let held = ScriptedPeer()
        let stream = try rig.connect(peer)
        let heldStream = try rig.engine.open()
        rig.engine.perform(.connect(heldStream.id, held.endpoint(receives: false)))
        await rig.expect(.fellSilent(stream.id))
        await EngineRig.listen([peer], frames: 20)
        #expect(rig.events == [.fellSilent(stream.id)])
        await EngineRig.talk([(peer, stream)], frames: 10)
        await rig.expect("silent again") { $0 == [.fellSilent(stream.id), .fellSilent(stream.id)] }
    }

    @Test(arguments: RTPBackendKind.allCases)
    func reportsAreSentAndTaken(backend: RTPBackendKind) async throws {
        let rig = try EngineRig(backend: backend, reportInterval: .milliseconds(100))
        let peer = ScriptedPeer(440)
        let stream = try rig.connect(peer)
        rig.engine.perform(.hear(stream.id, .sound(.silence)))
        for _ in 0..<250 where peer.reports.count < 2 { await EngineRig.talk([(peer, stream)], frames: 1) }
        let report = try #require(peer.reports.last)
        #expect(report[1] == 200, "a sender report, for we send")
        #expect(report[0] & 31 == 1, "with a block, for we receive")
        let blockSource = report[28..<32].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        #expect(blockSource == peer.source)
        let sender = report[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        #expect(sender == peer.heard.first?.source)
        let sent = report[20..<24].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        #expect(sent > 0 && sent <= UInt32(peer.heard.count))
    }

    // MARK: Life of streams

    @Test func closingFreesThePortsAndEndsWhatPlays() async throws {
        let rig = try EngineRig(pairs: 2)
        let peer = ScriptedPeer()
        let stream = try rig.connect(peer)
        _ = try rig.engine.open()
        #expect(throws: MediaError.noPortFree(stream.port...stream.port + 3)) { _ = try rig.engine.open() }
        rig.engine.perform(.play(stream.id, SoundPlayback(id: 1, sound: .silence), then: .silence))
        rig.engine.perform(.overlay(stream.id, SoundPlayback(id: 2, sound: .silence)))
        rig.engine.perform(.close(stream.id))
        await rig.expect("closed") { $0.last?.isClosed == true }
        #expect(
            Array(rig.events.dropLast()) == [
                .soundEnded(stream.id, playback: 1, completed: false),
                .soundEnded(stream.id, playback: 2, completed: false),
            ])
        #expect(rig.engine.portsInUse == 1)
        #expect(try rig.engine.open().port == stream.port)
        rig.engine.perform(.play(stream.id, SoundPlayback(id: 3, sound: .beep), then: .silence))
        await rig.expect(.soundEnded(stream.id, playback: 3, completed: false), "a closed stream still answers")
    }

    @Test func aPortThatSomeoneElseHoldsIsPassedOver() async throws {
        let first = try EngineRig(pairs: 4)
        let held = try first.engine.open()
        var settings = MediaSettings(ports: held.port...held.port + 3, address: "127.0.0.1")
        settings.threads = 1
        let second = try RTPEngine(settings: settings, logger: .init(label: "test")) { _ in }
        defer { second.shutdown() }
        #expect(try second.open().port == held.port + 2)
        #expect(throws: MediaError.self) { _ = try second.open() }
        #expect(second.portsInUse == 1)
    }

    @Test(arguments: [1, 2])
    func aHundredStreamsOpenAndCloseWithoutALeak(threads: Int) async throws {
        let rig = try EngineRig(pairs: 40, threads: threads)
        let peers = (0..<20).map { _ in ScriptedPeer(440) }
        for round in 0..<5 {
            let streams = try peers.map { try rig.connect($0) }
            for (one, other) in zip(streams, streams.reversed()) {
                rig.engine.perform(.hear(one.id, round % 2 == 0 ? .party(other.id) : .sound(.silence)))
            }
            await EngineRig.talk(Array(zip(peers, streams)), frames: 3)
            for stream in streams { rig.engine.perform(.close(stream.id)) }
            await rig.expect("round \(round)") { $0.filter(\.isClosed).count == 20 * (round + 1) }
        }
        #expect(rig.engine.portsInUse == 0)
        // A socket that was not closed would still hold its port.
        let settings = MediaSettings(ports: rig.ports, address: "127.0.0.1")
        let heir = try RTPEngine(settings: settings, logger: .init(label: "test")) { _ in }
        defer { heir.shutdown() }
        #expect(try (0..<40).map { _ in try heir.open().port }.count == 40)
    }

    @Test func shutdownClosesEverythingAndRefusesTheRest() async throws {
        let rig = try EngineRig()
        let streams = try (0..<3).map { _ in try rig.engine.open() }
        rig.engine.shutdown()
        #expect(rig.events.map(\.isClosed) == [true, true, true])
        #expect(rig.engine.portsInUse == 0)
        #expect(throws: MediaError.self) { _ = try rig.engine.open() }
        rig.engine.perform(.hear(streams[0].id, .silence))
        rig.engine.shutdown()
    }

    @Test func newSoundsAreHeardFromTheNextPlaybackOn() async throws {
        let old = TemporarySound(Tone.samples(500, count: 8_000))
        let new = TemporarySound(Tone.samples(900, count: 8_000))
        defer {
            old.remove()
            new.remove()
        }
        let rig = try EngineRig(sounds: [Self.hold: old.path, Self.notice: old.path])
        let peer = ScriptedPeer(440)
        let stream = try rig.connect(peer)
        rig.engine.perform(.hear(stream.id, .sound(Self.hold)))
        await EngineRig.listen([peer], frames: 10)
        var settings = MediaSettings(ports: rig.ports, address: "127.0.0.1", sounds: [Self.hold: new.path])
        try rig.engine.reconfigure(settings)
        peer.forget()
        await EngineRig.listen([peer], frames: 15)
        #expect(Tone.isHeard(500, in: peer.signal) && !Tone.isHeard(900, in: peer.signal), "it goes on")
        rig.engine.perform(.hear(stream.id, .silence))
        rig.engine.perform(.hear(stream.id, .sound(Self.hold)))
        await EngineRig.listen([peer], frames: 3)
        peer.forget()
        await EngineRig.listen([peer], frames: 15)
        #expect(Tone.isHeard(900, in: peer.signal) && !Tone.isHeard(500, in: peer.signal))
        // A name that is gone may still be called for.
        #expect(rig.engine.soundLengths[Self.notice] == .seconds(1))

        let bad = TemporarySound([1, 2, 3])
        defer { bad.remove() }
        settings.sounds = [Self.hold: bad.path]
        #expect(throws: MediaError.self) { try rig.engine.reconfigure(settings) }
        rig.engine.perform(.play(stream.id, SoundPlayback(id: 1, sound: Self.hold), then: .silence))
        await rig.expect(.soundEnded(stream.id, playback: 1, completed: true))
    }

    @Test func brokenSoundStopsTheStart() async throws {
        let bad = TemporarySound([1, 2, 3])
        defer { bad.remove() }
        #expect { try EngineRig(sounds: [Self.hold: bad.path]) } throws: { error in
            "\(error)".contains("\"hold\" (\(bad.path)): is not a WAV file")
        }
        #expect(throws: MediaError.self) {
            _ = try RTPEngine(
                settings: MediaSettings(address: "not an address"), logger: .init(label: "test")
            ) { _ in }
        }
    }

    @Test func lengthsOfAllSoundsAreKnown() async throws {
        let music = TemporarySound(Tone.samples(500, count: 16_000, rate: 16_000), rate: 16_000)
        defer { music.remove() }
        let rig = try EngineRig(sounds: [Self.hold: music.path])
        #expect(rig.engine.soundLengths[Self.hold] == .seconds(1))
        #expect(rig.engine.soundLengths[.beep] == .milliseconds(200))
    }
}

extension MediaEvent {
    var isClosed: Bool {
        if case .closed = self { true } else { false }
    }
}
