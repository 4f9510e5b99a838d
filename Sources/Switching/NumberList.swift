package import Routing

/// A named set of numbers, matched in E.164 form (product.md section 7). A million numbers take 8 MB, and asking for
/// one takes twenty comparisons.
package struct NumberList: Sendable {
    private var sorted: [UInt64]

    package var count: Int { sorted.count }

    package init(_ numbers: some Sequence<CustomerNumber>) {
        var keys = numbers.compactMap(Self.key)
        keys.sort()
        sorted = []
        sorted.reserveCapacity(keys.count)
        for key in keys where sorted.last != key { sorted.append(key) }
    }

    /// Reads one number a line; `#` begins a comment. Lines that are no number are left out and counted.
    package init(text: String, plan: NumberPlan, rejected: inout Int) {
        var numbers: [CustomerNumber] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let content = line.prefix { $0 != "#" }
            guard content.contains(where: { !$0.isWhitespace }) else { continue }
            if let number = plan.normalize(content) { numbers.append(number) } else { rejected += 1 }
        }
        self.init(numbers)
    }

    package func contains(_ number: CustomerNumber) -> Bool {
        guard let key = Self.key(of: number) else { return false }
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = low + (high - low) / 2
            if sorted[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == key
    }

    /// The digits as a number behind a leading one, so that leading zeros count.
    private static func key(of number: CustomerNumber) -> UInt64? {
        let digits = number.text.drop { $0 == "+" }
        guard digits.utf8.count <= 18 else { return nil }
        return UInt64("1" + digits)
    }
}
