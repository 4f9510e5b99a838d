import ArgumentParser
import Settings

/// `burdock check`: all that is wrong with a configuration, at once.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a configuration and reports everything that is wrong with it.",
        discussion: "Exits with 0 if it can be served, 1 if there are errors."
    )

    @Argument(help: "The configuration.")
    var file = "etc/burdock.yaml"

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let result = ConfigurationReader.read(path: file)
        let findings = result.render(color: Terminal.colorsOutput)
        Terminal.print(json ? result.json() : findings.isEmpty ? "\(file): nothing wrong" : findings)
        if result.configuration == nil { throw ExitCode(1) }
    }
}
