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

    @Test func contentLengthIsRequired() {
        #expect(error(RequestText().with { $0.contentLength = nil }.bytes) == .missingContentLength)
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
