/// "Did you mean": the known word that is nearest to what was written.
enum Suggestion {
    /// Words longer than this are nobody's misspelling.
    private static let maxLength = 64
    /// Cyrillic letters that no eye tells from Latin ones, and the latter.
    private static let twins: [Character: Character] = [
        "а": "a", "в": "b", "е": "e", "і": "i", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p", "с": "c", "т": "t",
        "у": "y",
        "х": "x",
    ]

    /// `nil` if nothing is near enough: more than a third of the letters would have to change. The first of equally
    /// near words wins. Capital letters are as good as small ones.
    ///
    /// Letters are bytes of UTF-8 here: the known words are plain English, and it is a tenth of the work.
    static func nearest(to word: String, in known: some Sequence<String>) -> String? {
        let letters = Array(String(word.lowercased().map { twins[$0] ?? $0 }).utf8)
        guard !letters.isEmpty, letters.count <= maxLength else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in known where candidate != word && candidate.utf8.count <= maxLength {
            let longer = max(letters.count, candidate.utf8.count)
            let limit = min(best.map { $0.distance - 1 } ?? Int.max, max(1, longer / 3))
            guard abs(letters.count - candidate.utf8.count) <= limit else { continue }
            let other = Array(candidate.lowercased().utf8)
            // Nothing but the same letters is nearer than one change.
            if limit == 0 {
                if letters == other { return candidate }
                continue
            }
            let distance = distance(letters, other)
            if distance <= limit { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string
    /// alignment).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for i in left.indices {
            var current = [i + 1]
            for j in right.indices {
                let replaced = previous[j] + (left[i] == right[j] ? 0 : 1)
                var cost = min(replaced, previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, before[j - 1] + 1)
                }
                current.append(cost)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
