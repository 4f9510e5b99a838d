/// The credentials for one call through a trunk, and what the trunk has asked for during it.
struct TrunkLogin {
    /// Challenges to an INVITE that are answered: of a proxy, of the server behind it, and one more for a nonce that was
    /// too old. Whoever asks for more is refusing us, and some lock an account after a few failures. One more is
    /// answered for the BYE.
    static let maxChallenges = 3

    private struct Answered {
        /// 407, not 401.
        var byProxy: Bool
        var challenge: DigestChallenge
        /// Requests sent with this nonce.
        var count: UInt32 = 0
    }

    private let user: String
    private let secret: String
    /// The newest of each realm.
    private var answered: [Answered] = []
    /// At most `maxChallenges` and one.
    private var nonces: Set<String> = []

    /// `nil` if there is nothing to log in with.
    init?(_ trunk: SignalingSettings.Trunk.Outgoing) {
        guard let user = trunk.user, let secret = trunk.secret, !user.isEmpty,
            user.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        self.user = user
        self.secret = secret
    }

    /// Takes the challenges of a 401 or 407. `false` if there is none that can be answered, or it has been answered
    /// before: then the credentials are wrong (RFC 3261 section 22.2), and trying again would not help.
    mutating func take(_ response: IncomingResponse, method: String) -> Bool {
        guard nonces.count < Self.maxChallenges + (method == "BYE" ? 1 : 0),
            let challenge = DigestChallenge.strongest(of: response.challenges),
            nonces.insert(challenge.nonce).inserted
        else { return false }
        let byProxy = response.index.statusCode == 407
        answered.removeAll { $0.byProxy == byProxy && $0.challenge.realm == challenge.realm }
        answered.append(Answered(byProxy: byProxy, challenge: challenge))
        return true
    }

    /// A request with these credentials was taken: they are right, and challenges in the hours of the call to come are
    /// no refusals.
    mutating func wasBelieved() { nonces.removeAll() }

    /// Header lines that prove who we are to all that have asked; none before somebody has.
    ///
    /// - Parameter cnonce: our own chance, different for each request.
    mutating func headers(method: String, uri: String, cnonce: String) -> [String] {
        answered.indices.map { index in
            answered[index].count &+= 1
            let name = answered[index].byProxy ? "Proxy-Authorization" : "Authorization"
            let value = answered[index].challenge.authorization(
                user: user, secret: secret, method: method, uri: uri, count: answered[index].count, cnonce: cnonce)
            return "\(name): \(value)"
        }
    }
}

extension UserAgentCore {
    /// Answers to the challenge of a request in this leg; `nil` if there is none, or it is to have none. Only the
    /// trunk itself is answered: what comes from elsewhere could be anybody's attempt to get credentials used.
    func credentials(_ leg: Leg, _ response: IncomingResponse, method: String, uri: String) -> [String]? {
        guard response.flow == leg.flow, var login = leg.login, login.take(response, method: method) else { return nil }
        let headers = login.headers(method: method, uri: uri, cnonce: tokens.tag())
        leg.login = login
        return headers
    }
}
