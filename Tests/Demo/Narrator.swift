import Foundation
import Glibc
import PeerKit
import Synchronization

/// Tells line by line, with the time since the begin, what happens: what the script does, and what each party is found
/// to hear in the captured RTP.
final class Narrator: Sendable {
    /// What a party hears, as far as an ear can tell.
    private struct Impression: Hashable {
        var voices: Set<Tone>
        /// Something that is no party's voice: the house's music or an announcement.
        var house: Bool
    }

    private struct Listener {
        let name: String
        let ear: Ear
        var next = 0
        var told: Impression?
        var candidate: Impression?
        var seen = 0
    }

    private let begin = Moment.now
    private let colored = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    private let listeners = Mutex<[Listener]>([])
    private static let silence = Impression(voices: [], house: false)

    func heading(_ text: String) {
        line("\n" + paint(text, "1"))
    }

    /// Prints at once, also into a pipe, where output is kept back otherwise.
    func line(_ text: String) {
        print(text)
        fflush(nil)
    }

    /// Something that a person or phone does.
    func say(_ text: String) {
        line("\(time(.now))  \(text)")
    }

    /// What one of the server's commands printed.
    func quote(_ command: String, _ text: String) {
        line("\n         " + paint("$ \(command)", "36"))
        for row in text.split(separator: "\n", omittingEmptySubsequences: false) { line("         \(row)") }
    }

    /// From now on, what this party hears is told.
    func listen(to ear: Ear, as name: String) {
        listeners.withLock { $0.append(Listener(name: name, ear: ear, next: ear.windows.count)) }
    }

    /// Tells changes until it is cancelled.
    func watch() async {
        while !Task.isCancelled {
            let news = listeners.withLock { all in
                all.indices.flatMap { Self.news(&all[$0]) }
            }
            for (moment, text) in news.sorted(by: { $0.0 < $1.0 }) { line("\(time(moment))  \(paint(text, "32"))") }
            // A cancelled pause ends the loop at its next turn.
            try? await Task.sleep(for: .milliseconds(150))
        }
    }

    /// A change counts when it has lasted 0.3 s; silence, which speech is full of, 0.9 s.
    private static func news(_ listener: inout Listener) -> [(Moment, String)] {
        let windows = listener.ear.windows
        var news: [(Moment, String)] = []
        for window in windows.dropFirst(listener.next) {
            let now = impression(of: window)
            if now == listener.candidate {
                listener.seen += 1
            } else {
                listener.candidate = now
                listener.seen = 1
            }
            let needed = now == silence ? 9 : 3
            guard listener.seen == needed, now != listener.told else { continue }
            let isFirstSilence = listener.told == nil && now == silence
            listener.told = now
            if !isFirstSilence {
                let from = window.from - 0.1 * Double(needed - 1)
                news.append((from, "\(listener.name) hears \(words(now))"))
            }
        }
        listener.next = windows.count
        return news
    }

    /// Parties' tones are known by their exact level, which no note of music holds: as sent, or lowered to a quarter
    /// under an announcement.
    private static func impression(of window: Window) -> Impression {
        func voices(at level: Double) -> Set<Tone> {
            Set(window.levels.filter { !Tone.house.contains($0.key) && abs($0.value / level - 1) < 0.15 }.keys)
        }
        let plain = voices(at: Tone.amplitude)
        if !plain.isEmpty { return Impression(voices: plain, house: false) }
        let isSomething = window.unexplained > 0.008
        return Impression(voices: isSomething ? voices(at: Tone.amplitude / 4) : [], house: isSomething)
    }

    private static func words(_ impression: Impression) -> String {
        let voices = impression.voices.map(\.name).sorted()
        let house = impression.house ? ["music or an announcement"] : []
        return (voices + house).isEmpty ? "nothing" : (voices + house).joined(separator: ", and over it ")
    }

    private func time(_ moment: Moment) -> String {
        let tenths = max(0, Int(((moment - begin) * 10).rounded()))
        let text = "\(tenths / 10).\(tenths % 10) s"
        return paint(String(repeating: " ", count: max(0, 7 - text.count)) + text, "2")
    }

    private func paint(_ text: String, _ code: String) -> String {
        colored ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
