import Testing

@testable import Signaling

/// Digest authentication: the vectors of RFC 7616, and each reason to refuse or to call a nonce stale.
@Suite struct DigestTests {
    static let now: Int64 = 1_000
    private let uri = "sip:burdock.example"

    /// A phone that answers challenges.
    struct Phone {
        var user = "anna"
        var secret = "s3cret"
        var realm = "burdock"
        var algorithm = DigestAlgorithm.sha256
        var uri = "sip:burdock.example"
        var method = "REGISTER"
        var cnonce = "abcdef"
        var nonceCount = "00000001"

        func authorization(_ nonce: String) -> String {
            let response = algorithm.response(
                user: user, realm: realm, secret: secret, method: method, uri: uri, nonce: nonce,
                nonceCount: nonceCount, cnonce: cnonce)
            return "Digest username=\"\(user)\", realm=\"\(realm)\", nonce=\"\(nonce)\", uri=\"\(uri)\", "
                + "response=\"\(response)\", algorithm=\(algorithm.rawValue), cnonce=\"\(cnonce)\", qop=auth, "
                + "nc=\(nonceCount)"
        }
    }

    private func makeAuthenticator(capacity: Int = 8) -> DigestAuthenticator {
        DigestAuthenticator(realm: "burdock", secret: [UInt8](0..<32), nonceCapacity: capacity)
    }

    private func nonce(_ authenticator: inout DigestAuthenticator, now: Int64 = now) -> String {
        let value = authenticator.challenges(now: now, stale: false)[0]
        return String(value.split(separator: "\"")[3])
    }

    private func verify(
        _ authenticator: inout DigestAuthenticator, _ authorization: String, now: Int64 = now
    ) -> DigestVerdict {
        authenticator.verify(authorization, method: "REGISTER", requestURI: uri, now: now) {
            $0 == "anna" ? "s3cret" : nil
        }
    }

    // MARK: - Vectors

