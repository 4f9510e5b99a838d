import Foundation
import Synchronization

/// Everything one test needs: a private network, the server in its middle, phones and customers around it, and a
/// capture of all that passes.
package final class CallCentre: Sendable {
    struct State {
        var hosts: [Host] = []
        var phones: [Phone] = []
        var scripted: [ScriptedPhone] = []
        var customers: [Customer] = []
        var tones: [Tone] = Tone.house
        var nextHost = 11
        var ears: [Ear] = []
    }

    package let network: NetworkNamespace
    package let capture: Capture
    package let folder: String
    /// Where customers' calls come from: the trunk.
    package let trunk: Host
    let state = Mutex(State())

    /// Tones for parties, customers from the left and operators from the right, none a multiple of another.
    private static let customerTones = [440, 520, 620, 710, 790].map { Tone("customer's tone \($0)", $0) }
    private static let operatorTones = [930, 1_000, 1_085, 1_290, 1_385].map { Tone("operator's tone \($0)", $0) }

    private init(_ label: String, folder: String, filter: String) async throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        network = try await NetworkNamespace(label)
        trunk = try await network.host("trunk", number: 2)
        capture = try await Capture(on: network.server, path: folder + "/capture.pcap", filter: filter)
        state.withLock { $0.hosts.append(trunk) }
    }

    /// Builds one, lets `body` work in it, and takes it down whatever happens. A failure is told with what every party
    /// heard and with the ends of all logs; its files are kept then, and always with `BURDOCK_KEEP_PEERS=1`.
    package static func run(
        filter: String = "udp", _ body: (CallCentre) async throws -> Void
    ) async throws {
        let label = "\(nextLabel.withLock { label in label += 1; return label })"
        let folder = FileManager.default.temporaryDirectory.path + "/burdock-peers-\(getpid())-\(label)"
        let centre = try await CallCentre(label, folder: folder, filter: filter)
        do {
            try await body(centre)
        } catch {
            let report = centre.report()
            await centre.stop()
            throw PeerFailure("\(error)\n\n\(report)\nAll files are in \(folder).")
        }
        await centre.stop()
        if ProcessInfo.processInfo.environment["BURDOCK_KEEP_PEERS"] != nil { return print("files: \(folder)") }
        // Left over files in the temporary folder harm nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static let nextLabel = Mutex(0)

    /// A server with this configuration, started.
    package func server(_ configuration: ServerConfiguration) async throws -> BurdockServer {
        let server = try BurdockServer(configuration, on: network.server, folder: folder + "/server")
        servers.withLock { $0.append(server) }
        try await server.start()
        return server
    }

    /// A server that is not started.
    package func preparedServer(_ configuration: ServerConfiguration) throws -> BurdockServer {
        let server = try BurdockServer(configuration, on: network.server, folder: folder + "/server")
        servers.withLock { $0.append(server) }
        return server
    }

    let servers = Mutex<[BurdockServer]>([])

    /// Another host, for whatever a test needs.
    package func host(_ name: String) async throws -> Host {
        let number = state.withLock { state in
            defer { state.nextHost += 1 }
            return state.nextHost
        }
        let host = try await network.host(name, number: number)
        state.withLock { $0.hosts.append(host) }
        return host
    }

    /// A registered operator's phone on a host of its own.
    package func phone(
        _ name: String, answering: Phone.Answering = .byHand, transport: Phone.Transport = .udp,
        sound: SoundMaker? = nil
    ) async throws -> Phone {
        let host = try await host(name)
        let tone = state.withLock { state in
            Self.operatorTones[state.phones.count % Self.operatorTones.count].named("\(name.capitalized)'s voice")
        }
        let soundFile = try sound.map { try writeSound($0, tone, "\(folder)/\(name).wav") }
        let phone = try Phone(
            name, secret: ServerConfiguration.secret(of: name), on: host, tone: tone, answering: answering,
            transport: transport, soundFile: soundFile, folder: "\(folder)/\(name)")
        state.withLock { state in
            state.phones.append(phone)
            state.tones.append(tone)
        }
        try await phone.start()
        return phone
    }

    /// A customer's own phone behind the trunk, which can be called and is not registered with us.
    package func outsidePhone(_ number: String, on host: Host) async throws -> Phone {
        let tone = state.withLock { state in
            Self.customerTones[(state.customers.count + 3) % Self.customerTones.count].named("\(number)'s voice")
        }
        let phone = try Phone(
            number, secret: "none", on: host, tone: tone, answering: .byHand, registers: false,
            folder: "\(folder)/outside")
        state.withLock { state in
            state.phones.append(phone)
            state.tones.append(tone)
        }
        try await phone.start()
        return phone
    }

    /// An operator's phone that follows a script, on a host of its own.
    package func scriptedPhone(
        _ users: [String], _ behaviour: ScriptedPhone.Behaviour, calls: Int = 1_000
    ) async throws -> ScriptedPhone {
        let name = users[0]
        let host = try await host(name)
        let phone = try ScriptedPhone(
            name, users: users.map { ($0, ServerConfiguration.secret(of: $0)) }, behaviour: behaviour,
            place: SippPlace(host: host, port: 5_060, mediaPort: 40_000), folder: "\(folder)/\(name)")
        state.withLock { $0.scripted.append(phone) }
        try await phone.start(calls: calls)
        return phone
    }

    /// The outside world behind a trunk, which follows a script for each call that reaches it.
    package func outsideWorld(
        _ behaviour: ScriptedPhone.Behaviour, on host: Host, calls: Int = 1_000
    ) async throws -> ScriptedPhone {
        let phone = try ScriptedPhone(
            "outside", users: [], behaviour: behaviour, place: SippPlace(host: host, port: 5_060, mediaPort: 40_000),
            folder: "\(folder)/outside-world")
        state.withLock { $0.scripted.append(phone) }
        try await phone.start(calls: calls)
        return phone
    }

    /// The voice of somebody outside: a tone of their own, and a file that sipp plays.
    package func outsideVoice() throws -> (tone: Tone, file: String) {
        let tone = Self.customerTones[3 % Self.customerTones.count].named("the customer's network")
        state.withLock { $0.tones.append(tone) }
        let file = "\(folder)/outside.raw"
        try tone.writeRaw(to: file, .mu)
        return (tone, file)
    }

    /// A customer, who has not called yet. The same name twice is the same tone and number, in a new call.
    package func customer(
        _ name: String, number: String? = nil, dials: String = "100", law: G711.Law = .mu,
        offers: Customer.Offering = .early, sound: SoundMaker? = nil
    ) throws -> Customer {
        let (index, before) = state.withLock { ($0.customers.count, $0.customers.first { $0.name == name }) }
        let fresh = Self.customerTones[index % Self.customerTones.count].named("\(name)'s voice")
        let tone = before?.party.tone ?? fresh
        let soundFile = try sound.map { try writeSound($0, tone, "\(folder)/\(name)-\(index).raw") }
        let customer = try Customer(
            name, number: number ?? before?.number ?? "+38050111220\(index)", dials: dials,
            tone: tone, law: law, offers: offers, soundFile: soundFile,
            place: SippPlace(host: trunk, port: UInt16(5_070 + 2 * index), mediaPort: UInt16(26_000 + 20 * index)),
            folder: "\(folder)/\(name)-\(index)")
        state.withLock { state in
            state.customers.append(customer)
            if before == nil { state.tones.append(customer.party.tone) }
        }
        return customer
    }

    /// Writes what a party with this tone plays to a path: WAV of 8 kHz for phones, raw G.711 for customers.
    package typealias SoundMaker = @Sendable (Tone, String) throws -> Void

    private func writeSound(_ make: SoundMaker, _ tone: Tone, _ path: String) throws -> String {
        try make(tone, path)
        return path
    }

    /// What a party hears. An ear knows the tones of the parties that exist when it is asked for.
    package func ear(of party: Party, _ direction: Ear.Direction = .heard) -> Ear {
        state.withLock { state in
            let known = state.ears.first {
                $0.party == party && $0.direction == direction && $0.tones.count == state.tones.count
            }
            if let known { return known }
            let ear = Ear(party, capture, direction, tones: state.tones)
            state.ears.append(ear)
            return ear
        }
    }

    package func ear(of phone: Phone) -> Ear { ear(of: phone.party) }
    package func ear(of customer: Customer) -> Ear { ear(of: customer.party) }

    private func stop() async {
        let (hosts, phones, scripted, customers) = state.withLock {
            ($0.hosts, $0.phones, $0.scripted, $0.customers)
        }
        await withTaskGroup(of: Void.self) { group in
            for customer in customers { group.addTask { await customer.stop() } }
            for phone in scripted { group.addTask { await phone.stop() } }
            for phone in phones { group.addTask { await phone.end() } }
            // A test that wants an orderly end asks for it itself; here nobody would answer a BYE or an un-REGISTER.
            for server in servers.withLock({ $0 }) { group.addTask { await server.kill() } }
        }
        await capture.stop()
        network.remove(hosts)
    }
}

extension Tone {
    /// The same sound under the name of who makes it.
    fileprivate func named(_ name: String) -> Tone { Tone(name, frequency) }
}
