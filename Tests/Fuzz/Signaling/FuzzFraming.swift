/// A TCP connection: the first byte says how long the pieces are in which the others come. However they come, the same
/// frames are cut out of them, and what is kept is bounded.
@Sendable func fuzzFraming(_ input: [UInt8]) {
    guard let size = input.first else { return }
    let stream = input.dropFirst()
    let whole = frames(stream, pieces: max(1, stream.count))
    let cut = frames(stream, pieces: Int(size) + 1)
    precondition(messages(whole) == messages(cut))
    let taken = whole.reduce(0) { sum, frame in if case .message(let bytes) = frame { sum + bytes.count } else { sum } }
    precondition(taken <= stream.count)
    for case .message(let bytes) in whole {
        _ = bytes.withUnsafeBytes { MessageGuard.inspect($0, over: .stream) }
    }
}

private func messages(_ frames: [StreamFrame]) -> [StreamFrame] { frames.filter { $0 != .keepAlive } }

private func frames(_ stream: ArraySlice<UInt8>, pieces: Int) -> [StreamFrame] {
    var framer = StreamFramer()
    var found: [StreamFrame] = []
    do throws(FramingError) {
        for start in stride(from: stream.startIndex, to: stream.endIndex, by: pieces) {
            framer.append(stream[start..<min(start + pieces, stream.endIndex)])
            while let frame = try framer.next() { found.append(frame) }
            precondition(framer.held <= GuardLimits.head + GuardLimits.body)
        }
    } catch {
        return found
    }
    return found
}
