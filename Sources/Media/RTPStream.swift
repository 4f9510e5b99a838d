import CTelephony

/// The two sockets of a stream and the even port of the pair.
struct StreamSockets: Sendable {
    var rtp: Int32
    var control: Int32
    var port: UInt16
}

/// One party's stream as its media thread holds it. Touched by that thread only.
final class RTPStream {
    let id: StreamID
    let sockets: StreamSockets
    /// Its millisecond within the beat.
    let slot: Int
    /// Where it stands in the thread's table; with the generation it tells stale readiness from a successor's.
    let index: Int

    /// As negotiated; `nil` until connected. What is needed for each packet stands below once more, without strings.
    private(set) var remote: RemoteEndpoint?
    private(set) var codec = MediaCodec.pcmu
    /// Payload type of telephone-events, if negotiated.
    private(set) var eventType: UInt8?
    /// What the peer sends is passed on.
    private(set) var isHeard = false
    /// A packet can be sent at this moment.
    private(set) var canSend = false
    var latch: SourceLatch?
    var controlLatch: ControlLatch?
    /// Where packets go now; `family` 0 for nowhere.
    var destination = ct_address()
    var backend: (any RTPBackend)?
    var timeline: OutgoingTimeline
    var reception = Reception()
    var keys = KeyDetector()
    var capturesKeys = false
    var statistics = StreamStatistics()
    var relayed = RelayCount()

    /// What is played as playback or repeated sound.
    var cursor: SoundCursor?
    var overlay: SoundCursor?
    var isOnBeat = false
    /// The stream whose packets are passed on to this one; registered with that stream's thread.
    var party: StreamID?
    /// When audio of the party was last passed on.
    var partyHeardAt: UInt64 = 0
    /// Who hears this stream.
    var listeners: [Listener] = []

    /// Last accepted packet, or when packets began to be expected.
    var heardAt: UInt64 = 0
    var isReportedSilent = false

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
        canSend = sends && backend != nil && destination.family != 0 && destination.port != 0
            && !destination.isUnspecified
        backend?.aim(rtp: destination, control: sends ? controlLatch.destination(latch) : ct_address())
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
