/// Expectations, which throw with the whole story when they are not met.
extension Ear {
    /// Waits until exactly these tones are heard for 0.2 s, and says since when.
    @discardableResult
    package func waits(
        for tones: Set<Tone>, within limit: Double, after start: Moment? = nil
    ) async throws -> Moment {
        let begin = start ?? .now - 0.3
        let found = try await Moment.poll(within: limit, every: 0.04) { () -> Moment? in
            let windows = self.windows.filter { $0.from >= begin }
            let pair = zip(windows, windows.dropFirst()).first { $0.tones == tones && $1.tones == tones }
            return pair?.0.from
        }
        guard let found else {
            throw failure("should have come to hear \(Self.words(tones)) within \(limit) s", from: begin)
        }
        return found
    }

    /// Throughout the time given, less a quarter of a second at each end, these tones are heard and no other.
    ///
    /// One window in ten may be empty (a busy machine delays packets), none may have anything else in it.
    package func expect(_ tones: Set<Tone>, from start: Moment, until end: Moment, margin: Double = 0.25) throws {
        let windows = self.windows.filter { $0.from >= start + margin && $0.until <= end - margin }
        let wrong = windows.first { !$0.tones.isSubset(of: tones) }
        let good = windows.filter { $0.tones == tones }.count
        guard wrong == nil, !windows.isEmpty, Double(good) >= 0.9 * Double(windows.count) - 1 else {
            let what = "should have heard \(Self.words(tones)) and nothing else for \(rounded(end - start)) s"
            throw failure(what, from: start, until: end)
        }
    }

    /// In the time given there is no stretch of 0.2 s with this tone.
    package func expectNever(_ tone: Tone, from start: Moment? = nil, until end: Moment? = nil) throws {
        let heard = phases(from: start, until: end).contains { $0.tones.contains(tone) }
        guard !heard else { throw failure("should never have heard \(tone)", from: start, until: end) }
    }

    /// In the time given no stretch without any known tone is longer than so many seconds.
    package func expectNoSilence(longerThan limit: Double, from start: Moment, until end: Moment) throws {
        var since: Moment?
        for window in windows where window.from >= start && window.until <= end {
            since = window.tones.isEmpty ? since ?? window.from : nil
            guard let since, window.until - since > limit + 0.05 else { continue }
            throw failure("should never have heard nothing for more than \(limit) s", from: start, until: end)
        }
    }

    /// Within the time given there is a moment, however short, with this tone.
    package func expectOnce(_ tone: Tone, from start: Moment, until end: Moment) throws {
        let heard = windows.contains { $0.from >= start - 0.1 && $0.until <= end + 0.1 && $0.tones.contains(tone) }
        guard heard else { throw failure("should have heard \(tone) once", from: start, until: end) }
    }

    /// The phases of at least 0.2 s after `start` are these, in this order; silence and the short tone are passed over.
    package func expectPhases(_ expected: [Set<Tone>], from start: Moment, until end: Moment? = nil) throws {
        var found: [Set<Tone>] = []
        for phase in phases(from: start, until: end) {
            guard !phase.tones.isEmpty, !phase.tones.contains(.beep), phase.tones != found.last else { continue }
            found.append(phase.tones)
        }
        guard found == expected else {
            let words = expected.map(Self.words).joined(separator: ", then ")
            throw failure("should have heard \(words)", from: start, until: end)
        }
    }

    private func failure(_ what: String, from start: Moment?, until end: Moment? = nil) -> PeerFailure {
        PeerFailure("\(party.name) \(what); but\n\(story(from: start.map { $0 - 1 }, until: end.map { $0 + 1 }))")
    }

    private func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
}
