import ArgumentParser
import ControlAPI

/// `burdock ban …`
struct BanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ban", abstract: "Lists addresses that are banned for probing, and lets them in again.",
        discussion: """
            Who only tries what they may not (wrong passwords, calls of strangers) is not listened to for 60 s, then for
            twice as long each time. Trunks, and phones that are registered or in a call, never are.

            burdock ban lift 192.0.2.7
            """,
        subcommands: [List.self, Lift.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the addresses that are banned now, the longest first.")

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.ask(.get("bans"), BanListDTO.self) {
                BanRendering.list($0, color: Terminal.colorsOutput)
            }
        }
    }

    struct Lift: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lift", abstract: "The address is listened to from now on, as if it had never tried.")

        @Argument(help: "As burdock ban list shows it.")
        var address: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let numeric = String(address.prefix { $0 != "/" })
            try await options.tell(.delete("bans", numeric)) { "\(address.printable) is not banned any more." }
        }
    }
}

enum BanRendering {
    static func list(_ list: BanListDTO, color: Bool) -> String {
        guard !list.bans.isEmpty else { return "Nobody is banned." }
        var table = Table([.flexible("address"), .number("for"), .number("times")])
        for ban in list.bans {
            table.add(Cell(ban.address), Cell(Texts.duration(Double(ban.seconds))), Cell("\(ban.times)"))
        }
        return table.render(width: Terminal.columns, color: color)
    }
}
