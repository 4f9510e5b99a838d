import CTelephony

/// Frames of our own: sounds and overlays, one for each stream on the beat every 20 ms.
extension MediaLoop {
    /// A party that has not been heard for so long is silent: an overlay goes on without it. Three packets of 20 ms.
    private static let partyPause: UInt64 = 60_000_000

    func beat() {
        guard let ticks = wheel.takeDue(now: now) else { return }
        for tick in ticks {
            let slot = BeatWheel<RTPStream>.slot(of: tick)
            var index = wheel.memberCount(in: slot)
            // From the last to the first: a stream whose sound ends leaves the wheel on the way.
            while index > 0 {
                index -= 1
                sendFrame(wheel.member(index, in: slot), at: tick &* BeatWheel<RTPStream>.tick)
            }
        }
    }

    private func sendFrame(_ stream: RTPStream, at instant: UInt64) {
        if stream.overlay != nil {
            // While the party speaks, its packets carry the overlay.
            if stream.cursor == nil, now < stream.partyHeardAt &+ Self.partyPause { return }
            sendMixedFrame(stream, at: instant)
            advanceOverlay(stream, by: SoundFrame.samples)
        } else if let cursor = stream.cursor, stream.canSend {
            cursor.sound.encoded(stream.codec).withUnsafeBytes { octets in
                let frame = octets[cursor.position..<cursor.position + SoundFrame.samples]
                send(UnsafeRawBufferPointer(rebasing: frame), stream, at: instant)
            }
        }
        guard stream.cursor?.advance(by: SoundFrame.samples) == true else { return }
        guard hearing[stream.id]?.playback != nil else { return }
        if hearing.advancePlayback(stream.id) {
            applyBase(stream)
        } else {
            finishPlayback(stream, completed: true)
        }
    }

    /// The overlay over a sound, or alone.
    private func sendMixedFrame(_ stream: RTPStream, at instant: UInt64) {
        guard let overlay = stream.overlay, stream.canSend else { return }
        let frame = UnsafeMutableRawBufferPointer(rebasing: buffers.output[..<SoundFrame.samples])
        let over = overlay.sound.linear
        let base = stream.cursor
        for index in 0..<SoundFrame.samples {
            let position = overlay.position + index
            let above = position < over.count ? over[position] : 0
            let below = base.map { $0.sound.linear[$0.position + index] } ?? 0
            frame[index] = G711.encode(Mixer.mix(below: below, over: above), as: stream.codec)
        }
        send(UnsafeRawBufferPointer(frame), stream, at: instant)
    }

    private func send(_ frame: UnsafeRawBufferPointer, _ stream: RTPStream, at instant: UInt64) {
        let stamp = stream.timeline.own(samples: frame.count, now: instant)
        if stream.backend?.send(frame, payloadType: stream.codec.rawValue, stamp: stamp) == true {
            stream.statistics.packetsSent += 1
        }
    }
}