    @Test(arguments: [
        (DigestAlgorithm.md5, "8ca523f5e9506fed4657c9700eebdbec"),
        (.sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ])
    func computesTheExamplesOfRFC7616(algorithm: DigestAlgorithm, response: String) {
        #expect(
            algorithm.response(
                user: "Mufasa", realm: "http-auth@example.org", secret: "Circle of Life", method: "GET",
                uri: "/dir/index.html", nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nonceCount: "00000001",
                cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ") == response)
    }

    @Test func readsTheExampleOfRFC7616() throws {
        let credentials = try #require(
            DigestCredentials(
                """
                Digest username="Mufasa",
                  realm="http-auth@example.org",
                  uri="/dir/index.html",
                  algorithm=MD5,
                  nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                  nc=00000001,
                  cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                  qop=auth,
                  response="8ca523f5e9506fed4657c9700eebdbec",
                  opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
                """))
        #expect(credentials.username == "Mufasa")
        #expect(credentials.algorithm == .md5)
        #expect(credentials.nonceCount == "00000001")
    }

    // MARK: - Challenges

    @Test func offersTheStrongerHashFirst() {
        var authenticator = makeAuthenticator()
        let values = authenticator.challenges(now: 1, stale: false)
        #expect(values.count == 2)
        #expect(values[0].contains("algorithm=SHA-256") && values[1].contains("algorithm=MD5"))
        #expect(values.allSatisfy { $0.hasPrefix("Digest realm=\"burdock\", nonce=\"") && $0.contains("qop=\"auth\"") })
        #expect(values.allSatisfy { !$0.contains("stale") })
        #expect(authenticator.challenges(now: 1, stale: true).allSatisfy { $0.hasSuffix(", stale=true") })
    }

    @Test func noTwoNoncesAreAlike() {
        var authenticator = makeAuthenticator()
        #expect(nonce(&authenticator) != nonce(&authenticator))
    }

    // MARK: - Verdicts

    @Test(arguments: DigestAlgorithm.allCases)
    func rightPasswordIsAccepted(algorithm: DigestAlgorithm) {
        var authenticator = makeAuthenticator()
        var phone = Phone()
        phone.algorithm = algorithm
        #expect(verify(&authenticator, phone.authorization(nonce(&authenticator))) == .accepted(user: "anna"))
    }

    @Test func algorithmThatIsNotNamedIsMD5() {
        var authenticator = makeAuthenticator()
        var phone = Phone()
        phone.algorithm = .md5
        let value = phone.authorization(nonce(&authenticator)).replacing(", algorithm=MD5", with: "")
        #expect(verify(&authenticator, value) == .accepted(user: "anna"))
    }

    @Test(
        arguments: [
            { $0.secret = "other" }, { $0.user = "bob" }, { $0.realm = "other" }, { $0.uri = "sip:other.example" },
            { $0.method = "INVITE" },
        ] as [@Sendable (inout Phone) -> Void])
    func whatDoesNotFitIsRefused(change: @Sendable (inout Phone) -> Void) {
        var authenticator = makeAuthenticator()
        var phone = Phone()
        change(&phone)
        #expect(verify(&authenticator, phone.authorization(nonce(&authenticator))) == .refused)
    }

    @Test func unknownUserWithTheStandInSecretIsRefused() {
        var authenticator = makeAuthenticator()
        var phone = Phone()
        phone.user = "nobody"
        phone.secret = "no such user"
        #expect(verify(&authenticator, phone.authorization(nonce(&authenticator))) == .refused)
    }

    @Test(arguments: [
        ("qop=auth", "qop=auth-int"), (", qop=auth", ""), (", nc=00000001", ""), ("nc=00000001", "nc=1"),
        ("nc=00000001", "nc=0000000g"), ("nc=00000001", "nc=+0000001"), ("cnonce=\"abcdef\"", "cnonce=\"\""),
        ("Digest ", "Basic "), ("Digest ", "Digest"), ("algorithm=SHA-256", "algorithm=SHA-512-256"),
        ("algorithm=SHA-256", "algorithm=SHA-256-sess"), ("qop=auth", "qop=auth, userhash=true"),
        ("qop=auth", "qop=auth, realm=\"burdock\""), ("qop=auth", "qop=auth, x"), ("qop=auth", "qop=auth, =x"),
        ("qop=auth", "qop=auth, x=\"open"), ("qop=auth", "qop=auth x=y"), ("qop=auth", "qop=auth, x=\"a\0b\""),
    ])
    func malformedHeaderIsRefused(part: String, change: String) {
        var authenticator = makeAuthenticator()
        let value = Phone().authorization(nonce(&authenticator))
        #expect(value.contains(part))
        #expect(verify(&authenticator, value.replacing(part, with: change)) == .refused)
    }

    @Test(arguments: [
        ("qop=auth", "qop=\"auth\""), ("Digest ", "DIGEST  "), ("username=", "USERNAME="), ("\"anna\"", "\"\\an\\na\""),
        ("qop=auth", "qop=auth , x = \"y, z=\\\"\" "), ("algorithm=SHA-256", "algorithm=\"sha-256\""),
    ])
    func otherSpellingsOfTheSameAreAccepted(part: String, change: String) {
        var authenticator = makeAuthenticator()
        let value = Phone().authorization(nonce(&authenticator))
        #expect(verify(&authenticator, value.replacing(part, with: change)) == .accepted(user: "anna"))
    }

    @Test func quotedNamesSurviveTheirBackslashes() {
        let value = Phone().authorization("n").replacing("\"anna\"", with: "\"a\\\"b\\\\c\"")
        #expect(DigestCredentials(value)?.username == "a\"b\\c")
    }

    // MARK: - Nonces

    @Test func nonceLivesFiveMinutes() {
        var authenticator = makeAuthenticator()
        let value = Phone().authorization(nonce(&authenticator))
        var later = authenticator
        let end = Self.now + DigestAuthenticator.nonceLifetime
        #expect(verify(&authenticator, value, now: end) == .accepted(user: "anna"))
        #expect(verify(&later, value, now: end + 1) == .stale)
    }

    @Test func nonceOfTheFutureIsStale() {
        var authenticator = makeAuthenticator()
        let value = Phone().authorization(nonce(&authenticator))
        #expect(verify(&authenticator, value, now: Self.now - 1) == .stale)
        #expect(verify(&authenticator, value, now: .min) == .stale)
    }

    @Test func nonceOfAnotherProcessIsStaleForWhoKnowsThePassword() {
        var other = DigestAuthenticator(realm: "burdock", secret: [UInt8](1..<33))
        let foreign = nonce(&other)
        var authenticator = makeAuthenticator()
        for text in [foreign, "x", foreign.uppercased(), String(foreign.dropLast()), foreign + "00"] {
            #expect(verify(&authenticator, Phone().authorization(text)) == .stale)
            var stranger = Phone()
            stranger.secret = "guess"
            #expect(verify(&authenticator, stranger.authorization(text)) == .refused)
        }
    }

    @Test func nonceCountMustRise() {
        var authenticator = makeAuthenticator()
        let text = nonce(&authenticator)
        let counts = ["00000002", "00000002", "00000001", "00000003", "0000000A", "0000000a"]
        let verdicts = counts.map { count in
            var phone = Phone()
            phone.nonceCount = count
            return verify(&authenticator, phone.authorization(text))
        }
        let yes = DigestVerdict.accepted(user: "anna")
        #expect(verdicts == [yes, .stale, .stale, yes, yes, .stale])
    }

    @Test func countOfZeroIsNone() {
        var authenticator = makeAuthenticator()
        var phone = Phone()
        phone.nonceCount = "00000000"
        #expect(verify(&authenticator, phone.authorization(nonce(&authenticator))) == .stale)
    }

    // MARK: - Limits

    @Test func headerAtItsLimit() {
        func value(_ size: Int) -> String {
            let value = Phone().authorization("n")
            let missing = size - value.utf8.count
            let pads = (0..<4).map { index in
                let length = index < 3 ? missing / 4 : missing - 3 * (missing / 4)
                return ", p\(index)=" + String(repeating: "x", count: length - 5)
            }
            return value + pads.joined()
        }
        #expect(value(DigestParameters.maxBytes).utf8.count == DigestParameters.maxBytes)
        #expect(DigestCredentials(value(DigestParameters.maxBytes)) != nil)
        #expect(DigestCredentials(value(DigestParameters.maxBytes + 1)) == nil)
    }

    @Test func parametersAtTheirLimit() {
        func value(_ count: Int) -> String {
            Phone().authorization("n") + (9..<count).map { ", p\($0)=x" }.joined()
        }
        #expect(DigestCredentials(value(DigestParameters.maxParameters)) != nil)
        #expect(DigestCredentials(value(DigestParameters.maxParameters + 1)) == nil)
    }

    @Test(arguments: ["", "\""])
    func valueAtItsLimit(quote: String) {
        func value(_ size: Int) -> String {
            Phone().authorization("n") + ", x=" + quote + String(repeating: "y", count: size) + quote
        }
        #expect(DigestCredentials(value(DigestParameters.maxValue)) != nil)
        #expect(DigestCredentials(value(DigestParameters.maxValue + 1)) == nil)
    }

    @Test func forgettingNoncesLetsNoReplayThrough() {
        let capacity = 4
        var authenticator = makeAuthenticator(capacity: capacity)
        let values = (0..<3 * capacity).map { _ in Phone().authorization(nonce(&authenticator)) }
        let unused = Phone().authorization(nonce(&authenticator))
        for value in values { #expect(verify(&authenticator, value) == .accepted(user: "anna")) }
        for value in values { #expect(verify(&authenticator, value) == .stale) }
        // A newer nonce is not taken down with them.
        #expect(verify(&authenticator, unused) == .accepted(user: "anna"))
    }

    @Test func memoryOfCountsIsBounded() {
        var counts = NonceCounts(capacity: 4, lifetime: 300)
        for number in 1...UInt64(100) {
            #expect(counts.advance(DigestNonce(issuedAt: 0, number: number), to: 1, now: 0) == true)
            #expect(counts.count <= 8)
        }
        // Everything is dead two lifetimes later, and one newcomer is all there is.
        #expect(counts.advance(DigestNonce(issuedAt: 601, number: 101), to: 1, now: 601) == true)
        #expect(counts.count == 1)
    }

    @Test func countIsKeptAcrossTheTurnOfTheTable() {
        var counts = NonceCounts(capacity: 4, lifetime: 300)
        let nonce = DigestNonce(issuedAt: 290, number: 1)
        #expect(counts.advance(nonce, to: 5, now: 290) == true)
        #expect(counts.advance(nonce, to: 5, now: 590) == false)
        #expect(counts.advance(nonce, to: 6, now: 590) == true)
        #expect(counts.advance(nonce, to: 6, now: 590) == false)
    }

    @Test func comparesEveryByte() {
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([1, 2, 3], [0, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
        #expect(constantTimeEquals([], []))
    }
}
