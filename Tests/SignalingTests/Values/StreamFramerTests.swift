import Testing

@testable import Signaling

/// Messages come out of a stream whole, however the bytes arrive; what is no stream of messages ends it.
@Suite struct StreamFramerTests {
    private let first = RequestText(body: "hello").bytes
    private let second = RequestText(method: "BYE").bytes

    private func frames(_ chunks: [[UInt8]]) throws(FramingError) -> [StreamFrame] {
        var framer = StreamFramer()
        var frames: [StreamFrame] = []
        for chunk in chunks {
            framer.append(chunk)
            while let frame = try framer.next() { frames.append(frame) }
        }
        return frames
    }

    private func error(_ text: String) -> FramingError? {
        error(Array(text.utf8))
    }

    private func error(_ bytes: [UInt8]) -> FramingError? {
        do throws(FramingError) {
            _ = try frames([bytes])
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1_000])
    func chunksMakeNoDifference(size: Int) throws {
        let stream = first + Array("\r\n\r\n".utf8) + second + first
        let chunks = stride(from: 0, to: stream.count, by: size).map {
            Array(stream[$0..<min($0 + size, stream.count)])
        }
        #expect(try frames(chunks) == [.message(first), .keepAlive, .message(second), .message(first)])
    }

    @Test func singleLineEndsBetweenMessagesAreSkipped() throws {
        let chunks = [Array("\r\n".utf8) + first, Array("\n".utf8), second]
        #expect(try frames(chunks) == [.message(first), .message(second)])
    }

    @Test func halfAKeepAliveWaitsForItsOtherHalf() throws {
        #expect(try frames([Array("\r\n".utf8)]) == [])
        #expect(try frames([Array("\r\n".utf8), Array("\r".utf8), Array("\n".utf8)]) == [.keepAlive])
    }

    @Test func halfAMessageWaitsForItsOtherHalf() throws {
        #expect(try frames([Array(first.dropLast())]) == [])
    }

    @Test func readsCompactAndFoldedContentLength() throws {
        let message = RequestText(body: "abc").with { $0.contentLength = "l :\r\n 3" }.bytes
        #expect(try frames([message + second]) == [.message(message), .message(second)])
    }

    @Test func withoutContentLengthThereIsNoBody() throws {
        let message = RequestText().with { $0.contentLength = nil }.bytes
        #expect(try frames([message + second]) == [.message(message), .message(second)])
    }

    @Test(arguments: ["-1", "", "x", "1 2", "99999999999999999999"])
    func contentLengthMustBeANumber(value: String) {
        let request = RequestText().with { $0.contentLength = "Content-Length: " + value }
        #expect(error(request.bytes) == .malformedContentLength)
    }

    @Test func twoContentLengthsMustAgree() throws {
        let same = RequestText().with { $0.others.append("l: 0") }.bytes
        #expect(try frames([same]) == [.message(same)])
        #expect(error(RequestText().with { $0.others.append("l: 1") }.bytes) == .malformedContentLength)
    }

    @Test func headEndsWithinItsLimit() {
        let start = "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\nX: "
        func head(_ size: Int) -> String {
            start + String(repeating: "x", count: size - start.utf8.count - 4) + "\r\n\r\n"
        }
        #expect(error(head(GuardLimits.head)) == nil)
        #expect(error(head(GuardLimits.head + 1)) == .headTooLong)
        #expect(error(String(repeating: "x", count: GuardLimits.head)) == nil)
        #expect(error(String(repeating: "x", count: GuardLimits.head + 1)) == .headTooLong)
    }

    @Test func bodyIsAnnouncedWithinItsLimit() {
        func request(_ length: Int) -> [UInt8] {
            RequestText().with { $0.contentLength = "Content-Length: \(length)" }.bytes
        }
        #expect(error(request(GuardLimits.streamBody)) == nil)
        #expect(error(request(GuardLimits.streamBody + 1)) == .bodyTooLong)
    }

