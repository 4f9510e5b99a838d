import CTelephony

/// The two sockets of a stream and the even port of the pair.
struct StreamSockets: Sendable {
    var rtp: Int32
    var control: Int32
    var port: UInt16
}

/// One party's stream as its media thread holds it. Touched by that thread only.
///
/// The fields stand in the order of their heat: what each packet sent needs, what each packet received needs, the rest.
/// With thousands of streams the cache lines touched for a packet are a good part of its price.
final class RTPStream {
    // MARK: Sending

    let sockets: StreamSockets
    /// Where packets go now; `family` 0 for nowhere.
    private(set) var destination = ct_address()
    /// A packet can be sent at this moment.
    private(set) var canSend = false
    private(set) var codec = MediaCodec.pcmu
    /// Payload type of telephone-events, if negotiated.
    private(set) var eventType: UInt8?
    /// What the peer sends is passed on.
    private(set) var isHeard = false
    var capturesKeys = false
    var isReportedSilent = false
    var isOnBeat = false
    var backend: (any RTPBackend)?
    /// What is played as playback or repeated sound.
    var cursor: SoundCursor?
    var overlay: SoundCursor?
    var timeline: OutgoingTimeline
    var relayed = RelayCount()
    var statistics = StreamStatistics()
    /// When audio of the party was last passed on.
    var partyHeardAt: UInt64 = 0

    // MARK: Receiving

    /// Last accepted packet, or when packets began to be expected.
    var heardAt: UInt64 = 0
    /// Who hears this stream.
    var listeners: [Listener] = []
    var reception = Reception()
    var latch: SourceLatch?

    // MARK: The rest

    let id: StreamID
    /// Its millisecond within the beat.
    let slot: Int
    /// Where it stands in the thread's table; with the generation it tells stale readiness from a successor's.
    let index: Int
    /// The stream whose packets are passed on to this one; registered with that stream's thread.
    var party: StreamID?
    var keys = KeyDetector()
    var controlLatch: ControlLatch?
    /// As negotiated; `nil` until connected.
    private(set) var remote: RemoteEndpoint?

    struct Listener {
        var id: StreamID
        /// `nil` if it lives on another media thread.
        var stream: RTPStream?
    }

    init(id: StreamID, sockets: StreamSockets, slot: Int, index: Int, timeline: OutgoingTimeline) {
        self.id = id
        self.sockets = sockets
        self.slot = slot
        self.index = index
        self.timeline = timeline
    }

    func negotiate(_ endpoint: RemoteEndpoint) {
        remote = endpoint
        codec = endpoint.codec
        eventType = endpoint.telephoneEvent
        isHeard = endpoint.receives
    }

    /// Follows the latches after a connect or an accepted packet.
    func aim() {
        guard let latch, let controlLatch else { return }
        let sends = remote?.sends == true
        destination = latch.destination
        canSend = sends && backend != nil && destination.isReachable
        let control = controlLatch.destination(latch)
        backend?.aim(rtp: destination, control: sends && control.isReachable ? control : ct_address())
    }
}

/// Preallocated room of one media thread for the packet at hand.
struct RelayBuffer {
    /// Beyond 60 ms of G.711 (480 bytes) with room to spare; what is larger is dropped.
    static let largestPayload = 1_440
    static let largestDatagram = 1_500

    /// One byte larger than what is accepted, so that truncation shows.
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: largestDatagram + 1, alignment: 16)
    let output = UnsafeMutableRawBufferPointer.allocate(
        byteCount: RTPPacket.headerSize + largestPayload, alignment: 16)

    func deallocate() {
        input.deallocate()
        output.deallocate()
    }
}
