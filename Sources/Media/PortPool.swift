/// RTP/RTCP port pairs: the even port for RTP, the odd one above it for RTCP (RFC 3550 §11).
///
/// A freed pair goes to the end of the line, so that late packets of its last call find nobody for as long as possible.
struct PortPool {
    let range: ClosedRange<UInt16>
    /// A ring of the free pairs' even ports.
    private var line: [UInt16]
    private var head = 0
    private(set) var free: Int

    var capacity: Int { line.count }
    var inUse: Int { capacity - free }

    init(_ range: ClosedRange<UInt16>) {
        self.range = range
        let first = Int(range.lowerBound) + Int(range.lowerBound & 1)
        line = stride(from: first, to: Int(range.upperBound), by: 2).map { UInt16($0) }
        free = line.count
    }

    /// The even port of the pair that has been free for longest.
    mutating func take() -> UInt16? {
        guard free > 0 else { return nil }
        let port = line[head]
        head = (head + 1) % line.count
        free -= 1
        return port
    }

    mutating func giveBack(_ port: UInt16) {
        precondition(free < line.count, "a port was given back twice")
        line[(head + free) % line.count] = port
        free += 1
    }
}
