import Foundation
import Routing
import Synchronization
import Testing

@testable import Webhooks

@Suite(.timeLimit(.minutes(2))) struct CardTests {
    private static let request = CardRequest(
        number: CustomerNumber("+380671234567"), dialer: DialerID("back"), task: TaskID(rawValue: 1))

    private static func wanted(_ number: Int) -> CardRequest {
        CardRequest(number: CustomerNumber("+\(number)"), dialer: DialerID("back"), task: TaskID(rawValue: 1))
    }

    private func withClient<Value: Sendable>(
        of receiver: Receiver, budget: Duration = .seconds(20), time: VirtualTime = VirtualTime(),
        _ body: @escaping @Sendable (CardClient) async throws -> Value
    ) async throws -> Value {
        try await receiver.serve { url in
            let poster = Poster()
            let client = CardClient(
                .init(url: url + "/card", key: SigningKey(WebhookEndpoint.secret), budget: budget), poster: poster,
                time: time.senderTime, logger: .silent)
            let value: Value
            do {
                value = try await body(client)
            } catch {
                await poster.close()
                throw error
            }
            await poster.close()
            return value
        }
    }

    @Test func aCardComesInTheOrderOfItsFields() async throws {
        let receiver = Receiver { _ in
            .init(
                body: """
                    {"name": "Oksana", "vip": true, "note": "a\\nb", "more": 1, "fields": [
                        {"key": "zip", "value": "01001"}, {"key": "debt", "value": 12.5}, {"key": "paid", "value": false},
                        {"key": "age", "value": 41}, {"key": "none", "value": null}]}
                    """)
        }
        let card = try await withClient(of: receiver) { await $0.card(for: Self.request) }
        let fields = [("zip", "01001"), ("debt", "12.5"), ("paid", "false"), ("age", "41"), ("none", "")]
        #expect(
            card
                == CustomerCard(
                    name: "Oksana", fields: fields.map { .init(key: $0, value: $1) }, isVIP: true, note: "a\nb"))
        let one = receiver.all[0]
        #expect(one.path == "/card" && one.contentType == "application/json")
        #expect(one.body == #"{"dialer":"back","number":"+380671234567","task":"1"}"#)
        let signature = Signature.sign(
            id: one.id, timestamp: one.timestamp, body: one.body, key: SigningKey(WebhookEndpoint.secret))
        #expect(one.signature == signature)
    }

    @Test(arguments: [
        (#"{"fields": {"b": 1, "a": "x"}}"#, ["a=x", "b=1"]), ("{}", []), (#"{"fields": []}"#, []),
        (#"{"fields": null}"#, []),
    ]) func fieldsMayBeAnObjectOrMissing(body: String, fields: [String]) async throws {
        let card = try await withClient(of: Receiver { _ in .init(body: body) }) { await $0.card(for: Self.request) }
        #expect(card?.fields.map { "\($0.key)=\($0.value)" } == fields)
    }

    @Test func longAnswersAreCutToTheirLimits() async throws {
        let long = String(repeating: "x", count: 5_000)
        let fields = (0..<70).map { _ in "{\"key\": \"a\\u0007b\", \"value\": \"x\\ny\"}" }.joined(separator: ",")
        let body = #"{"name": "\#(long)", "note": "\#(long)", "fields": [\#(fields)]}"#
        let card = try await withClient(of: Receiver { _ in .init(body: body) }) { await $0.card(for: Self.request) }
        #expect(card?.name?.count == 128 && card?.note?.count == 4_096 && card?.fields.count == 64)
        #expect(card?.fields.first == .init(key: "a b", value: "x y"))
    }

    @Test(arguments: [
        Receiver.Reply(status: 500), .init(status: 302, headers: ["location": "/other"]), .init(body: "<html>"),
        .init(body: "[1]"), .init(body: "{\"name\": 5}"),
        .init(body: "{\"name\": \"" + String(repeating: "x", count: 70_000) + "\"}"),
    ]) func whateverGoesWrongThereIsNoCard(reply: Receiver.Reply) async throws {
        let receiver = Receiver { _ in reply }
        try await withClient(of: receiver) { client in
            #expect(await client.card(for: Self.request) == nil)
            #expect(client.counters == .init(failed: 1))
            // It is not remembered as a customer whom nobody knows.
            _ = await client.card(for: Self.request)
        }
        #expect(receiver.all.count == 2)
    }

    /// The budget is 100 ms, and the server never answers: that there is an end at all is the proof.
    @Test func aServerThatHangsCostsTheBudgetAndNoMore() async throws {
        let receiver = Receiver { _ in
            await Gate().wait()
            return .init()
        }
        try await withClient(of: receiver, budget: .milliseconds(100)) { client in
            let clock = ContinuousClock()
            let took = await clock.measure { #expect(await client.card(for: Self.request) == nil) }
            #expect(took >= .milliseconds(100), "\(took)")
            #expect(client.counters == .init(failed: 1))
        }
    }

    @Test func cardsAreRememberedForAMinuteEvenThatThereIsNone() async throws {
        let receiver = Receiver { .init(status: $0.body.contains("+1\"") ? 404 : 200, body: "{}") }
        let time = VirtualTime()
        try await withClient(of: receiver, time: time) { client in
            for _ in 1...3 {
                #expect(await client.card(for: Self.wanted(1)) == nil)
                #expect(await client.card(for: Self.wanted(2)) != nil)
            }
            #expect(client.counters == .init(remembered: 4, found: 1, unknown: 1))
            time.advance(by: .seconds(59))
            _ = await client.card(for: Self.wanted(1))
            #expect(receiver.all.count == 2)
            time.advance(by: .seconds(1))
            _ = await client.card(for: Self.wanted(1))
            #expect(receiver.all.count == 3)
        }
    }

    @Test func aDeadCRMCostsNothingUntilItIsWellAgain() async throws {
        let isWell = Atomic(false)
        let receiver = Receiver { _ in .init(status: isWell.load(ordering: .relaxed) ? 200 : 500, body: "{}") }
        let time = VirtualTime()
        try await withClient(of: receiver, time: time) { client in
            for number in 1...20 { #expect(await client.card(for: Self.wanted(number)) == nil) }
            #expect(receiver.all.count == 5)
            #expect(client.counters == .init(failed: 5, spared: 15))
            time.advance(by: .seconds(30))
            for number in 21...25 { #expect(await client.card(for: Self.wanted(number)) == nil) }
            #expect(receiver.all.count == 6)
            time.advance(by: .seconds(30))
            isWell.store(true, ordering: .relaxed)
            for number in 31...35 { #expect(await client.card(for: Self.wanted(number)) != nil) }
            #expect(receiver.all.count == 11)
        }
    }

    @Test func withoutConfigurationNobodyIsAsked() async throws {
        let receiver = Receiver()
        try await withClient(of: receiver) { client in
            client.reconfigure(nil)
            #expect(await client.card(for: Self.request) == nil)
            #expect(client.counters == .init())
        }
        #expect(receiver.all.isEmpty)
    }
}

@Suite struct CircuitBreakerTests {
    private func at(_ seconds: Double) -> Instant { Instant(seconds: seconds) }

    @Test func itOpensAfterSomeFailuresInARowAndLetsOneThroughToSee() {
        var breaker = CircuitBreaker(mostFailures: 3, pause: .seconds(30))
        func mayTry(_ seconds: Double...) -> [Bool] { seconds.map { breaker.mayTry(at: at($0)) } }
        for second in [0.0, 1] {
            #expect(mayTry(second) == [true])
            breaker.failed(at: at(second))
        }
        breaker.succeeded()
        for second in [2.0, 3, 4] {
            #expect(mayTry(second) == [true])
            breaker.failed(at: at(second))
        }
        #expect(mayTry(5, 33.9, 34, 34) == [false, false, true, false])
        breaker.failed(at: at(34))
        #expect(mayTry(63.9, 64) == [false, true])
        breaker.succeeded()
        #expect(mayTry(64, 64) == [true, true])
    }
}

@Suite struct CardCacheTests {
    @Test func itIsBoundedAndTheOldestGoFirst() {
        var cache = CardCache(limit: 10, lifetime: .seconds(60))
        for number in 0..<1_000 {
            let now = Instant(seconds: Double(number) / 100)
            cache.keep(CustomerCard(name: "\(number)"), of: CustomerNumber("+\(number)"), at: now)
            // One customer again and again does not push the others out.
            cache.keep(nil, of: CustomerNumber("+x"), at: now)
            #expect(cache.count <= 10)
        }
        let now = Instant(seconds: 10)
        #expect(cache.card(of: CustomerNumber("+999"), at: now) == .some(CustomerCard(name: "999")))
        #expect(cache.card(of: CustomerNumber("+x"), at: now) == .some(nil))
        #expect(cache.card(of: CustomerNumber("+0"), at: now) == nil)
        #expect(cache.count == 10)
    }
}
