import Foundation
import Synchronization

/// Whose RTP is meant: an address and a range of ports of it.
package struct Party: Hashable, Sendable {
    package let name: String
    package let address: String
    package let ports: ClosedRange<UInt16>
    /// What it plays, so that others can be found to hear it.
    package let tone: Tone

    package init(name: String, address: String, ports: ClosedRange<UInt16>, tone: Tone) {
        self.name = name
        self.address = address
        self.ports = ports
        self.tone = tone
    }

    /// Whether an endpoint is one of its RTP ports.
    package func owns(_ endpoint: Endpoint) -> Bool {
        Endpoint.parse(address) == endpoint.address && ports.contains(endpoint.port)
    }
}

/// Listens to what one party hears, or says: which known tones, window by window of 0.1 s.
package final class Ear: Sendable {
    package enum Direction: Sendable {
        case heard, said
    }

    /// A stretch in which the same was to be heard.
    package struct Phase: Sendable {
        package let tones: Set<Tone>
        package let from: Moment
        package var until: Moment
    }

    private struct State {
        var nextPacket = 0
        var latest: Moment
        /// Audio of the windows that are not closed yet, by window number.
        var open: [Int: [Float]] = [:]
        var windows: [Window] = []
    }

    package let party: Party
    private let capture: Capture
    let direction: Direction
    private let probe: ToneProbe
    var tones: [Tone] { probe.tones }
    private let state: Mutex<State>
    private static let width = 0.1
    /// A window is closed by a later packet, or after this time without one.
    private static let patience = 0.4

    package init(_ party: Party, _ capture: Capture, _ direction: Direction = .heard, tones: [Tone]) {
        self.party = party
        self.capture = capture
        self.direction = direction
        probe = ToneProbe(tones: tones)
        state = Mutex(State(latest: capture.began))
    }

    /// All windows that are complete by now.
    package var windows: [Window] {
        state.withLock { state in
            update(&state)
            return state.windows
        }
    }

    /// What was heard, as phases. Windows at the border of two phases count for neither.
    package func phases(from start: Moment? = nil, until end: Moment? = nil) -> [Phase] {
        let all = windows.filter { $0.from >= start ?? capture.began && $0.until <= end ?? .now }
        var phases: [Phase] = []
        for (index, window) in all.enumerated() {
            if phases.last?.tones == window.tones {
                phases[phases.count - 1].until = window.until
            } else if index + 1 < all.count, all[index + 1].tones == window.tones {
                phases.append(Phase(tones: window.tones, from: window.from, until: window.until))
            }
        }
        return phases
    }

    /// The phases in words, a line each.
    package func story(from start: Moment? = nil, until end: Moment? = nil) -> String {
        let verb = direction == .heard ? "heard" : "said"
        let lines = phases(from: start, until: end).map { phase in
            "    \(capture.text(phase.from)) … \(capture.text(phase.until))  \(Self.words(phase.tones))"
        }
        return "\(party.name) \(verb):\n" + (lines.isEmpty ? "    nothing at all" : lines.joined(separator: "\n"))
    }

    static func words(_ tones: Set<Tone>) -> String {
        guard !tones.isEmpty else { return "silence" }
        return tones.sorted { $0.frequency < $1.frequency }.map(\.name).joined(separator: " + ")
    }

    private func update(_ state: inout State) {
        let (packets, next) = capture.packets(from: state.nextPacket)
        state.nextPacket = next
        for packet in packets {
            state.latest = max(state.latest, packet.at)
            guard party.owns(direction == .heard ? packet.destination : packet.source) else { continue }
            guard let audio = packet.audio, packet.at >= capture.began else { continue }
            let number = Int((packet.at - capture.began) / Self.width)
            // A packet for a window that is closed already came far too late; a listener would have missed it too.
            guard number >= state.windows.count else { continue }
            state.open[number, default: []] += audio.bytes.map { G711.decode($0, audio.law) }
        }
        let complete = max(state.latest.seconds, Moment.now.seconds - Self.patience)
        while capture.began.seconds + Double(state.windows.count + 1) * Self.width <= complete {
            state.windows.append(close(state.windows.count, &state))
        }
    }

    private func close(_ number: Int, _ state: inout State) -> Window {
        let samples = state.open.removeValue(forKey: number) ?? []
        let thin = samples.count < ToneProbe.leastSamples
        let from = capture.began + Double(number) * Self.width
        let heard = thin ? ([:], 0) : probe.listen(to: samples)
        return Window(
            from: from, until: from + Self.width, levels: heard.0, level: ToneProbe.level(of: samples),
            unexplained: heard.1, thin: thin)
    }
}
