/// Who may call us or register with us, and whom we may call through, made for looking up.
struct KnownPeers {
    let trunks: [(name: String, matchers: [AddressMatcher])]
    /// Of users and of trunks that authenticate.
    let secrets: [String: String]
    let trunkOfUser: [String: String]
    /// Where calls through a trunk go, by its name.
    let outgoing: [String: SignalingSettings.Trunk.Outgoing]

    init(_ settings: SignalingSettings) {
        trunks = settings.trunks.map { ($0.name, $0.addresses.compactMap(AddressMatcher.init)) }
        var secrets: [String: String] = [:]
        var trunkOfUser: [String: String] = [:]
        for trunk in settings.trunks {
            guard let user = trunk.user, let secret = trunk.secret else { continue }
            secrets[user] = secret
            trunkOfUser[user] = trunk.name
        }
        for user in settings.users {
            secrets[user.name] = user.secret
            trunkOfUser[user.name] = nil
        }
        outgoing = Dictionary(
            settings.trunks.compactMap { trunk in trunk.outgoing.map { (trunk.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        self.secrets = secrets
        self.trunkOfUser = trunkOfUser
    }

    /// Somebody who may register.
    func isUser(_ name: String) -> Bool { secrets[name] != nil && trunkOfUser[name] == nil }
}
