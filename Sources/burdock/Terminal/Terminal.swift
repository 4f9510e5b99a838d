import Foundation

/// The two ends of the program that people look at. The only place that writes to them.
enum Terminal {
    /// Columns that every table fits into.
    static let columns = 80

    /// Colour helps people and harms programs: none into a pipe or file, and none against the user's will
    /// (no-color.org).
    static let colorsOutput = colors(STDOUT_FILENO)
    static let colorsErrors = colors(STDERR_FILENO)

    /// Only a terminal can be written over.
    static let showsProgress = isatty(STDERR_FILENO) == 1

    /// Puts the text in place of the line that the cursor is in (ECMA-48 EL), on standard error.
    static func writeOver(_ line: String) {
        // Nobody is left to tell if this fails.
        try? FileHandle.standardError.write(contentsOf: Data(("\r" + line + "\u{1B}[K").utf8))
    }

    static func print(_ text: String, terminator: String = "\n") {
        write(text + terminator, to: .standardOutput)
    }

    static func printError(_ text: String) {
        write(text + "\n", to: .standardError)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // Nobody is left to tell if this fails: the reader of the pipe has gone.
        try? handle.write(contentsOf: Data(text.utf8))
    }

    private static func colors(_ descriptor: Int32) -> Bool {
        let refusal = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
        return refusal.isEmpty && isatty(descriptor) == 1
    }
}
