/// One thing cut out of a stream.
package enum StreamFrame: Hashable, Sendable {
    /// Head and body, exactly as long as its Content-Length says. The head alone, if the guard is to refuse it for its
    /// length, or because it does not end.
    case message([UInt8])
    /// CR LF CR LF between messages: the peer wants a CR LF back (RFC 5626 section 3.5.1). Several in a row are one.
    case keepAlive
}

/// Why a stream cannot be cut into messages any more. The connection is to be closed.
package enum FramingError: Error, Hashable {
    /// What stands where a message should begin is no first line of one.
    case notSIP
    /// No end of the headers within 8 KiB.
    case headTooLong
    /// No number, or two that differ.
    case malformedContentLength
    /// More than 64 KiB announced.
    case bodyTooLong
    /// More was appended than any message needs, and not taken out.
    case overflow
}

/// Cuts the bytes of a TCP connection into SIP messages. Each byte is looked at once, however it arrives, and only
/// what may become a message is kept: a body that nobody will read is passed over as it comes.
///
/// RFC 3261 section 18.3 asks for a Content-Length on streams. Peers of RFC 2543 leave it out; their message has no
/// body then.
package struct StreamFramer: Sendable {
    /// Whole messages may wait behind the one that is being read.
    static let capacity = GuardLimits.head + GuardLimits.body + 131_072
    /// Memory that one read has needed is given back beyond this.
    private static let keptCapacity = 16_384

    private var buffer: [UInt8] = []
    /// First byte that has not been taken out.
    private var head = 0
    /// First byte that has not been searched for the end of the headers.
    private var scanned = 0
    /// Behind the last line feed of the headers being read; where their first line begins, before the first one.
    private var lineStart = 0
    /// Head and body of the message being read, once its headers are complete.
    private var frameLength: Int?
    /// Bytes of a refused body that have not come yet.
    private var unwanted = 0
    private var failure: FramingError?

    package init() {}

    /// Bytes kept of a message that is not complete.
    package var held: Int {
        guard let first = byte(head), first != Ascii.carriageReturn, first != Ascii.lineFeed else { return 0 }
        return buffer.count - head
    }

    package mutating func append(_ bytes: some Sequence<UInt8>) {
        guard failure == nil else { return }
        buffer.append(contentsOf: bytes)
        if buffer.count - head > Self.capacity { fail(.overflow) }
    }

    /// The next complete frame; `nil` if more bytes are needed. An error stays.
    package mutating func next() throws(FramingError) -> StreamFrame? {
        if let failure { throw failure }
        if frameLength == nil {
            if scanned == head, skipLineEnds() { return .keepAlive }
            guard let first = byte(head), first != Ascii.carriageReturn, first != Ascii.lineFeed else { return nil }
            guard Ascii.isVisible(first) else { throw fail(.notSIP) }
            guard let headEnd = try findHeadEnd() else {
                if buffer.count - head > GuardLimits.head { return refuse(.headTooLong, GuardLimits.head + 1) }
                shrink()
                return nil
            }
            guard headEnd - head <= GuardLimits.head else { return refuse(.headTooLong, GuardLimits.head + 1) }
            do throws(FramingError) {
                let body = try contentLength(headEnd: headEnd)
                unwanted = body > GuardLimits.body ? body : 0
                frameLength = headEnd - head + body - unwanted
            } catch {
                return refuse(error, headEnd - head)
            }
        }
        passOver()
        guard unwanted == 0, let length = frameLength, buffer.count - head >= length else {
            shrink()
            return nil
        }
        let message = Array(buffer[head..<head + length])
        consume(length)
        return .message(message)
    }

    /// Drops what has come of a body that nobody will read. The head waits: whoever announces more than there is gets
    /// no answer to it.
    private mutating func passOver() {
        guard unwanted > 0, let length = frameLength else { return }
        let body = head + length
        let end = min(body + unwanted, buffer.count)
        guard end > body else { return }
        buffer.removeSubrange(body..<end)
        unwanted -= end - body
    }

    /// Skips line ends between messages; `true` if a double one, a ping, was among them.
    private mutating func skipLineEnds() -> Bool {
        var sawPing = false
        while let first = byte(head) {
            if first == Ascii.lineFeed {
                consume(1)
            } else if first == Ascii.carriageReturn, byte(head + 1) == Ascii.lineFeed {
                guard let third = byte(head + 2) else { return sawPing }
                guard third == Ascii.carriageReturn, let fourth = byte(head + 3) else {
                    if third == Ascii.carriageReturn { return sawPing }
                    consume(2)
                    continue
                }
                consume(fourth == Ascii.lineFeed ? 4 : 2)
                if fourth == Ascii.lineFeed { sawPing = true }
            } else if first == Ascii.carriageReturn, byte(head + 1) != nil {
                consume(1)
            } else {
                return sawPing
            }
        }
        return sawPing
    }

    /// First byte of the body, if the empty line has come.
    private mutating func findHeadEnd() throws(FramingError) -> Int? {
        if scanned == head { lineStart = head }
        let end = min(buffer.count, head + GuardLimits.head + 2)
        while scanned < end {
            let index = scanned
            scanned += 1
            guard buffer[index] == Ascii.lineFeed else { continue }
            if lineStart == head, !isStartLine(head..<index) { throw fail(.notSIP) }
            let isEmpty = index == lineStart || index == lineStart + 1 && buffer[lineStart] == Ascii.carriageReturn
            lineStart = index + 1
            if isEmpty { return index + 1 }
        }
        return nil
    }

    /// A line that names a version of SIP, at its begin or its end. What does not is not worth waiting for.
    private func isStartLine(_ line: Range<Int>) -> Bool {
        buffer[line].withUnsafeBytes { bytes in
            let text = ByteText(bytes)
            let words = text.trimmed(0..<text.count)
            var last = words.upperBound
            while last > words.lowerBound, text[last &- 1] != Ascii.space { last &-= 1 }
            return [words.lowerBound, last].contains { text.equals($0..<$0 &+ 4, ignoringCase: "sip/") }
        }
    }

    private func contentLength(headEnd: Int) throws(FramingError) -> Int {
        let outcome = buffer[head..<headEnd].withUnsafeBytes { bytes -> Result<Int, FramingError> in
            let text = ByteText(bytes)
            let feed = text.firstIndex(of: Ascii.lineFeed, in: 0..<text.count) ?? text.count
            var scanner = HeaderScanner(text, from: feed + 1, to: text.count)
            var length: UInt64?
            while let header = scanner.next() {
                guard header.name == .contentLength else { continue }
                guard let value = text.decimal(header.value), length == nil || length == value else {
                    return .failure(.malformedContentLength)
                }
                length = value
            }
            guard let length else { return .success(0) }
            return length <= UInt64(GuardLimits.streamBody) ? .success(Int(length)) : .failure(.bodyTooLong)
        }
        return try outcome.get()
    }

    private func byte(_ index: Int) -> UInt8? {
        buffer.indices.contains(index) ? buffer[index] : nil
    }

    /// Takes bytes out. They are moved away only when they are the larger part, so that each byte is moved a
    /// bounded number of times.
    private mutating func consume(_ count: Int) {
        head += count
        if head == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= Self.keptCapacity)
            head = 0
        } else if head > buffer.count / 2 {
            buffer.removeSubrange(0..<head)
            head = 0
        }
        scanned = head
        frameLength = nil
    }

    /// Hands out the head of a message that ends the stream, so that it can be answered first.
    private mutating func refuse(_ error: FramingError, _ length: Int) -> StreamFrame {
        let message = Array(buffer[head..<head + length])
        fail(error)
        return .message(message)
    }

    private mutating func shrink() {
        guard buffer.capacity > 2 * Self.keptCapacity, buffer.count - head <= Self.keptCapacity else { return }
        let rest = Array(buffer[head...])
        scanned -= head
        lineStart -= head
        head = 0
        buffer = rest
    }

    @discardableResult
    private mutating func fail(_ error: FramingError) -> FramingError {
        failure = error
        buffer = []
        head = 0
        return error
    }
}
