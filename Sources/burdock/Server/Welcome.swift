import NIOCore
import Settings

/// What `serve` prints once it serves: how to register a phone, what to dial, how to look inside.
struct Welcome: CustomStringConvertible {
    let configuration: Configuration
    /// As the server took them: transport:address:port.
    let listeners: [String]
    /// Secrets made at this start, by operator. Shown this once.
    let new: [String: String]
    /// Numeric addresses of this machine, loopback last.
    let addresses: [String]

    var description: String {
        ([ready] + phones + numbers + commands).joined(separator: "\n")
    }

    private var ready: String {
        "burdock \(Burdock.version) is ready on \(listeners.joined(separator: " and "))"
    }

    private var server: String {
        let port = listeners.first?.split(separator: ":").last ?? "5060"
        let address = configuration.sip.advertise ?? addresses.first ?? "127.0.0.1"
        let host = address.contains(":") ? "[\(address)]" : address
        return port == "5060" ? host : "\(host):\(port)"
    }

    /// For a call from this machine itself.
    private var local: String {
        let port = listeners.first?.split(separator: ":").last ?? "5060"
        let address = configuration.sip.listen.first?.address ?? "0.0.0.0"
        return address == "0.0.0.0" || address == "::" ? "127.0.0.1:\(port)" : server
    }

    private var phones: [String] {
        let width = configuration.operators.map(\.name.count).max() ?? 0
        let users = configuration.operators.prefix(10).map { person in
            let name = person.name.padding(to: width)
            let secret =
                if let fresh = new[person.name] { fresh } else if person.secret != nil {
                    "as configured"
                } else {
                    "in \(configuration.state)/secrets.yaml"
                }
            return "    user \(name)  secret \(secret)"
        }
        let rest = configuration.operators.count - users.count
        return ["", "  Register a softphone at \(server) (UDP or TCP):"] + users
            + (rest > 0 ? ["    … and \(rest) more"] : [])
            + (new.isEmpty
                ? [] : ["    New secrets are shown this once; they stay in \(configuration.state)/secrets.yaml"])
    }

    private var numbers: [String] {
        let lines = configuration.lines.prefix(10).map { line in
            let vip = line.vipQueue.map { ", listed callers to queue \($0)" } ?? ""
            return "    \(line.number)  queue \(line.queue)\(vip)"
        }
        let codes = configuration.codes
        return [
            "",
            "  Call in from a trunk; on this machine: sipp -sn uac -s \(configuration.lines.first?.number ?? "100") \(local)",
        ]
            + lines
            + ["", "  From an operator's phone: \(codes.ready) ready, \(codes.pause) pause, \(codes.off) off"]
    }

    private var commands: [String] {
        ["", "  Look inside: burdock status, queue show, operator show, call list, explain CALL", "  Stop: Ctrl-C"]
    }

    /// This machine's numeric addresses: IPv4 before IPv6, loopback last.
    static func localAddresses() -> [String] {
        // Without them the text names loopback, which is true on every machine.
        let devices = (try? System.enumerateDevices()) ?? []
        let found = devices.compactMap { $0.address?.ipAddress }
            .filter { !$0.hasPrefix("fe80") }
        func rank(_ address: String) -> Int {
            if address == "::1" { return 3 }
            if address.hasPrefix("127.") { return 2 }
            return address.contains(":") ? 1 : 0
        }
        return found.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .map(\.element)
    }
}
