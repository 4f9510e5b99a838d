import Testing

@testable import Signaling

/// RFC 3261 section 10.3, rule by rule; then the tables behind it under thousands of users.
@Suite struct RegistrarTests {
    private func makeRegistrar(maxBindings: Int = 3) -> Registrar {
        Registrar(expires: 60...3_600, maxBindings: maxBindings)
    }

    private func request(
        _ contacts: [ContactValue] = [ContactValue(uri: "sip:anna@192.0.2.20:5062")], user: String = "anna",
        expires: Int? = nil, callID: String = "c1", cseq: UInt32 = 1, flow: UInt64 = 1, wildcard: Bool = false,
        path: [String] = []
    ) -> RegisterRequest {
        RegisterRequest(
            user: user, contacts: contacts, wildcard: wildcard, expiresHeader: expires, callID: callID, cseq: cseq,
            flow: FlowID(rawValue: flow), source: "192.0.2.20:5062", path: path)
    }

    private func contact(_ name: String, expires: Int? = nil) -> ContactValue {
        ContactValue(uri: "sip:\(name)@192.0.2.20", expires: expires)
    }

    // MARK: - Adding

    @Test func firstBindingMakesRegistered() {
        var registrar = makeRegistrar()
        let outcome = registrar.register(request(path: ["<sip:edge;lr>"]), now: 100)
        #expect(outcome.status == 200)
        #expect(outcome.becameRegistered && !outcome.becameUnregistered)
        #expect(
            outcome.bindings == [
                Binding(
                    contact: "sip:anna@192.0.2.20:5062", flow: FlowID(rawValue: 1), source: "192.0.2.20:5062",
                    callID: "c1", cseq: 1, expiresAt: 3_700, q: 1_000, path: ["<sip:edge;lr>"])
            ])
        #expect(registrar.bindings(of: "anna", now: 100) == outcome.bindings)
        #expect(registrar.nextExpiry == 3_700)
    }

    @Test func refreshMovesABindingToTheFrontAndAddsNone() {
        var registrar = makeRegistrar()
        _ = registrar.register(request([contact("a"), contact("b")]), now: 0)
        let outcome = registrar.register(request([contact("a")], cseq: 2, flow: 9), now: 10)
        #expect(outcome.bindings.map(\.contact) == ["sip:a@192.0.2.20", "sip:b@192.0.2.20"])
        #expect(outcome.bindings[0].expiresAt == 3_610)
        #expect(outcome.bindings[0].flow == FlowID(rawValue: 9))
        #expect(!outcome.becameRegistered)
    }

    @Test func queryChangesNothing() {
        var registrar = makeRegistrar()
        #expect(registrar.register(request([]), now: 0) == RegisterOutcome(status: 200))
        _ = registrar.register(request(), now: 0)
        let outcome = registrar.register(request([], cseq: 2), now: 1)
        #expect(outcome.bindings.count == 1)
        #expect(!outcome.becameRegistered && !outcome.becameUnregistered)
    }

    @Test(
        arguments: [
            (nil, nil, 3_600), (120, nil, 120), (nil, 120, 120), (90, 120, 90), (3_600, nil, 3_600),
            (3_601, nil, 3_600),
            (Int.max, nil, 3_600), (60, nil, 60), (-5, nil, 3_600), (-5, 120, 120), (nil, -1, 3_600),
        ] as [(Int?, Int?, Int64)])
    func expiresOfContactThenHeaderThenOurs(contact: Int?, header: Int?, granted: Int64) {
        var registrar = makeRegistrar()
        let outcome = registrar.register(request([self.contact("a", expires: contact)], expires: header), now: 50)
        #expect(outcome.status == 200)
        #expect(outcome.bindings.first?.expiresAt == 50 + granted)
    }

    @Test(arguments: [1, 59])
    func shorterThanTheMinimumIsTooBrief(seconds: Int) {
        var registrar = makeRegistrar()
        let outcome = registrar.register(request([contact("a"), contact("b", expires: seconds)]), now: 0)
        #expect(outcome == RegisterOutcome(status: 423, minExpires: 60))
        #expect(registrar.bindings(of: "anna", now: 0).isEmpty)
    }

    @Test func oneBindingAboveTheLimitIsRefusedAsAWhole() {
        var registrar = makeRegistrar(maxBindings: 2)
        #expect(registrar.register(request([contact("a"), contact("b")]), now: 0).status == 200)
        #expect(registrar.register(request([contact("b"), contact("c")], cseq: 2), now: 5).status == 403)
        #expect(registrar.bindings(of: "anna", now: 5).map(\.cseq) == [1, 1])
        // One may take the place of another, and of one that has run out.
        let swap = request([contact("a", expires: 0), contact("c")], cseq: 3)
        #expect(registrar.register(swap, now: 5).status == 200)
        #expect(registrar.register(request([contact("d")], cseq: 4), now: 3_600).status == 200)
    }

    @Test func qIsKeptWithinItsRange() {
        var registrar = makeRegistrar()
        let contacts = [-1, 1_001, 300].enumerated().map { ContactValue(uri: "sip:\($0)@h", q: $1) }
        #expect(registrar.register(request(contacts), now: 0).bindings.map(\.q) == [300, 1_000, 0])
    }

    @Test(arguments: [
        ("sip:anna@host", "SIP:anna@HOST", true), ("sip:anna@host;a;b=1", "sip:anna@host;B=1;A", true),
        ("sip:anna@host", "sip:Anna@host", false), ("sip:anna@host", "sip:anna@host:5060", false),
        ("sip:anna@host", "sips:anna@host", false), ("sip:host", "sip:HOST", true), ("sip:a@host", "sip:host", false),
        ("sip:anna@host;transport=tcp", "sip:anna@host", false), ("sip:a;b@host", "sip:a;B@host", false),
    ])
    func contactsAreComparedAsURIs(first: String, second: String, same: Bool) {
        var registrar = makeRegistrar()
        let contacts = [ContactValue(uri: first), ContactValue(uri: second)]
        _ = registrar.register(request([contacts[0]]), now: 0)
        let outcome = registrar.register(request([contacts[1]], cseq: 2), now: 1)
        #expect(outcome.bindings.map(\.contact) == (same ? [second] : [second, first]))
    }

    @Test func contactNamedTwiceInOneRequestIsOneBinding() {
        var registrar = makeRegistrar()
        let outcome = registrar.register(request([contact("a"), contact("a", expires: 100)]), now: 0)
        #expect(outcome.status == 200)
        #expect(outcome.bindings.map(\.expiresAt) == [100])
    }

    // MARK: - Order

    @Test func overtakenRequestFailsAsAWhole() {
        var registrar = makeRegistrar()
        _ = registrar.register(request([contact("a")], cseq: 5), now: 0)
        for cseq in [5, 4] as [UInt32] {
            let late = request([contact("b"), contact("a", expires: 0)], cseq: cseq)
            #expect(registrar.register(late, now: 1) == RegisterOutcome(status: 500))
        }
        #expect(registrar.bindings(of: "anna", now: 1).map(\.contact) == ["sip:a@192.0.2.20"])
    }

    @Test func anotherCallIDIsNotHeldToTheOrder() {
        var registrar = makeRegistrar()
        _ = registrar.register(request(cseq: 500), now: 0)
        let outcome = registrar.register(request(callID: "restarted", cseq: 1), now: 1)
        #expect(outcome.status == 200)
        #expect(outcome.bindings.map(\.callID) == ["restarted"])
    }

    // MARK: - Removing

    @Test func expiresOfZeroRemoves() {
        var registrar = makeRegistrar()
        _ = registrar.register(request([contact("a"), contact("b")]), now: 0)
        let first = registrar.register(request([contact("a")], expires: 0, cseq: 2), now: 1)
        #expect(first.bindings.map(\.contact) == ["sip:b@192.0.2.20"])
        #expect(!first.becameUnregistered)
        let second = registrar.register(request([contact("b", expires: 0)], cseq: 3), now: 1)
        #expect(second.bindings.isEmpty && second.becameUnregistered && second.status == 200)
        #expect(registrar.nextExpiry == nil)
        let third = registrar.register(request([contact("b", expires: 0)], cseq: 4), now: 1)
        #expect(third == RegisterOutcome(status: 200))
    }

    @Test func wildcardRemovesEverything() {
        var registrar = makeRegistrar()
        _ = registrar.register(request([contact("a"), contact("b")]), now: 0)
        let outcome = registrar.register(request([], expires: 0, cseq: 2, wildcard: true), now: 1)
        #expect(outcome.status == 200 && outcome.becameUnregistered && outcome.bindings.isEmpty)
    }

    @Test func wildcardStandsAloneWithExpiresOfZero() {
        var registrar = makeRegistrar()
        _ = registrar.register(request(), now: 0)
        let wrong = [
            request([], expires: nil, cseq: 2, wildcard: true), request([], expires: 60, cseq: 2, wildcard: true),
            request([contact("a")], expires: 0, cseq: 2, wildcard: true),
        ]
        for request in wrong { #expect(registrar.register(request, now: 1) == RegisterOutcome(status: 400)) }
        #expect(registrar.bindings(of: "anna", now: 1).count == 1)
    }

    @Test func overtakenWildcardFails() {
        var registrar = makeRegistrar()
        _ = registrar.register(request(cseq: 5), now: 0)
        let outcome = registrar.register(request([], expires: 0, cseq: 5, wildcard: true), now: 1)
        #expect(outcome == RegisterOutcome(status: 500))
        let other = request([], expires: 0, callID: "other", cseq: 1, wildcard: true)
        #expect(registrar.register(other, now: 1).status == 200)
    }

    // MARK: - Time

    @Test func bindingsRunOutExactlyAtTheirTime() {
        var registrar = makeRegistrar()
        _ = registrar.register(request([contact("a", expires: 60), contact("b", expires: 90)]), now: 0)
        #expect(registrar.bindings(of: "anna", now: 59).count == 2)
        #expect(registrar.bindings(of: "anna", now: 60).map(\.contact) == ["sip:b@192.0.2.20"])
        #expect(registrar.expire(now: 59) == [])
        #expect(registrar.nextExpiry == 60)
        #expect(registrar.expire(now: 60) == [])
        #expect(registrar.nextExpiry == 90)
        #expect(registrar.expire(now: 90) == ["anna"])
        #expect(registrar.expire(now: 1_000) == [])
        #expect(registrar.nextExpiry == nil)
    }

    @Test func comingBackBeforeExpiryWasReportedIsNoNews() {
        var registrar = makeRegistrar()
        _ = registrar.register(request([contact("a", expires: 60)]), now: 0)
        let back = registrar.register(request([contact("b")], cseq: 2), now: 70)
        #expect(!back.becameRegistered)
        #expect(back.bindings.map(\.contact) == ["sip:b@192.0.2.20"])
        #expect(registrar.expire(now: 70) == [])

        _ = registrar.register(request([contact("b", expires: 0)], cseq: 3), now: 71)
        _ = registrar.register(request([contact("a", expires: 60)], cseq: 4), now: 80)
        let gone = registrar.register(request([contact("a", expires: 0)], cseq: 5), now: 200)
        #expect(gone.becameUnregistered)
        #expect(registrar.expire(now: 200) == [])
    }

    @Test func closedConnectionTakesItsBindingsWithIt() {
        var registrar = makeRegistrar()
        _ = registrar.register(request([contact("a")], flow: 1), now: 0)
        _ = registrar.register(request([contact("b")], callID: "c2", flow: 2), now: 0)
        _ = registrar.register(request([contact("c")], user: "bob", flow: 1), now: 0)
        #expect(registrar.remove(flow: FlowID(rawValue: 1)) == ["bob"])
        #expect(registrar.bindings(of: "anna", now: 0).map(\.contact) == ["sip:b@192.0.2.20"])
        #expect(registrar.remove(flow: FlowID(rawValue: 1)) == [])
        #expect(registrar.remove(flow: FlowID(rawValue: 2)) == ["anna"])
        #expect(registrar.nextExpiry == nil)
    }

    @Test func bindingThatMovedSurvivesItsOldConnection() {
        var registrar = makeRegistrar()
        _ = registrar.register(request(flow: 1), now: 0)
        _ = registrar.register(request(cseq: 2, flow: 2), now: 1)
        #expect(registrar.remove(flow: FlowID(rawValue: 1)) == [])
        #expect(registrar.bindings(of: "anna", now: 1).count == 1)
    }

    /// Whatever is done in whatever order, every user's news alternate and the next expiry is the earliest there is.
    @Test(arguments: UInt64(0)..<20)
    func newsAlternateAndTheNextExpiryIsTheEarliest(seed: UInt64) {
        var chance = SplitMix(seed)
        var registrar = makeRegistrar()
        var registered = Set<String>()
        var deadlines: [String: [String: Int64]] = [:]
        var now: Int64 = 0
        for step in 1...400 {
            now += Int64.random(in: 0...20, using: &chance)
            let user = "user\(Int.random(in: 0..<12, using: &chance))"
            switch Int.random(in: 0..<10, using: &chance) {
            case 0:
                for gone in registrar.expire(now: now) { #expect(registered.remove(gone) != nil) }
                deadlines = deadlines.mapValues { $0.filter { $0.value > now } }.filter { !$0.value.isEmpty }
            default:
                let seconds = [0, 60, 61, 90, 300].randomElement(using: &chance) ?? 0
                let name = "c\(Int.random(in: 0..<3, using: &chance))"
                let contacts = [ContactValue(uri: "sip:\(name)@h", expires: seconds)]
                let outcome = registrar.register(request(contacts, user: user, cseq: UInt32(step)), now: now)
                #expect(outcome.status == 200)
                if outcome.becameRegistered { #expect(registered.insert(user).inserted) }
                if outcome.becameUnregistered { #expect(registered.remove(user) != nil) }
                var mine = (deadlines[user] ?? [:]).filter { $0.value > now }
                mine[name] = seconds == 0 ? nil : now + Int64(seconds)
                deadlines[user] = mine.isEmpty ? nil : mine
            }
            #expect(registrar.nextExpiry == deadlines.values.flatMap(\.values).min())
            #expect(registered == Set(deadlines.keys))
        }
    }
}
