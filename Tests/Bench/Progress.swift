import Glibc

/// One line on the terminal that says what is being done; nothing where standard error is no terminal.
struct Progress {
    private let shown = isatty(STDERR_FILENO) == 1
    private let began = ContinuousClock.now
    var run = 1
    let runs: Int

    init(runs: Int) {
        self.runs = runs
    }

    func say(_ text: String) {
        let seconds = (ContinuousClock.now - began).components.seconds
        write("\r\u{1B}[K[\(seconds) s] run \(run) of \(runs): \(text)")
    }

    func end() {
        write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        guard shown else { return }
        let bytes = Array(text.utf8)
        // A terminal that went away must not end the measurement.
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
