import Foundation
package import Routing

/// Finds stories in a journal. Reads files: not to be used where nothing may block.
package struct JournalSearch: Sendable {
    private let directory: JournalDirectory
    private let longestStory: Int

    /// - Parameter longestStory: lines; of a longer one the newest are told.
    package init(_ directory: JournalDirectory, longestStory: Int = 10_000) {
        self.directory = directory
        self.longestStory = max(longestStory, 1)
    }

    /// What happened in one call and was decided about it, in order.
    ///
    /// - Parameters:
    ///   - since: not after the call's beginning; `nil`: unknown, and the whole journal is read.
    ///   - until: not before its end; `nil`: to the end of the journal.
    package func story(of call: CallID, since: WallTime?, until: WallTime?) throws(JournalError) -> [StoryLine] {
        try tell(since: since, until: until, naming: call.description) { $0.call == call }
    }

    /// What happened to one operator and was decided about them, in order.
    package func story(of name: OperatorID, since: WallTime) throws(JournalError) -> [StoryLine] {
        // A ring names the operator once, and what comes of it only the ring: all lines are followed.
        try tell(since: since, until: nil, naming: nil) { $0.operator == name }
    }

    private func tell(
        since: WallTime?, until: WallTime?, naming text: String?, where isWanted: (StoryLine) -> Bool
    ) throws(JournalError) -> [StoryLine] {
        let scan = JournalScan(directory, since: since)
        let needle = text.map { Array("\"\($0)\"".utf8) }
        var teller = Storyteller()
        var found: [StoryLine] = []
        while let line = try scan.next() {
            if let until, let at = JournalReader.instant(of: line.bytes), WallTime(at, origin: line.origin) > until {
                break
            }
            if let needle, !line.bytes.contains(needle) { continue }
            guard case .step(let step)? = try scan.decode(line) else { continue }
            found += teller.tell(step, origin: line.origin).filter(isWanted)
            // Not at every line, which would move all the others each time.
            if found.count >= 2 * longestStory { found.removeFirst(found.count - longestStory) }
        }
        return found.suffix(longestStory)
    }
}

extension [UInt8] {
    /// Whether these bytes are somewhere in it.
    package func contains(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first else { return true }
        return withUnsafeBytes { hay in
            needle.withUnsafeBytes { needle in
                guard let start = hay.baseAddress, let sought = needle.baseAddress else { return false }
                var from = 0
                while hay.count - from >= needle.count,
                    let found = memchr(start + from, CInt(first), hay.count - from - needle.count + 1)
                {
                    if memcmp(found, sought, needle.count) == 0 { return true }
                    from = UnsafeRawPointer(found) - start + 1
                }
                return false
            }
        }
    }
}
