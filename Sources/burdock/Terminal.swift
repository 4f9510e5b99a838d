import Foundation

/// Where the program's own words go: colour only for people, and only if they have not asked for none (NO_COLOR).
enum Terminal {
    static let colorsOutput = isatty(STDOUT_FILENO) == 1 && wantsColor
    static let colorsErrors = isatty(STDERR_FILENO) == 1 && wantsColor

    private static let wantsColor =
        ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
        && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    /// Prints at once, also into a pipe: a program that waits for the line must not wait for a buffer.
    static func print(_ text: String) {
        Swift.print(text)
        fflush(nil)
    }

    static func printError(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
