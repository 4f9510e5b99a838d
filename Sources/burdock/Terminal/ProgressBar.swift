/// How far something is, on one line of a terminal that is written over again and again; nothing anywhere else.
struct ProgressBar {
    private static let width = 30

    let title: String

    /// - Parameter done: 0…1.
    func show(_ done: Double) {
        guard Terminal.showsProgress else { return }
        Terminal.writeOver(Self.line(title: title, done: done))
    }

    func clear() {
        guard Terminal.showsProgress else { return }
        Terminal.writeOver("")
    }

    static func line(title: String, done: Double) -> String {
        let done = min(max(done, 0), 1)
        let filled = Int((done * Double(width)).rounded(.down))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        let percent = String(Int(done * 100))
        let padding = String(repeating: " ", count: 3 - percent.count)
        return "[\(bar)] \(padding)\(percent) %  \(title.printable.fitted(into: 40))"
    }
}
