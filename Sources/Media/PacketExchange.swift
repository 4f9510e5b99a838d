import Synchronization

/// A packet on its way to a hearer, without its payload's bytes.
struct PassedPacket {
    enum Content {
        case audio(MediaCodec)
        case event
        /// Nothing that is passed on: the hearer's numbering closes the gap.
        case other
    }

    var packet: RTPPacket
    var content: Content
    /// The stream it came in on.
    var stream: StreamID
}

/// Takes packets from other media threads for hearers on this one: a ring that is allocated once.
///
/// Every stream is touched by its own thread only; so a bridge between two threads hands packets over instead of
/// sending on a foreign stream. That costs a copy and a wake-up, which is why one thread is the default.
/// Sendable because every access to what varies is under the lock; the compiler cannot see that of raw memory.
final class PacketExchange: @unchecked Sendable {
    /// Half a second of 20 ms packets for 40 bridges; a thread that is further behind loses packets as a network would.
    static let capacity = 1_024
    /// 60 ms of G.711. Larger packets do not cross threads.
    static let largestPayload = 480

    private struct Entry {
        var hearer: StreamID
        var packet: PassedPacket
        var size: Int
    }

    private let lock = Mutex(())
    private var head = 0
    private var count = 0
    private var entries: [Entry?]
    private let payloads: UnsafeMutableRawBufferPointer

    init() {
        entries = Array(repeating: nil, count: Self.capacity)
        payloads = .allocate(byteCount: Self.capacity * Self.largestPayload, alignment: 16)
    }

    deinit {
        payloads.deallocate()
    }

    /// `true` if the receiving thread has to be woken.
    func put(_ packet: PassedPacket, _ payload: UnsafeRawBufferPointer, for hearer: StreamID) -> Bool {
        guard payload.count <= Self.largestPayload else { return false }
        return lock.withLock { _ in
            guard count < Self.capacity else { return false }
            let index = (head + count) % Self.capacity
            entries[index] = Entry(hearer: hearer, packet: packet, size: payload.count)
            room(index, payload.count).copyMemory(from: payload)
            count += 1
            return count == 1
        }
    }

    /// The oldest packet, its payload copied into `payload`.
    func take(into payload: UnsafeMutableRawBufferPointer) -> (hearer: StreamID, packet: PassedPacket, size: Int)? {
        lock.withLock { _ in
            guard count > 0, let entry = entries[head] else { return nil }
            payload.copyMemory(from: UnsafeRawBufferPointer(room(head, entry.size)))
            head = (head + 1) % Self.capacity
            count -= 1
            return (entry.hearer, entry.packet, entry.size)
        }
    }

    private func room(_ index: Int, _ size: Int) -> UnsafeMutableRawBufferPointer {
        let start = index * Self.largestPayload
        return UnsafeMutableRawBufferPointer(rebasing: payloads[start..<start + size])
    }
}
