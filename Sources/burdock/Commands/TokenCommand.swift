import ArgumentParser
import ControlAPI

/// `burdock token …`
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes, lists and revokes tokens of the HTTP API.",
        discussion: """
            burdock token add crm --scope read --scope tasks --expires 365d
            burdock token revoke crm
            """,
        subcommands: [List.self, Add.self, Revoke.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists all tokens, never the tokens themselves.")

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.ask(.get("tokens"), TokenListDTO.self) {
                TokenRendering.list($0, now: .now, color: Terminal.colorsOutput)
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Makes a token, and shows it this once.",
            discussion: """
                burdock token add crm --scope read --scope tasks

                read looks at everything; tasks, operators and calls change what they name; admin may do everything.
                """)

        @Argument(help: "What it is called: the program that is to have it.")
        var name: String

        @Option(
            help: ArgumentHelp("read, tasks, operators, calls or admin; may come several times.", valueName: "scope"))
        var scope: [String]

        @Option(help: ArgumentHelp("When it ends: 90d from now, or a date and time. Default never.", valueName: "time"))
        var expires: String?

        @OptionGroup var options: ClientOptions

        func validate() throws {
            guard scope.allSatisfy({ Scope(rawValue: $0) != nil }) else {
                throw ValidationError(
                    "a scope is one of " + Scope.allCases.map(\.rawValue).joined(separator: ", "))
            }
        }

        func run() async throws {
            let body = NewTokenDTO(name: name, scopes: scope.compactMap { Scope(rawValue: $0) }, expires: expires)
            try await options.ask(.post("tokens", body: body), MadeTokenDTO.self) { TokenRendering.made($0) }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "The token is worth nothing from now on.")

        @Argument(help: "What it is called.")
        var name: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.tell(.delete("tokens", name)) { "The token \(name.printable) is revoked." }
        }
    }
}

enum TokenRendering {
    static func list(_ list: TokenListDTO, now: Timestamp, color: Bool) -> String {
        guard !list.tokens.isEmpty else {
            return "There are no tokens. Make one with: burdock token add NAME --scope read"
        }
        var table = Table([
            .flexible("token"), .flexible("scopes", least: 8), .fixed("made"), .fixed("ends"), .fixed("last used"),
        ])
        for token in list.tokens {
            let hasEnded = token.expiresAt.map { $0 <= now } ?? false
            table.add(
                Cell(token.name, .bold), Cell(token.scopes.map(\.rawValue).joined(separator: " ")),
                Cell(LocalTime(token.createdAt).day),
                Cell(token.expiresAt.map { LocalTime($0).day } ?? "never", hasEnded ? .red : .plain),
                Cell(token.lastUsedOn ?? "never"))
        }
        return table.render(width: Terminal.columns, color: color)
    }

    static func made(_ made: MadeTokenDTO) -> String {
        "\(made.token)\n  Keep it: it is not shown again. Programs send it as \"Authorization: Bearer bk_...\"."
    }
}
