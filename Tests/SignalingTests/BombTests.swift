import Testing

@testable import Signaling

// Goal: no message keeps the engine busy. What a parser's work grows with is bounded by `GuardLimits`, each limit with
// a test of its own; here the largest bombs that fit a datagram or 10 MB of a stream are thrown at the whole engine,
// and what would reach a parser is counted.

@Suite struct BombTests {
    static let bombs: [(name: String, unit: String)] = [
        ("commas", ",a"), ("semicolons", ";a"), ("quotes", "\""), ("escapes", "\\"), ("angle brackets", "<"),
        ("blanks", " "), ("zeros", "\0"), ("headers", "\r\na:b"), ("folded lines", "\r\n b"), ("returns", "\r"),
        ("line feeds", "\r\n X:\n b"), ("Vias", "\r\nv:SIP/2.0/UDP h"), ("Via values", ",SIP/2.0/UDP h"),
        ("Routes", "\r\nRoute:<sip:a;lr>"), ("headers in a URI", "&a=b"), ("escaped quotes", "\\\""),
        ("Authorizations", "\r\nAuthorization:Digest a=b"), ("brackets", "[["), ("colons", ":"), ("equals", ";a=\""),
    ]

    private func bomb(_ unit: String, _ size: Int, _ start: String) -> [UInt8] {
        let lines = RequestText(method: "INVITE").lines.dropLast().joined(separator: "\r\n")
        var bytes = Array((lines + "\r\n" + start).utf8)
        let unit = Array(unit.utf8)
        while bytes.count + unit.count + 4 <= size { bytes += unit }
        return bytes + Array("\r\n\r\n".utf8)
    }

    @Test(arguments: bombs.indices)
    func datagramOfAnySizeIsRefusedOrBounded(_ index: Int) {
        for start in ["X: ", "Contact: <sip:a@b?a=b", "From: \"", "Subject: \"a"] {
            for size in [1_300, 2_000, 4_000, GuardLimits.datagram, 65_507] {
                let bytes = bomb(Self.bombs[index].unit, size, start)
                guard case .message(let found) = inspect(bytes) else { continue }
                let head = bytes.prefix(found.headerLength)
                let lines = head.count { $0 == Ascii.lineFeed }
                #expect(found.headerLength <= GuardLimits.head && lines <= GuardLimits.headerLines + 2)
                #expect(head.count { $0 == Ascii.comma } <= GuardLimits.commas + GuardLimits.commasPerHeader)
                #expect(
                    head.count { $0 == Ascii.semicolon } <= GuardLimits.semicolons + GuardLimits.semicolonsPerHeader)
                #expect(
                    !head.contains(Ascii.question) || head.count { $0 == Ascii.ampersand } <= GuardLimits.ampersands)
            }
        }
    }

    @Test func bombsOfEveryKindLeaveTheEngineAtWork() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        for (number, kind) in Self.bombs.enumerated() {
            for size in [GuardLimits.datagram, 65_507] { peer.send(bomb(kind.unit, size, "X: ")) }
            peer.send(PeerCall(port: peer.port, callID: "alive\(number)").request("OPTIONS", sequence: 1))
            #expect(peer.expect("SIP/2.0 200")?.header("Call-ID") == "alive\(number)")
        }
        #expect(await fixture.agent.counters.legs == 0)
        await fixture.stop()
    }

    @Test func partsAndLinesOfABodyAreBounded() {
        let parts = { String(repeating: "--b\r\nContent-Type: a/b\r\n\r\nx\r\n", count: $0) + "--b--\r\n" }
        for (count, outcome) in [(24, Outcome.message), (25, .answer(413)), (130, .answer(413))] {
            let request = RequestText(body: parts(count)).with {
                $0.others.append("Content-Type: multipart/mixed;boundary=b")
            }
            #expect(Outcome(inspect(request)) == outcome)
        }
        let lines =
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"
            + String(repeating: "m=audio 1 RTP/AVP 0\r\n", count: 97)
        #expect(Outcome(inspect(RequestText(body: lines))) == .answer(413))
    }

    // MARK: - Streams

    static let floods: [(name: String, start: String, unit: String)] = [
        ("a body of 10 MB", "Content-Length: 10485760\r\n\r\n", "x"), ("a header of 10 MB", "X: ", "x"),
        ("headers of 10 MB", "", "a:b\r\n"), ("folded lines of 10 MB", "X: a\r\n", " b\r\n"),
        ("a body of 64 KiB, then another message", "Content-Length: 65536\r\n\r\n", "x"),
    ]

    /// Reads of 64 KiB, as they come from a socket.
    private func pour(_ bytes: [UInt8], into framer: inout StreamFramer) -> (frames: Int, held: Int, isOver: Bool) {
        var (frames, held) = (0, 0)
        do throws(FramingError) {
            for start in stride(from: 0, to: bytes.count, by: 65_536) {
                framer.append(bytes[start..<min(start + 65_536, bytes.count)])
                while try framer.next() != nil { frames += 1 }
                held = max(held, framer.held)
            }
        } catch {
            return (frames, held, true)
        }
        return (frames, held, false)
    }

    @Test(arguments: floods.indices)
    func streamOfTenMegabytesIsNotKept(_ index: Int) {
        let (name, start, unit) = Self.floods[index]
        let lines = RequestText(method: "INVITE").with { $0.contentLength = nil }.lines.joined(separator: "\r\n")
        var bytes = Array((lines + "\r\n" + start).utf8)
        let run = Array(repeatElement(Array(unit.utf8), count: 4_096).joined())
        while bytes.count < 10_485_760 { bytes += run }
        var framer = StreamFramer()
        let result = pour(bytes, into: &framer)
        #expect(result.isOver, "\(name)")
        #expect(result.frames <= 2 && result.held <= GuardLimits.head + GuardLimits.body, "\(name)")
    }

    @Test func pingsOfAMegabyteAreOneOfEachRead() {
        var framer = StreamFramer()
        let pings = [UInt8](repeatElement(Array("\r\n\r\n".utf8), count: 262_144).joined())
        let result = pour(pings, into: &framer)
        #expect(result == (16, 0, false))
    }
}
