import Hummingbird
import Routing

/// An event as it is sent, written once for all who listen.
struct EncodedEvent: Sendable {
    /// What its listeners' filters look at.
    let kind: EventDTO.Kind
    let operators: [String]
    let queue: String?
    let at: Instant
    /// The whole event in the format of the stream, with its number.
    let bytes: ByteBuffer
}

/// The newest events by their numbers, which follow one another. Whoever knows the last that they have seen goes on from
/// there, as long as it is kept.
struct EventRing {
    let capacity: Int
    private var slots: [EncodedEvent] = []
    /// The number before the oldest that is kept.
    private(set) var base: UInt64
    /// The newest number.
    private(set) var last: UInt64

    /// The number before the first event ever.
    private let start: UInt64

    /// - Parameter start: the number before the first.
    init(capacity: Int, start: UInt64) {
        self.capacity = max(capacity, 1)
        self.start = start
        base = start
        last = start
    }

    mutating func append(_ event: EncodedEvent) {
        last += 1
        if slots.count < capacity {
            slots.append(event)
        } else {
            slots[index(of: last)] = event
            base += 1
        }
    }

    /// Events behind this number, `most` at once; `nil`: some of them are not kept, or the number is none of ours.
    func events(after number: UInt64, most: Int) -> [EncodedEvent]? {
        guard number >= base, number <= last else { return nil }
        let end = min(last, number + UInt64(max(most, 0)))
        guard end > number else { return [] }
        return (number + 1...end).map { slots[index(of: $0)] }
    }

    /// The first event took the first slot.
    private func index(of number: UInt64) -> Int {
        Int((number - start - 1) % UInt64(capacity))
    }
}
