package import Routing
import Storage

/// Rows of an export with named columns, not yet written in any format.
package struct ExportTable: Hashable, Sendable {
    package var columns: [String]
    package var rows: [[Field]]

    package init(columns: [String], rows: [[Field]]) {
        self.columns = columns
        self.rows = rows
    }
}

/// One value of an export.
package enum Field: Hashable, Sendable {
    /// Nothing is known: empty in CSV, `null` in JSON.
    case none
    case text(String)
    case count(Int)
    /// 0…1, with up to four decimals.
    case share(Double)
    /// In seconds, with up to three decimals.
    case time(Duration)
    case date(WallTime)
    case flag(Bool)

    package static func text(orNone text: String?) -> Field { text.map { .text($0) } ?? .none }
    package static func count(orNone count: Int?) -> Field { count.map { .count($0) } ?? .none }
    package static func date(orNone date: WallTime?) -> Field { date.map { .date($0) } ?? .none }
}

/// A number in as few decimals as it needs, with a point, whatever the locale.
func decimal(_ value: Double, decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = (value * scale).rounded()
    guard scaled.magnitude < 9e15 else { return String(value) }
    let whole = Int64(scaled)
    let (units, fraction) = whole.magnitude.quotientAndRemainder(dividingBy: UInt64(scale))
    let sign = whole < 0 ? "-" : ""
    guard fraction > 0 else { return "\(sign)\(units)" }
    var digits = String(fraction)
    digits = String(repeating: "0", count: max(decimals - digits.count, 0)) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(sign)\(units).\(digits)"
}
