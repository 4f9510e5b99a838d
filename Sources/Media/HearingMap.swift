/// What each stream's party hears. Bridge, hold, whisper, interruption and return are assignments in it.
///
/// Pure: it knows neither sockets nor sounds, only names. A party's entry has a base (another party, a repeated sound,
/// nothing), before it possibly a sound that is played once, and possibly a sound mixed over whatever the base is.
struct HearingMap {
    struct Entry: Equatable {
        /// From now on, or after the playback.
        var source = HeardSource.silence
        /// Played once before the source.
        var playback: SoundPlayback?
        /// Mixed over playback or source.
        var overlay: SoundPlayback?

        /// The stream that is heard at this moment.
        var party: StreamID? {
            guard playback == nil, case .party(let id) = source else { return nil }
            return id
        }
    }

    /// A playback that has come to its end, one way or the other.
    struct Ended: Equatable {
        var playback: UInt64
        var completed: Bool
    }

    private var entries: [StreamID: Entry] = [:]

    subscript(id: StreamID) -> Entry? { entries[id] }
    var count: Int { entries.count }

    /// Who hears a stream at this moment, in the order of their ids.
    func hearers(of party: StreamID) -> [StreamID] {
        entries.filter { $0.value.party == party }.keys.sorted { $0.rawValue < $1.rawValue }
    }

    mutating func open(_ id: StreamID) {
        entries[id] = Entry()
    }

    /// Who heard the stream keeps its assignment and hears nothing of it any more.
    mutating func close(_ id: StreamID) -> [Ended] {
        guard let entry = entries.removeValue(forKey: id) else { return [] }
        return [entry.playback, entry.overlay].compactMap(\.self).map { Ended(playback: $0.id, completed: false) }
    }

    /// Ends the playback that may be running; an overlay goes on above the new source.
    mutating func hear(_ id: StreamID, _ source: HeardSource) -> [Ended] {
        change(id) { entry in
            let cut = entry.playback
            entry.playback = nil
            entry.source = source
            return cut
        }
    }

    mutating func play(_ id: StreamID, _ playback: SoundPlayback, then source: HeardSource) -> [Ended] {
        change(id) { entry in
            let cut = entry.playback
            entry.playback = playback
            entry.source = source
            return cut
        }
    }

    mutating func overlay(_ id: StreamID, _ playback: SoundPlayback) -> [Ended] {
        change(id) { entry in
            let cut = entry.overlay
            entry.overlay = playback
            return cut
        }
    }

    mutating func stopOverlay(_ id: StreamID) -> [Ended] {
        change(id) { entry in
            let cut = entry.overlay
            entry.overlay = nil
            return cut
        }
    }

    /// The playback's present sound has run to its end.
    ///
    /// - Returns: whether another follows, which is the present one now.
    mutating func advancePlayback(_ id: StreamID) -> Bool {
        guard var playback = entries[id]?.playback, !playback.next.isEmpty else { return false }
        playback.sound = playback.next.removeFirst()
        entries[id]?.playback = playback
        return true
    }

    /// The playback has run to its end, or could not be played at all: the source takes over.
    mutating func playbackEnded(_ id: StreamID, completed: Bool) -> Ended? {
        guard let playback = entries[id]?.playback else { return nil }
        entries[id]?.playback = nil
        return Ended(playback: playback.id, completed: completed)
    }

    mutating func overlayEnded(_ id: StreamID, completed: Bool) -> Ended? {
        guard let overlay = entries[id]?.overlay else { return nil }
        entries[id]?.overlay = nil
        return Ended(playback: overlay.id, completed: completed)
    }

    /// A stream that is not open has no entry to change, and what should have been played on it ends at once.
    private mutating func change(_ id: StreamID, _ body: (inout Entry) -> SoundPlayback?) -> [Ended] {
        guard var entry = entries[id] else { return [] }
        let cut = body(&entry)
        entries[id] = entry
        return cut.map { [Ended(playback: $0.id, completed: false)] } ?? []
    }
}
