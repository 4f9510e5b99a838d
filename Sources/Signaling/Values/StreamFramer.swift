/// One thing cut out of a stream.
package enum StreamFrame: Hashable, Sendable {
    /// Head and body, exactly as long as its Content-Length says.
    case message([UInt8])
    /// CR LF CR LF between messages: the peer wants a CR LF back (RFC 5626 section 3.5.1).
    case keepAlive
}

/// Why a stream cannot be cut into messages any more. The connection is to be closed.
package enum FramingError: Error, Hashable {
    /// What stands where a message should begin is no text.
    case notSIP
    /// No end of the headers within 8 KiB.
    case headTooLong
    /// RFC 3261 section 18.3 requires a Content-Length on streams.
    case missingContentLength
    /// No number, or two that differ.
    case malformedContentLength
    /// More than 64 KiB announced.
    case bodyTooLong
    /// More was appended than any message needs, and not taken out.
    case overflow
}

/// Cuts the bytes of a TCP connection into SIP messages. Each byte is looked at once, however it arrives.
package struct StreamFramer: Sendable {
    /// Whole messages may wait behind the one that is being read.
    static let capacity = GuardLimits.head + GuardLimits.streamBody + 131_072

    private var buffer: [UInt8] = []
    /// First byte that has not been taken out.
    private var head = 0
    /// First byte that has not been searched for the end of the headers.
    private var scanned = 0
    /// Behind the last line feed of the headers being read; where their first line begins, before the first one.
    private var lineStart = 0
    /// Head and body of the message being read, once its headers are complete.
    private var frameLength: Int?
    private var failure: FramingError?

    package init() {}

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
            guard let headEnd = findHeadEnd() else {
                if buffer.count - head > GuardLimits.head { throw fail(.headTooLong) }
                return nil
            }
            guard headEnd - head <= GuardLimits.head else { throw fail(.headTooLong) }
            do throws(FramingError) {
                frameLength = headEnd - head + (try contentLength(headEnd: headEnd))
            } catch {
                throw fail(error)
            }
        }
        guard let length = frameLength, buffer.count - head >= length else { return nil }
        let message = Array(buffer[head..<head + length])
        consume(length)
        return .message(message)
    }

    /// Skips single line ends between messages; `true` if a double one, a ping, was taken out.
    private mutating func skipLineEnds() -> Bool {
        while let first = byte(head) {
            if first == Ascii.lineFeed {
                consume(1)
            } else if first == Ascii.carriageReturn, byte(head + 1) == Ascii.lineFeed {
                guard let third = byte(head + 2) else { return false }
                guard third == Ascii.carriageReturn, let fourth = byte(head + 3) else {
                    if third == Ascii.carriageReturn { return false }
                    consume(2)
                    continue
                }
                consume(fourth == Ascii.lineFeed ? 4 : 2)
                if fourth == Ascii.lineFeed { return true }
            } else if first == Ascii.carriageReturn, byte(head + 1) != nil {
                consume(1)
            } else {
                return false
            }
        }
        return false
    }

    /// First byte of the body, if the empty line has come.
    private mutating func findHeadEnd() -> Int? {
        if scanned == head { lineStart = head }
        let end = min(buffer.count, head + GuardLimits.head + 2)
        while scanned < end {
            let index = scanned
            scanned += 1
            guard buffer[index] == Ascii.lineFeed else { continue }
            let isEmpty = index == lineStart || index == lineStart + 1 && buffer[lineStart] == Ascii.carriageReturn
            lineStart = index + 1
            if isEmpty { return index + 1 }
        }
        return nil
    }

    private func contentLength(headEnd: Int) throws(FramingError) -> Int {
        let outcome = buffer[head..<headEnd].withUnsafeBytes { bytes -> Result<Int, FramingError> in
            let text = ByteText(bytes)
            guard let feed = text.firstIndex(of: Ascii.lineFeed, in: 0..<text.count) else {
                return .failure(.missingContentLength)
            }
            var scanner = HeaderScanner(text, from: feed + 1, to: text.count)
            var length: UInt64?
            while let header = scanner.next() {
                guard header.name == .contentLength else { continue }
                guard let value = text.decimal(header.value), length == nil || length == value else {
                    return .failure(.malformedContentLength)
                }
                length = value
            }
            guard let length else { return .failure(.missingContentLength) }
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
            buffer.removeAll(keepingCapacity: buffer.capacity <= 16_384)
            head = 0
        } else if head > buffer.count / 2 {
            buffer.removeSubrange(0..<head)
            head = 0
        }
        scanned = head
        frameLength = nil
    }

    @discardableResult
    private mutating func fail(_ error: FramingError) -> FramingError {
        failure = error
        buffer = []
        head = 0
        return error
    }
}
