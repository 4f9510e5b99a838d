/// Aligned columns of text that fit a terminal. Renders to lines and touches nothing.
struct Table {
    struct Column {
        enum Alignment {
            case left, right
        }

        let title: String
        let alignment: Alignment
        /// Narrowed to no less than this when the table is too wide; `nil`: never narrowed.
        let least: Int?

        /// A column whose text is cut short where the table would be too wide.
        static func flexible(_ title: String, least: Int = 6) -> Column {
            Column(title: title, alignment: .left, least: least)
        }

        static func fixed(_ title: String) -> Column {
            Column(title: title, alignment: .left, least: nil)
        }

        static func number(_ title: String) -> Column {
            Column(title: title, alignment: .right, least: nil)
        }
    }

    struct Cell: ExpressibleByStringInterpolation {
        let text: String
        let style: Style

        init(_ text: String, _ style: Style = .plain) {
            self.text = text.printable
            self.style = style
        }

        init(stringLiteral value: String) {
            self.init(value)
        }
    }

    private static let gap = "  "

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// - Parameter cells: as many as there are columns.
    mutating func add(_ cells: Cell...) {
        add(cells)
    }

    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has one cell for each column")
        rows.append(cells)
    }

    /// - Parameters:
    ///   - width: columns of the terminal.
    ///   - indent: spaces before each line; they count.
    func render(width: Int, color: Bool, indent: Int = 0) -> String {
        let widths = widths(within: width - indent)
        let titles = columns.map { Cell($0.title, .dim) }
        return ([titles] + rows)
            .map { line($0, widths: widths, color: color, indent: indent) }
            .joined(separator: "\n")
    }

    private func line(_ cells: [Cell], widths: [Int], color: Bool, indent: Int) -> String {
        var line = String(repeating: " ", count: indent)
        var pending = ""
        for (index, cell) in cells.enumerated() where widths[index] > 0 {
            let text = cell.text.fitted(into: widths[index])
            let padding = String(repeating: " ", count: max(widths[index] - text.displayWidth, 0))
            let before = columns[index].alignment == .right ? padding : ""
            // Spaces are only written once something follows them: no line ends in spaces.
            if !text.isEmpty {
                line += pending + before + cell.style.apply(to: text, color: color)
                pending = (columns[index].alignment == .right ? "" : padding) + Self.gap
            } else {
                pending += padding + Self.gap
            }
        }
        return line
    }

    /// The widest flexible column gives way first. A column without any text is left out.
    private func widths(within limit: Int) -> [Int] {
        var widths = columns.indices.map { index in
            let widest = rows.map { $0[index].text.displayWidth }.max() ?? 0
            return widest == 0 && !rows.isEmpty ? 0 : max(widest, columns[index].title.displayWidth)
        }
        let gaps = max(widths.count { $0 > 0 } - 1, 0) * Self.gap.count
        while widths.reduce(gaps, +) > limit {
            let candidates = columns.indices.filter { index in
                columns[index].least.map { widths[index] > $0 } ?? false
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }
}
