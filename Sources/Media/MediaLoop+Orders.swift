import CTelephony
import Logging

/// Carrying out commands: assignments in the hearing map, and what follows from them for a stream.
extension MediaLoop {
    func perform(_ command: MediaCommand) {
        guard let stream = stream(command.stream) else {
            // The stream has been closed in the meantime; whoever plays something must still get an answer.
            if let playback = command.playback {
                pending.append(.soundEnded(command.stream, playback: playback.id, completed: false))
            }
            return
        }
        switch command {
        case .connect(_, let remote):
            connect(stream, remote)
        case .hear(let id, let source):
            report(hearing.hear(id, source), stream)
            applyBase(stream)
        case .play(let id, let playback, let source):
            report(hearing.play(id, playback, then: source), stream)
            applyBase(stream)
        case .overlay(let id, let playback):
            report(hearing.overlay(id, playback), stream)
            applyOverlay(stream)
        case .stopOverlay(let id):
            report(hearing.stopOverlay(id), stream)
            applyOverlay(stream)
        case .captureKeys(_, let captures):
            stream.capturesKeys = captures
        case .close:
            close(stream)
        }
    }

    func close(_ stream: RTPStream) {
        report(hearing.close(stream.id), stream)
        listen(stream, to: nil)
        stream.cursor = nil
        stream.overlay = nil
        updateBeat(stream)
        stream.statistics.packetsLost = stream.reception.lost
        remove(stream)
        pending.append(.closed(stream.id, stream.statistics))
    }

    func report(_ ended: [HearingMap.Ended], _ stream: RTPStream) {
        for playback in ended {
            pending.append(.soundEnded(stream.id, playback: playback.playback, completed: playback.completed))
        }
    }

    // MARK: The peer

    private func connect(_ stream: RTPStream, _ remote: RemoteEndpoint) {
        let before = stream.remote
        if stream.backend == nil {
            let configuration = BackendConfiguration(
                rtpSocket: stream.sockets.rtp, controlSocket: stream.sockets.control, source: stream.timeline.source,
                reportInterval: shared.settings.reportInterval,
                canonicalName: String(UInt64.random(in: .min ... .max), radix: 36))
            stream.backend = configuration.make(shared.settings.backend)
            if stream.backend == nil {
                shared.logger.error("a stream cannot be terminated", metadata: ["stream": "\(stream.id)"])
            }
        }
        stream.negotiate(remote)
        if before?.receives != true || before?.sends != true { stream.heardAt = now }
        // Only another address opens the latch again: a hold must not give strangers a new chance.
        if stream.latch == nil || before?.address != remote.address || before?.port != remote.port
            || before?.rtcpPort != remote.rtcpPort
        {
            let signalled = address(remote.address, remote.port, stream)
            let host = remote.signallingAddress.map { address($0, 0, stream) }
            stream.latch = SourceLatch(signalled: signalled, onlyHost: host, now: now)
            stream.controlLatch = ControlLatch(signalled: address(remote.address, remote.rtcpPort, stream))
        }
        stream.aim()
        updateBeat(stream)
    }

    /// As our socket sees it; an address that is none of its family, or no address, is nowhere.
    private func address(_ text: String, _ port: UInt16, _ stream: RTPStream) -> ct_address {
        var own = ct_address()
        var parsed = ct_address()
        _ = ct_address_parse(shared.settings.address, 0, &own)
        if ct_address_parse(text, port, &parsed) == 0 {
            if own.family == parsed.family { return parsed }
            let mapped = ct_address_mapped(parsed)
            if own.family == mapped.family { return mapped }
        }
        shared.logger.warning(
            "the peer's media address cannot be reached", metadata: ["stream": "\(stream.id)", "address": "\(text)"])
        return ct_address()
    }

    // MARK: What the party hears

    /// Makes the stream's state follow the base of its entry in the hearing map.
    func applyBase(_ stream: RTPStream) {
        guard let entry = hearing[stream.id] else { return }
        stream.cursor = nil
        if let playback = entry.playback {
            guard let sound = shared.sounds[playback.sound] else {
                warnMissing(playback.sound, stream)
                finishPlayback(stream, completed: false)
                return
            }
            stream.cursor = SoundCursor(sound)
        } else if case .sound(let name) = entry.source {
            stream.cursor = shared.sounds[name].map { SoundCursor($0) }
            if stream.cursor == nil { warnMissing(name, stream) }
        }
        listen(stream, to: entry.party)
        updateBeat(stream)
    }

    func applyOverlay(_ stream: RTPStream) {
        let playback = hearing[stream.id]?.overlay
        stream.overlay = playback.flatMap { shared.sounds[$0.sound] }.map { SoundCursor($0) }
        if let playback, stream.overlay == nil {
            warnMissing(playback.sound, stream)
            finishOverlay(stream, completed: false)
        }
        updateBeat(stream)
    }

    func finishPlayback(_ stream: RTPStream, completed: Bool) {
        if let ended = hearing.playbackEnded(stream.id, completed: completed) { report([ended], stream) }
        applyBase(stream)
    }

    func finishOverlay(_ stream: RTPStream, completed: Bool) {
        stream.overlay = nil
        if let ended = hearing.overlayEnded(stream.id, completed: completed) { report([ended], stream) }
        updateBeat(stream)
    }

    /// On the beat are streams that have frames of our own to send. Before the first connect nothing runs, so that the
    /// beginning of an announcement is not lost; while the peer is on hold it runs on unheard.
    func updateBeat(_ stream: RTPStream) {
        let belongs = stream.remote != nil && (stream.cursor != nil || stream.overlay != nil)
        guard belongs != stream.isOnBeat else { return }
        stream.isOnBeat = belongs
        if belongs {
            wheel.join(stream, slot: stream.slot, now: now)
        } else {
            wheel.leave(stream, slot: stream.slot)
        }
    }

    private func warnMissing(_ name: SoundName, _ stream: RTPStream) {
        shared.logger.warning("there is no such sound", metadata: ["stream": "\(stream.id)", "sound": "\(name)"])
    }

    // MARK: Who passes packets to whom

    private func listen(_ stream: RTPStream, to party: StreamID?) {
        guard party != stream.party else { return }
        if let old = stream.party {
            let owner = owner(of: old)
            if owner === thread {
                removeListener(stream.id, from: old)
            } else {
                owner.post(.unlisten(stream.id, from: old))
            }
        }
        stream.party = party
        if let party {
            let owner = owner(of: party)
            if owner === thread {
                addListener(stream.id, to: party)
            } else {
                owner.post(.listen(stream.id, to: party))
            }
        }
    }

    func addListener(_ hearer: StreamID, to party: StreamID) {
        guard let stream = stream(party) else { return }
        stream.listeners.append(RTPStream.Listener(id: hearer, stream: self.stream(hearer)))
    }

    func removeListener(_ hearer: StreamID, from party: StreamID) {
        stream(party)?.listeners.removeAll { $0.id == hearer }
    }

    func owner(of id: StreamID) -> MediaThread {
        shared.threads[Int(id.rawValue % UInt64(shared.threads.count))]
    }
}

extension MediaCommand {
    var stream: StreamID {
        switch self {
        case .connect(let id, _), .hear(let id, _), .play(let id, _, _), .overlay(let id, _), .stopOverlay(let id),
            .captureKeys(let id, _), .close(let id):
            id
        }
    }

    var playback: SoundPlayback? {
        switch self {
        case .play(_, let playback, _), .overlay(_, let playback): playback
        case .connect, .hear, .stopOverlay, .captureKeys, .close: nil
        }
    }
}
