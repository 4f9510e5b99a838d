/// How far a long work is and how long it will take yet: on one line of a terminal, and as a line now and then where
/// nothing can be written over.
struct Progress {
    /// Between two lines.
    private static let lineInterval: Duration = .seconds(5)
    /// Between two pictures of the bar.
    private static let barInterval: Duration = .milliseconds(100)

    let title: String
    /// What is counted ("row").
    let unit: String
    let total: Int
    private let began: ContinuousClock.Instant
    private var shown: ContinuousClock.Instant

    init(title: String, unit: String, total: Int, now: ContinuousClock.Instant = .now) {
        self.title = title
        self.unit = unit
        self.total = total
        (began, shown) = (now, now)
    }

    mutating func show(_ done: Int, now: ContinuousClock.Instant = .now) {
        let interval = Terminal.showsProgress ? Self.barInterval : Self.lineInterval
        guard now - shown >= interval else { return }
        shown = now
        let pace = Self.pace(done, of: total, unit: unit, after: now - began)
        if Terminal.showsProgress {
            let share = total > 0 ? Double(done) / Double(total) : 1
            Terminal.writeOver(ProgressBar.line(title: pace, done: share))
        } else {
            Terminal.printError("\(title.printable): \(Texts.count(done)) of \(Texts.count(total, unit)), \(pace)")
        }
    }

    func clear() { ProgressBar(title: title).clear() }

    /// `12,345 rows/s, 0:40 left`
    static func pace(_ done: Int, of total: Int, unit: String, after elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        guard seconds > 0, done > 0 else { return "" }
        let rate = Double(done) / seconds
        let left = Double(max(total - done, 0)) / rate
        return "\(Texts.count(Int(rate.rounded()))) \(unit)s/s, \(Texts.duration(left)) left"
    }
}
