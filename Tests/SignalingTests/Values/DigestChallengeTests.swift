import Testing

@testable import Signaling

/// Challenges to our own requests, and the answers: the vectors of the RFCs, and what is not taken.
@Suite struct DigestChallengeTests {
    private static let nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"

    private func answer(_ header: String, secret: String, cnonce: String = "0a4f113b") throws -> String {
        let challenge = try #require(DigestChallenge(header))
        return challenge.authorization(
            user: "Mufasa", secret: secret, method: "GET", uri: "/dir/index.html", count: 1, cnonce: cnonce)
    }

    @Test func computesTheExampleOfRFC2617() throws {
        let header =
            "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"\(Self.nonce)\", opaque=\"5ccc\""
        #expect(
            try answer(header, secret: "Circle Of Life")
                == "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"\(Self.nonce)\", "
                + "uri=\"/dir/index.html\", response=\"6629fae49393a05397450978507c4ef1\", algorithm=MD5, "
                + "cnonce=\"0a4f113b\", qop=auth, nc=00000001, opaque=\"5ccc\"")
    }

    @Test func computesTheCorrectedExampleOfRFC2069() throws {
        let header = "Digest realm=\"testrealm@host.com\", nonce=\"\(Self.nonce)\""
        #expect(
            try answer(header, secret: "CircleOfLife")
                == "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"\(Self.nonce)\", "
                + "uri=\"/dir/index.html\", response=\"1949323746fe6a43ef61f9606e7febea\", algorithm=MD5")
    }

    @Test func computesTheExampleOfRFC7616() throws {
        let header =
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, "
            + "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe\""
        let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
        #expect(
            try answer(header, secret: "Circle of Life", cnonce: cnonce)
                .contains("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""))
    }

    @Test func whatWeAnswerOurOwnRegistrarTakes() throws {
        var server = DigestAuthenticator(realm: "burdock", secret: [UInt8](0..<32))
        for (index, header) in server.challenges(now: 10, stale: false).enumerated() {
            let challenge = try #require(DigestChallenge(header))
            // One nonce for all of them: each use counts.
            let answer = challenge.authorization(
                user: "anna", secret: "s3cret", method: "INVITE", uri: "sip:100@burdock", count: UInt32(index + 1),
                cnonce: "c")
            let verdict = server.verify(answer, method: "INVITE", requestURI: "sip:100@burdock", now: 11) { _ in
                "s3cret"
            }
            #expect(verdict == .accepted(user: "anna"))
        }
    }

    @Test func userNameIsQuoted() throws {
        let challenge = try #require(DigestChallenge("Digest realm=\"r\", nonce=\"n\""))
        let text = challenge.authorization(user: "a\"b\\c", secret: "", method: "M", uri: "u", count: 1, cnonce: "")
        #expect(text.hasPrefix("Digest username=\"a\\\"b\\\\c\", realm="))
    }

    @Test func countIsEightDigits() throws {
        let challenge = try #require(DigestChallenge("Digest realm=\"r\", nonce=\"n\", qop=auth"))
        for (count, digits) in [(1, "00000001"), (255, "000000ff"), (UInt32.max, "ffffffff")] as [(UInt32, String)] {
            let text = challenge.authorization(user: "", secret: "", method: "", uri: "", count: count, cnonce: "")
            #expect(text.hasSuffix("nc=\(digits)"))
        }
    }

    @Test func unquotedValuesAreTakenWhereTheyAreTokens() {
        let challenge = DigestChallenge("digest realm=carrier,nonce=n1,qop=auth,algorithm=\"md5\"")
        #expect(challenge?.realm == "carrier")
        #expect(challenge?.protects == true)
        #expect(challenge?.algorithm == .md5)
    }

    @Test(arguments: ["realm", "nonce", "opaque"])
    func valueThatWouldNeedEscapingIsNotTaken(name: String) {
        var values = ["realm": "r", "nonce": "n", "opaque": "o"]
        for bad in ["a\\\"b", "a\\\\b", "a\u{7F}b", "a\u{1}b", "a\r\nb"] {
            values[name] = bad
            let header = "Digest " + values.map { "\($0)=\"\($1)\"" }.joined(separator: ", ")
            #expect(DigestChallenge(header) == nil)
        }
    }
}
