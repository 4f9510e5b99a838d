import CTelephony

/// Packets from the network to whoever hears their sender. Nothing here allocates.
extension MediaLoop {
    func receive(_ stream: RTPStream) {
        var from = ct_address()
        let size = ct_udp_receive(stream.sockets.rtp, buffers.input.baseAddress, buffers.input.count, &from)
        // Errors are ICMP's answers to what we sent, or nothing left to read: neither changes anything.
        guard size > 0, size <= RelayBuffer.largestDatagram else { return }
        let datagram = UnsafeRawBufferPointer(rebasing: buffers.input[..<size])
        guard let packet = RTPPacket(datagram), accepts(packet, from, stream) else { return }
        stream.statistics.packetsReceived += 1
        stream.heardAt = now
        stream.isReportedSilent = false
        stream.reception.note(packet, now: now)
        let payload = UnsafeRawBufferPointer(rebasing: datagram[packet.payload])
        passOn(
            PassedPacket(packet: packet, content: content(of: payload, packet, stream), stream: stream.id),
            payload, of: stream)
    }

    private func accepts(_ packet: RTPPacket, _ from: ct_address, _ stream: RTPStream) -> Bool {
        switch stream.latch?.judge(from, packet, now: now) {
        case .accept:
            return true
        case .acceptAndFollow:
            stream.aim()
            return true
        case .undecided, nil:
            return false
        case .refuse:
            stream.statistics.packetsFromStrangers += 1
            return false
        }
    }

    /// What of a packet is passed on; reports keys on the way.
    private func content(
        of payload: UnsafeRawBufferPointer, _ packet: RTPPacket, _ stream: RTPStream
    ) -> PassedPacket.Content {
        guard payload.count <= RelayBuffer.largestPayload else { return .other }
        if packet.payloadType == stream.codec.rawValue { return stream.isHeard ? .audio(stream.codec) : .other }
        guard packet.payloadType == stream.eventType else { return .other }
        if let key = stream.keys.key(in: payload, of: packet, now: now) {
            pending.append(.keyPressed(stream.id, key))
        }
        return stream.capturesKeys || !stream.isHeard ? .other : .event
    }

    private func passOn(_ packet: PassedPacket, _ payload: UnsafeRawBufferPointer, of stream: RTPStream) {
        for listener in stream.listeners {
            if let hearer = listener.stream {
                deliver(packet, payload, to: hearer)
            } else {
                let owner = owner(of: listener.id)
                if owner.exchange?.put(packet, payload, for: listener.id) == true { owner.wakeUp() }
            }
        }
    }

    func deliverFromOtherThreads() {
        guard let exchange = thread.exchange else { return }
        while let (id, packet, size) = exchange.take(into: buffers.input) {
            // The hearer may have turned to someone else while the packet was on its way.
            guard let hearer = stream(id), hearer.party == packet.stream else { continue }
            deliver(packet, UnsafeRawBufferPointer(rebasing: buffers.input[..<size]), to: hearer)
        }
    }

    // MARK: To a hearer

    private func deliver(_ passed: PassedPacket, _ payload: UnsafeRawBufferPointer, to hearer: RTPStream) {
        let type: UInt8
        let isEvent: Bool
        switch passed.content {
        case .audio(let codec) where hearer.canSend:
            type = hearer.codec.rawValue
            isEvent = false
            hearer.partyHeardAt = now
            render(payload, codec, into: outgoing(payload.count), for: hearer)
        case .event where hearer.canSend:
            guard let eventType = hearer.eventType else { fallthrough }
            type = eventType
            isEvent = true
            outgoing(payload.count).copyMemory(from: payload)
        case .audio, .event, .other:
            hearer.timeline.leaveOut(passed.packet, from: passed.stream)
            return
        }
        let stamp = hearer.timeline.relay(passed.packet, from: passed.stream, isEvent: isEvent, now: now)
        RTPPacket.write(stamp, payloadType: type, source: hearer.timeline.source, to: buffers.output)
        let size = RTPPacket.headerSize + payload.count
        var destination = hearer.destination
        if ct_udp_send(hearer.sockets.rtp, buffers.output.baseAddress, size, &destination) > 0 {
            hearer.statistics.packetsSent += 1
        }
        hearer.relayed.note(payloadSize: payload.count, timestamp: stamp.timestamp)
    }

    /// Room for a payload of at most `RelayBuffer.largestPayload` behind the header.
    private func outgoing(_ size: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            rebasing: buffers.output[RTPPacket.headerSize..<RTPPacket.headerSize + size])
    }

    /// The party's audio in the hearer's codec, under the overlay if there is one.
    private func render(
        _ payload: UnsafeRawBufferPointer, _ codec: MediaCodec, into body: UnsafeMutableRawBufferPointer,
        for hearer: RTPStream
    ) {
        guard hearer.overlay == nil else {
            mixOverlay(payload, codec, into: body, for: hearer)
            return
        }
        switch (codec, hearer.codec) {
        case (.pcmu, .pcmu), (.pcma, .pcma): body.copyMemory(from: payload)
        case (.pcmu, .pcma): translate(payload, G711.aLawOfMuLaw, into: body)
        case (.pcma, .pcmu): translate(payload, G711.muLawOfALaw, into: body)
        }
    }

    private func translate(
        _ payload: UnsafeRawBufferPointer, _ table: [UInt8], into body: UnsafeMutableRawBufferPointer
    ) {
        table.withUnsafeBufferPointer { table in
            for index in 0..<payload.count { body[index] = table[Int(payload[index])] }
        }
    }

    private func mixOverlay(
        _ payload: UnsafeRawBufferPointer, _ codec: MediaCodec, into body: UnsafeMutableRawBufferPointer,
        for hearer: RTPStream
    ) {
        guard let overlay = hearer.overlay else { return }
        let values = G711.values(of: codec)
        let over = overlay.sound.linear
        for index in 0..<payload.count {
            let position = overlay.position + index
            let above = position < over.count ? over[position] : 0
            body[index] = G711.encode(Mixer.mix(below: values[Int(payload[index])], over: above), as: hearer.codec)
        }
        advanceOverlay(hearer, by: payload.count)
    }

    func advanceOverlay(_ stream: RTPStream, by samples: Int) {
        if stream.overlay?.advance(by: samples) == true { finishOverlay(stream, completed: true) }
    }

    // MARK: RTCP

    func receiveControl(_ stream: RTPStream) {
        var from = ct_address()
        let size = ct_udp_receive(stream.sockets.control, buffers.input.baseAddress, buffers.input.count, &from)
        guard size > 0, size <= RelayBuffer.largestDatagram, let latch = stream.latch else { return }
        let datagram = UnsafeRawBufferPointer(rebasing: buffers.input[..<size])
        guard let report = ControlGuard.leadingReport(datagram) else { return }
        let target = stream.controlLatch?.destination(latch)
        guard stream.controlLatch?.accepts(from, latch) == true else {
            stream.statistics.packetsFromStrangers += 1
            return
        }
        if let target, let present = stream.controlLatch?.destination(latch), !(target == present) { stream.aim() }
        stream.backend?.receiveReport(report, now: now)
    }
}