    @Test func whatIsNoTextIsRefusedAtOnce() {
        #expect(error([0x16, 0x03, 0x01]) == .notSIP)
        #expect(error([0]) == .notSIP)
    }

    @Test(arguments: ["GET / HTTP/1.1\r\n", "v=0\n", "INVITE sip:a@b\r\n", "SIP\r\n"])
    func whatIsNoFirstLineIsRefusedBeforeTheHeadersCome(line: String) {
        #expect(error(line) == .notSIP)
    }

    @Test(arguments: [
        ("Content-Length: -1", FramingError.malformedContentLength), ("Content-Length: 65537", .bodyTooLong),
    ])
    func headThatEndsTheStreamIsHandedOutFirst(length: String, fault: FramingError) throws {
        let message = RequestText().with { $0.contentLength = length }.bytes
        var framer = StreamFramer()
        framer.append(message + second)
        #expect(try framer.next() == .message(message))
        #expect(throws: fault) { try framer.next() }
    }

    @Test func headWithoutEndIsHandedOutToItsLimit() throws {
        var framer = StreamFramer()
        framer.append(first.prefix(100) + [UInt8](repeating: 0x78, count: GuardLimits.head))
        #expect(try framer.next() == .message(Array(first.prefix(100)) + [UInt8](repeating: 0x78, count: 8_093)))
        #expect(throws: FramingError.headTooLong) { try framer.next() }
    }

    @Test(arguments: [1, 500, 100_000])
    func bodyThatNobodyReadsIsPassedOver(chunk: Int) throws {
        func request(_ length: Int) -> [UInt8] { RequestText(body: String(repeating: "b", count: length)).bytes }
        let longest = request(GuardLimits.body)
        let tooLong = request(GuardLimits.body + 1)
        let stream = longest + tooLong + second
        let chunks = stride(from: 0, to: stream.count, by: chunk).map {
            Array(stream[$0..<min($0 + chunk, stream.count)])
        }
        let head = Array(tooLong.dropLast(GuardLimits.body + 1))
        #expect(try frames(chunks) == [.message(longest), .message(head), .message(second)])
    }

    @Test func manyPingsInARowAreOne() throws {
        let pings = [UInt8]("\r\n\r\n".utf8)
        let stream = Array(repeatElement(pings, count: 1_000).joined()) + first + pings
        #expect(try frames([stream]) == [.keepAlive, .message(first), .keepAlive])
    }

    @Test func whatIsHeldIsOnlyAMessageThatIsNotComplete() throws {
        let large = RequestText().with { $0.contentLength = "l: 9000" }.bytes
        var framer = StreamFramer()
        for (bytes, held) in [
            (Array("\r\n".utf8), 0), (Array("\r\n\r".utf8), 0), (Array("\n".utf8) + first.prefix(9), 9),
            (Array(first.dropFirst(9)), 0), (Array(first.dropLast()), first.count - 1), (Array(first.suffix(1)), 0),
            (large, large.count), ([UInt8](repeating: 0, count: 8_999), large.count), ([0], 0),
        ] {
            framer.append(bytes)
            while try framer.next() != nil {}
            #expect(framer.held == held)
        }
    }

    @Test func whatNobodyTakesOutIsBounded() throws {
        var framer = StreamFramer()
        framer.append([UInt8](repeating: 0x0A, count: StreamFramer.capacity))
        #expect(try framer.next() == nil)
        framer = StreamFramer()
        framer.append([UInt8](repeating: 0x0A, count: StreamFramer.capacity + 1))
        #expect(throws: FramingError.overflow) { try framer.next() }
    }

    @Test func errorStays() {
        var framer = StreamFramer()
        framer.append([0])
        #expect(throws: FramingError.notSIP) { try framer.next() }
        framer.append(first)
        #expect(throws: FramingError.notSIP) { try framer.next() }
    }
}
