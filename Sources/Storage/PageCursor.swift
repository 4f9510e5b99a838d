import Routing

/// Where a page of a listing ended: the next one begins behind it, whatever was written meanwhile. Text for people and
/// programs that only hand it back.
package struct PageCursor: Hashable, Sendable, CustomStringConvertible {
    /// The time by which the listing is ordered.
    let at: WallTime
    /// What orders rows of the same time.
    let keys: [Int64]

    init(at: WallTime, _ keys: Int64...) {
        self.at = at
        self.keys = keys
    }

    /// `nil`: the text is none.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0, radix: 36) }
        guard (2...4).contains(parts.count), let first = parts[0] else { return nil }
        let keys = parts.dropFirst().compactMap { $0 }
        guard keys.count == parts.count - 1 else { return nil }
        at = WallTime(milliseconds: first)
        self.keys = keys
    }

    package var description: String {
        ([at.milliseconds] + keys).map { String($0, radix: 36) }.joined(separator: ".")
    }

    /// The key in its place; 0 where there is none, as in the cursor of another listing.
    func key(_ index: Int) -> Int64 {
        index < keys.count ? keys[index] : 0
    }
}

/// One page of a listing.
package struct Page<Row: Hashable & Sendable>: Hashable, Sendable {
    package var rows: [Row]
    /// Where the next page begins; `nil`: this is the last.
    package var next: PageCursor?
    /// Where what is written later begins; `nil`: the page is empty.
    package var end: PageCursor?

    package init(rows: [Row], next: PageCursor?, end: PageCursor?) {
        self.rows = rows
        self.next = next
        self.end = end
    }
}
