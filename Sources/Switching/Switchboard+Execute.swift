import Logging
import Media
import Routing
import Signaling
import Storage

/// Decisions to commands: one flat switch.
extension Switchboard {
    func execute(_ decision: Decision, _ engines: Engines) {
        switch decision.action {
        case .accept(let call): accept(call, engines)
        case .refuse(let call, let status):
            guard let leg = legs.leg(of: call) else { return }
            engines.signaling.perform(.reject(leg.id, status: status))
        case .ring(let ring, let name, let call):
            // The caller may have gone while the decisions before this one were carried out: no phone rings for nobody.
            guard let caller = legs.leg(of: call) else {
                guard reminders.contains(call) else { return submit(.ringEnded(ring, RingEnd(.withdrawn))) }
                return startRing(ring, name, for: call, Shown(), engines)
            }
            startRing(ring, name, for: call, Shown(number: caller.number, name: caller.name), engines)
        case .stopRinging(let ring):
            guard let leg = legs.leg(of: ring) else { return }
            end(leg.id)
        case .connect(let call, let name): connect(call, name, engines)
        case .play(let playback, let sound, let party, let then):
            start(playback, for: party, engines) {
                .play($0, SoundPlayback(id: playback.rawValue, sound: sound.mediaName), then: then.heard)
            }
        case .loop(let sound, let party):
            guard let stream = legs.leg(of: party)?.stream else { return }
            engines.media.perform(.hear(stream, sound.heard))
        case .overlay(let playback, let sound, let party):
            start(playback, for: party, engines) {
                .overlay($0, SoundPlayback(id: playback.rawValue, sound: sound.mediaName))
            }
        case .stopOverlay(let party):
            guard let stream = legs.leg(of: party)?.stream else { return }
            engines.media.perform(.stopOverlay(stream))
        case .captureKeys(let name, let isOn):
            guard let stream = legs.leg(of: .operator(name))?.stream else { return }
            engines.media.perform(.captureKeys(stream, isOn))
        case .hangUp(let party):
            guard let leg = legs.leg(of: party) else { return }
            if case .rerouted = decision.reason { completeTransfer(leg.id, engines) }
            end(leg.id)
        case .record(let fact):
            store.write(.fact(fact, at: clocks.wall(), origin: clocks.origin()))
        case .note: break
        case .claim(let task, let attempt, let name): claim(task, attempt, by: name)
        case .findWindow(let task, let number, let dialer): findWindow(for: task, to: number, of: dialer)
        case .ringForTask(let ring, let name, let call, let task, let number):
            startRing(ring, name, for: call, Shown(number: number.text), task: task, engines)
        case .dial(let call, let number, let dialer, let name): dial(call, number, of: dialer, for: name, engines)
        case .stopDialling(let call): stopDialling(call)
        // Cards are for programs, which read the router's state; nothing has to be done here.
        case .showCard, .hideCard: break
        case .resolveTime(let call, let entered, let dialer): resolve(entered, of: call, for: dialer)
        case .remind(let name): remind(name)
        case .speak(let playback, let phrase, let party):
            let words = Speech(language: settings.language)
                .words(phrase, startKey: settings.policy.reminder.startKey).map { SoundName($0) }
            guard let first = words.first else { return submit(.soundEnded(playback, completed: false)) }
            let sentence = SoundPlayback(id: playback.rawValue, sound: first, next: Array(words.dropFirst()))
            start(playback, for: party, engines) { .play($0, sentence, then: .silence) }
        case .adoptLeg(let ring, let name, let call): adopt(ring, name, for: call)
        case .consult(let call, _): decline(call)
        }
    }

    /// What no configuration can ask for yet: a scenario's questions to the outside. They are answered all the same, so
    /// that the router never waits for what does not come.
    private func decline(_ call: CallID) {
        logger.error("not carried out", metadata: [.callID: "\(call)", .reason: "consult"])
        submit(.consulted(call, []))
    }

    /// From here on the leg is nobody's any more, though its end comes later.
    func end(_ id: LegID) {
        legs.markEnding(id)
        engines?.signaling.perform(.hangUp(id))
    }

    private func accept(_ call: CallID, _ engines: Engines) {
        guard let leg = legs.leg(of: call), leg.stream == nil else { return }
        guard let stream = openStream(for: leg.id, engines) else {
            engines.signaling.perform(.reject(leg.id, status: 503))
            return
        }
        let media = LocalMedia(port: stream.port, codecs: settings.codecs)
        engines.signaling.perform(.accept(leg.id, media: media))
    }

    /// What the operator's phone shows.
    private struct Shown {
        var number: String?
        var name: String?
    }

    private func startRing(
        _ ring: RingID, _ name: OperatorID, for call: CallID, _ shown: Shown, task: TaskID? = nil, _ engines: Engines
    ) {
        var leg = LegTable.Leg(id: engines.signaling.makeLeg(), role: .operator(name, ring, call: call))
        leg.task = task
        legs.insert(leg)
        guard let stream = openStream(for: leg.id, engines) else {
            submit(.ringEnded(ring, RingEnd(.unreachable, status: 503)))
            legs.remove(leg.id)
            return
        }
        let media = LocalMedia(port: stream.port, codecs: settings.codecs)
        engines.signaling.perform(
            .invite(
                leg.id,
                OutgoingCall(
                    target: .user(name.name), callerNumber: shown.number, callerName: shown.name, media: media,
                    autoAnswer: task != nil)))
    }

    private func connect(_ call: CallID, _ name: OperatorID, _ engines: Engines) {
        legs.assign(call, to: name)
        store.write(.callConnected(call, name, at: clocks.wall()))
        guard let caller = legs.leg(of: call)?.stream, let other = legs.leg(of: .operator(name))?.stream else { return }
        engines.media.perform(.hear(caller, .party(other)))
        engines.media.perform(.hear(other, .party(caller)))
    }

    /// Starts something that ends by itself; if the party has no stream any more, it has ended already.
    private func start(
        _ playback: PlaybackID, for party: Party, _ engines: Engines, command: (StreamID) -> MediaCommand
    ) {
        guard let stream = legs.leg(of: party)?.stream else {
            submit(.soundEnded(playback, completed: false))
            return
        }
        engines.media.perform(command(stream))
    }

    func openStream(for leg: LegID, _ engines: Engines) -> OpenStream? {
        do {
            let stream = try engines.media.open()
            legs.attach(stream, to: leg)
            return stream
        } catch {
            logger.error("no RTP stream", metadata: [.legID: "\(leg)", .reason: "\(error)"])
            return nil
        }
    }
}

extension Sound {
    fileprivate var mediaName: SoundName { SoundName(name) }

    fileprivate var heard: HeardSource { self == .silence ? .silence : .sound(mediaName) }
}
