/// Rows of a file, as stretches without a gap. Asked for in ascending order.
package struct RowStretches: Hashable, Sendable {
    private let stretches: [ClosedRange<Int>]
    private var next = 0

    /// - Parameter stretches: first and last row of each, in ascending order; what is none is left out.
    package init(_ stretches: [[Int]]) {
        self.stretches = stretches.compactMap { $0.count == 2 && $0[0] <= $0[1] ? $0[0]...$0[1] : nil }
    }

    package mutating func contains(_ row: Int) -> Bool {
        while next < stretches.count, stretches[next].upperBound < row { next += 1 }
        return next < stretches.count && stretches[next].contains(row)
    }
}
