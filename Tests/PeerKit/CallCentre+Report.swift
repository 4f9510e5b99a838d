import Synchronization

extension CallCentre {
    /// Every party's story and the ends of all logs.
    package func report() -> String {
        let (ears, phones, scripted, customers) = state.withLock { ($0.ears, $0.phones, $0.scripted, $0.customers) }
        // The newest ear of each party knows the most tones.
        var newest: [Party: Ear] = [:]
        for ear in ears where ear.direction == .heard { newest[ear.party] = ear }
        var parts = ears.filter { newest[$0.party] === $0 }.map { $0.story() }
        let operators = phones.map { ($0.name, $0.host.address) } + scripted.map { ($0.name, $0.place.host.address) }
        for (name, address) in operators + [("trunk", trunk.address)] {
            let lines = capture.sipStory(of: address).split(separator: "\n").suffix(40).joined(separator: "\n")
            parts.append("SIP of \(name):\n\(lines)")
        }
        parts += phones.map { "phone \($0.name):\n\($0.log)" }
        parts += scripted.filter { !$0.log.isEmpty }.map { "scripted phone \($0.name):\n\($0.log)" }
        parts += customers.filter { !$0.log.isEmpty }.map { "customer \($0.name):\n\($0.log)" }
        parts += servers.withLock { $0 }.map { "server:\n\($0.process?.tail(60) ?? "")" }
        return parts.joined(separator: "\n")
    }
}
