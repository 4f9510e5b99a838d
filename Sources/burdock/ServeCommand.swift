import ArgumentParser
import Logging
import Settings

/// `burdock serve`: the server in the foreground.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves calls until it is told to stop (Ctrl-C or SIGTERM), then gives the running ones 30 s."
    )

    @Option(name: .shortAndLong, help: "The configuration.")
    var config = "etc/burdock.yaml"

    func run() async throws {
        let result = ConfigurationReader.read(path: config)
        if !result.diagnostics.isEmpty { Terminal.printError(result.render(color: Terminal.colorsErrors)) }
        guard let configuration = result.configuration else {
            Terminal.printError("burdock was not started: mend \(config), then see: burdock check \(config)")
            throw ExitCode(1)
        }
        Memory.keepWhatIsFreed()
        AdjustableLogHandler.setLevel(configuration.log)
        LoggingSystem.bootstrap { AdjustableLogHandler(label: $0) }
        let logger = Logger(label: "burdock")
        do {
            let secrets = try SecretStore(state: configuration.state).secrets(for: configuration.operators)
            let lock = try StateLock(directory: configuration.state)
            let server = try await Server.open(
                configuration, outline: result.outline, secrets: secrets.all, logger: logger)
            let new = secrets.all.filter { secrets.created.contains($0.key) }
            Terminal.print(
                Welcome(
                    configuration: configuration, listeners: server.listeners, new: new,
                    addresses: Welcome.localAddresses()
                ).description
            )
            try await server.run()
            withExtendedLifetime(lock) {}
        } catch {
            Terminal.printError("burdock cannot serve: \(error)")
            throw ExitCode(1)
        }
    }
}
