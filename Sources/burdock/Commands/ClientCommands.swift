import ArgumentParser
import NIOCore

/// The commands that ask a running server over its control socket.
let clientCommands: [any ParsableCommand.Type] = [
    StatusCommand.self, QueueCommand.self, OperatorCommand.self, CallCommand.self, ExplainCommand.self,
    ReloadCommand.self, TaskCommand.self, DialerCommand.self, ImportCommand.self, TokenCommand.self, BanCommand.self,
    WebhookCommand.self,
]

/// What all of them have in common.
struct ClientOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server's control socket.", valueName: "path"))
    var socket = "state/burdock.sock"

    @Flag(help: "Print the server's answer as JSON.")
    var json = false

    /// Has the server do something that has no answer, and prints what is done; nothing with `--json`.
    func tell(_ request: ControlRequest, render: () -> String) async throws {
        try await explainingFailures {
            _ = try await ControlClient(socket: socket).answer(to: request)
            if !json { Terminal.print(render()) }
        }
    }

    /// Asks the server and prints the answer: as it came with `--json`, otherwise as `render` puts it into words.
    ///
    /// - Parameter timeout: how long the server has for it.
    /// - Returns: the answer.
    @discardableResult
    func ask<Answer: Decodable & Sendable>(
        _ request: ControlRequest, _ type: Answer.Type, timeout: TimeAmount = ControlClient.timeout,
        render: (Answer) -> String
    ) async throws -> Answer {
        try await explainingFailures {
            let body = try await ControlClient(socket: socket, limit: timeout).answer(to: request)
            let answer = try ControlClient.decode(type, from: body)
            Terminal.print(json ? body : render(answer))
            return answer
        }
    }

    private func explainingFailures<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as ClientFailure {
            if json {
                Terminal.print(failure.json)
            } else {
                Terminal.printError(failure.render(color: Terminal.colorsErrors))
            }
            throw ExitCode.failure
        }
    }
}
