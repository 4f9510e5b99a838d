import Foundation
import PeerKit

/// The three scenes.
struct Demonstration {
    let centre: CallCentre
    let output: String
    let narrator = Narrator()

    func run() async throws {
        narrator.heading("A server on a private network, one trunk, two operators with softphones")
        let server = try await centre.server(configuration())
        narrator.say("burdock is up and listens on \(NetworkNamespace.serverAddress):5060")
        let olena = try await operatorPhone("olena", .olena)
        try await Task.sleep(for: .milliseconds(600))
        let petro = try await operatorPhone("petro", .petro)
        let customers = try [("Ann", Voice.ann), ("Ann", .ann), ("Bob", .bob), ("Zoe", .zoe)].map { name, voice in
            try centre.customer(name, dials: name == "Zoe" ? "200" : "100", sound: voice.writeRaw)
        }
        let watching = Task { await narrator.watch() }
        defer { watching.cancel() }
        for (customer, name) in zip(customers, ["Ann", "Ann", "Bob", "Zoe (VIP)"]) {
            narrator.listen(to: centre.ear(of: customer), as: name)
        }
        narrator.listen(to: centre.ear(of: olena), as: "Olena")
        narrator.listen(to: centre.ear(of: petro), as: "Petro")

        try await firstCall(customers[0], olena)
        try await secondCall(customers[1], olena, server)
        try await vipCall(customers[3], present: (customers[1], olena), other: (customers[2], petro), server)
        try await Task.sleep(for: .milliseconds(700))
        watching.cancel()
        try writeRecordings(customers, [olena, petro])
    }

    /// Scene 1: nobody knows Ann yet.
    private func firstCall(_ ann: Customer, _ olena: Phone) async throws {
        narrator.heading("1. A new customer")
        try await talk(ann, "Ann", olena, "Olena", for: 4)
        narrator.say("Ann hangs up")
        try await end(ann, olena)
        narrator.say("Olena's phone is released")
        // Olena's wrap-up, so that she could be chosen at all, and Petro has been idle for longer.
        try await Task.sleep(for: .seconds(2.5))
    }

    /// Scene 2: Petro has been idle longer, and yet.
    private func secondCall(_ ann: Customer, _ olena: Phone, _ server: BurdockServer) async throws {
        narrator.heading("2. The same customer calls again. Petro has been idle for longer than Olena")
        try await talk(ann, "Ann", olena, "Olena", for: 2.5)
        if let call = try await server.callers(in: "sales").last?["call"].string {
            narrator.quote("burdock explain \(call)", try await server.tell(["explain", call]))
        }
    }

    /// Scene 3: both operators are busy when the VIP calls.
    private func vipCall(
        _ zoe: Customer, present: (Customer, Phone), other: (Customer, Phone), _ server: BurdockServer
    ) async throws {
        narrator.heading("3. Petro takes a call too, so nobody is free when a VIP calls")
        try await talk(other.0, "Bob", other.1, "Petro", for: 2)
        let start = Moment.now
        narrator.say("Zoe, a VIP, calls")
        try zoe.call()
        let tones = [present.1.party.tone, other.1.party.tone]
        let ear = centre.ear(of: zoe)
        let bridged = try await Moment.poll(within: 25, every: 0.1) {
            ear.phases(from: start).last { phase in tones.contains { phase.tones == [$0] } }
        }
        guard let bridged else { throw PeerFailure("Zoe was not connected within 25 s") }
        let isOlena = bridged.tones == [present.1.party.tone]
        let (held, phone) = isOlena ? present : other
        narrator.say("Zoe talks with \(isOlena ? "Olena" : "Petro"), whose phone did not ring again")
        // The ears are a moment behind; what they tell belongs before the table.
        try await Task.sleep(for: .seconds(1))
        narrator.quote("burdock operator show", try await server.tell(["operator", "show"]))
        try await Task.sleep(for: .seconds(3))
        narrator.say("Zoe hangs up")
        let left = Moment.now
        try zoe.hangUp()
        try await zoe.waitForEnd(within: 5)
        try await centre.ear(of: held).waits(for: [phone.party.tone], within: 5, after: left)
        try await Task.sleep(for: .seconds(3))
        narrator.say("both customers hang up")
        for (customer, phone) in [present, other] { try await end(customer, phone) }
        narrator.quote("burdock call list", try await server.tell(["call", "list"]))
    }

    private func talk(
        _ customer: Customer, _ name: String, _ phone: Phone, _ operatorName: String, for seconds: Double
    ) async throws {
        let start = Moment.now
        narrator.say("\(name) calls")
        try customer.call()
        try await phone.waitForRing(since: start, within: 8)
        narrator.say("\(operatorName)'s phone rings")
        try await Task.sleep(for: .seconds(2.5))
        narrator.say("\(operatorName) answers")
        let answered = Moment.now
        try await phone.answer()
        try await centre.ear(of: customer).waits(for: [phone.party.tone], within: 5, after: answered)
        try await Task.sleep(for: .seconds(seconds))
    }

    private func end(_ customer: Customer, _ phone: Phone) async throws {
        let start = Moment.now
        try customer.hangUp()
        try await customer.waitForEnd(within: 5)
        try await phone.waitForEvent("CALL_CLOSED", since: start, within: 5)
    }

    private func operatorPhone(_ name: String, _ voice: Voice) async throws -> Phone {
        let phone = try await centre.phone(name, sound: voice.writeWAV)
        narrator.say("\(name.capitalized)'s softphone has registered and is ready")
        return phone
    }

    /// The repository's own sounds if they are there, else test tones.
    private func configuration() -> ServerConfiguration {
        let operators = ["olena", "petro"].map { (name: $0, priority: 5) }
        let times = ["wrap_up": "2s", "ring_timeout": "10s"]
        var configuration = ServerConfiguration(
            operators: operators.map { ($0.name, ["first-line"]) },
            queues: [
                .init("sales", settings: times, operators: operators),
                .init(
                    "gold", vip: true, settings: times,
                    interruption: ["hold_after_announcement": "3s", "min_talk": "1s"], operators: operators),
            ],
            lines: [("100", "sales"), ("200", "gold")])
        configuration.logLevel = "info"
        let folder = PeerTools.root + "/sounds"
        let language = ["en", "uk"].first { FileManager.default.fileExists(atPath: "\(folder)/\($0)/vip-operator.wav") }
        if let language { configuration.sounds = (folder, language) }
        return configuration
    }

    private func writeRecordings(_ customers: [Customer], _ phones: [Phone]) throws {
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        narrator.heading("What each party heard (left) and said (right)")
        let names = ["ann-first-call", "ann-second-call", "bob", "zoe-vip"]
        let parties = zip(names, customers.map(\.party)) + zip(phones.map(\.name), phones.map(\.party))
        for (name, party) in parties {
            guard let recording = Recording(of: party, in: centre.capture) else { continue }
            let path = "\(output)/\(name).wav"
            try recording.wav.write(to: path)
            let seconds = (recording.wav.channels.map(\.count).max() ?? 0) / 8_000
            narrator.line("         \(path)  \(seconds) s")
        }
    }
}

/// Both sequences, one after the other.
private func + <A, B>(left: Zip2Sequence<[A], [B]>, right: Zip2Sequence<[A], [B]>) -> [(A, B)] {
    Array(left) + Array(right)
}

extension BurdockServer {
    /// The printed answer of one of the commands, for people.
    fileprivate func tell(_ arguments: [String]) async throws -> String {
        try await command(arguments + ["--socket", socket])
    }
}
