import Crypto
import Foundation
import Routing
import Storage
import Synchronization
import Testing

@testable import Webhooks

// Goal: what is promised of deliveries holds against a real server. Method: facts go into a real store, and an HTTP
// server on loopback answers as it should not; time passes only where the sender sleeps.

@Suite(.timeLimit(.minutes(2))) struct SenderTests {
    /// By the words of the specification, not by our code: base 64 of the HMAC of id, time and body, joined by dots.
    @Test func aReceiverCanVerifyWhoSent() async throws {
        let receiver = Receiver()
        let time = VirtualTime()
        let one = try await receiver.serve { url in
            let house = try House([.to(url + "/hook")], time: time)
            return try await house.sending {
                house.lose(1...1)
                return await receiver.next()[0]
            }
        }
        #expect(one.path == "/hook" && one.contentType == "application/cloudevents+json")
        #expect(one.timestamp == "\(VirtualTime.start.milliseconds / 1_000)")
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(one.id).\(one.timestamp).\(one.body)".utf8),
            using: SymmetricKey(data: Data(WebhookEndpoint.secret.utf8)))
        #expect(one.signature == "v1," + Data(code).base64EncodedString())
        #expect(one.value("id") == one.id && one.value("specversion") == "1.0")
        #expect(one.value("type") == "burdock.call.ended.v1" && one.value("subject") == "call/1")
        #expect(one.value("data.outcome") == "abandoned" && one.value("data.number") == "+380671234567")
    }

    /// The example of Standard Webhooks.
    @Test func theSignatureIsThatOfTheStandard() {
        let signature = Signature.sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330", body: #"{"test": 2432232314}"#,
            key: SigningKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func eventsComeInTheOrderOfTimeAndLeaveNothingBehind() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            let house = try House([.to(url)], time: VirtualTime(), underWay: 1)
            try await house.sending {
                house.lose(1...40)
                let ids = await receiver.next(40).map { $0.value("data.call") ?? "" }
                #expect(ids == (1...40).map { CallID(rawValue: $0).description })
            }
            #expect(try await house.store.letterCounts().isEmpty)
        }
    }

    @Test func severalAreUnderWayAtOnceAndNoMore() async throws {
        let gate = Gate()
        let atOnce = Mutex((now: 0, most: 0))
        let receiver = Receiver { _ in
            atOnce.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            await gate.wait()
            atOnce.withLock { $0.now -= 1 }
            return .init()
        }
        try await receiver.serve { url in
            let house = try House([.to(url)], time: VirtualTime(), underWay: 3)
            try await house.sending {
                house.lose(1...12)
                _ = await receiver.next(3)
                gate.open()
                _ = await receiver.next(9)
            }
        }
        #expect(atOnce.withLock { $0.most } == 3)
    }

    @Test(arguments: [500, 404, 302]) func whatIsNotTakenIsTriedAgain(status: Int) async throws {
        let count = Mutex(0)
        let failing = Receiver { _ in
            let count = count.withLock { count in
                count += 1
                return count
            }
            return .init(status: count <= 3 ? status : 200, headers: ["location": "/elsewhere"])
        }
        let time = VirtualTime()
        try await failing.serve { url in
            let house = try House([.to(url + "/hook")], time: time)
            try await house.sending {
                house.lose(1...1)
                let tries = await failing.next(4)
                #expect(Set(tries.map(\.id)).count == 1 && Set(tries.map(\.path)) == ["/hook"])
                // Each is signed anew: by the last the others are old.
                #expect(Set(tries.map(\.signature)).count == 4)
            }
            #expect(try await house.store.letterCounts().isEmpty)
        }
        // 5 + 10 + 20 s, and no more than the alarm's millisecond each.
        #expect(time.passed >= .seconds(35) && time.passed < .seconds(36))
    }

    @Test func anEndpointThatSaysWhenIsAskedThen() async throws {
        let count = Mutex(0)
        let receiver = Receiver { _ in
            let count = count.withLock { count in
                count += 1
                return count
            }
            return count == 1 ? .init(status: 429, headers: ["retry-after": "600"]) : .init()
        }
        let time = VirtualTime()
        try await receiver.serve { url in
            let house = try House([.to(url)], time: time)
            try await house.sending {
                house.lose(1...1)
                _ = await receiver.next(2)
            }
        }
        #expect(time.passed >= .seconds(600) && time.passed < .seconds(602))
    }

    @Test func anEventOutlivesAReceiverThatIsNotThere() async throws {
        // A port that was free a moment ago.
        let port = try await Receiver().serve { url in Int(url.split(separator: ":").last ?? "") ?? 0 }
        let receiver = Receiver()
        let time = VirtualTime(manual: true)
        let house = try House([.to("http://127.0.0.1:\(port)/")], time: time)
        try await house.sending {
            house.lose(1...1)
            let slept = await time.nextSleep()
            #expect(slept == .seconds(5))
            let standing = try await house.sender.standings()[0]
            #expect(standing.failures == 1 && standing.lastProblem?.contains("refused") == true)
            #expect(standing.letters.waiting == 1)
            try await receiver.serve(port: port) { _ in
                time.goOn()
                _ = await receiver.next()
                // Before the server goes: the sender reads the answer and writes it down.
                while try await house.store.letterCounts() != [:] { await Task.yield() }
            }
        }
    }

    @Test func aDayOfFailuresMakesADeadLetterWhichCanBeSentAgain() async throws {
        let isWell = Atomic(false)
        let receiver = Receiver { _ in .init(status: isWell.load(ordering: .relaxed) ? 200 : 503) }
        let time = VirtualTime()
        try await receiver.serve { url in
            let house = try House([.to(url)], time: time)
            try await house.sending {
                house.lose(1...1)
                while try await house.store.letterCounts()["crm"]?.dead != 1 { await Task.yield() }
                let tries = receiver.all.count
                // Eleven up to an hour, then one an hour.
                #expect((30...36).contains(tries))
                let dead = try await house.sender.deadLetters(to: "crm", after: nil, limit: 10)
                let letter = try #require(dead?.rows.first)
                #expect(letter.attempts == tries && letter.status == 503 && letter.problem == "HTTP status 503")
                let lived = letter.diedAt.since(VirtualTime.start)
                #expect(lived > .seconds(22 * 3_600) && lived < .seconds(24 * 3_600))
                #expect(letter.subject == "call/1" && letter.type == "burdock.call.ended.v1")
                isWell.store(true, ordering: .relaxed)
                #expect(try await house.sender.resend(to: "crm", event: "none") == 0)
                #expect(try await house.sender.resend(to: "crm", event: letter.event) == 1)
                let all = await receiver.next(tries + 1)
                #expect(Set(all.map(\.id)) == [letter.event])
                #expect(try await house.sender.resend(to: "nobody", event: nil) == nil)
                #expect(try await house.sender.deadLetters(to: "nobody", after: nil, limit: 10) == nil)
            }
            #expect(try await house.store.letterCounts().isEmpty)
        }
    }

    @Test func aCrashInBetweenLosesNothingAndRepeatsOnlyWhatWasUnderWay() async throws {
        let time = VirtualTime()
        let first = Receiver { one in
            // Two are taken, the others are left hanging.
            if ["call/1", "call/2"].contains(one.subject) { return .init() }
            await Gate().wait()
            return .init()
        }
        let path = try await first.serve { url in
            let house = try House([.to(url)], time: time, underWay: 2)
            try await house.sendingUntilCut {
                house.lose(1...8)
                _ = await first.next(4)
                try await house.store.flush()
            }
            return house.path
        }
        let second = Receiver()
        try await second.serve { url in
            let house = try House([.to(url)], time: time, path: path)
            try await house.sending { _ = await second.next(6) }
            #expect(try await house.store.letterCounts().isEmpty)
        }
        let (before, after) = (first.all.compactMap(\.subject), second.all.compactMap(\.subject))
        #expect(Set(before).union(after) == Set((1...8).map { "call/\($0)" }))
        #expect(Set(before).intersection(after) == ["call/3", "call/4"])
        #expect(Set(first.all.map(\.id)).union(second.all.map(\.id)).count == 8)
    }

    @Test func aSlowEndpointDoesNotHoldUpAnother() async throws {
        let gate = Gate()
        let slow = Receiver { _ in
            await gate.wait()
            return .init()
        }
        let quick = Receiver()
        try await slow.serve { slowURL in
            try await quick.serve { quickURL in
                let house = try House(
                    [.to(slowURL, name: "slow"), .to(quickURL, name: "quick")], time: VirtualTime(), underWay: 1)
                try await house.sending {
                    house.lose(1...20)
                    _ = await slow.next()
                    let subjects = await quick.next(20).compactMap(\.subject)
                    #expect(subjects.count == 20 && slow.all.count == 1)
                    gate.open()
                    _ = await slow.next(19)
                }
                #expect(try await house.store.letterCounts().isEmpty)
            }
        }
    }

    @Test func anEndpointThatNeverAnswersIsGivenUpInTime() async throws {
        let receiver = Receiver { _ in
            await Gate().wait()
            return .init()
        }
        let time = VirtualTime(manual: true)
        try await receiver.serve { url in
            let house = try House([.to(url, timeout: .milliseconds(100))], time: time)
            try await house.sending {
                house.lose(1...1)
                _ = await time.nextSleep()
                let standing = try await house.sender.standings()[0]
                #expect(standing.lastProblem == "no answer within 0.1 s")
            }
        }
    }

    @Test func oneLetterThatIsNotLikedDoesNotHoldUpTheOthers() async throws {
        let receiver = Receiver { .init(status: $0.subject == "call/1" ? 500 : 200) }
        try await receiver.serve { url in
            let house = try House([.to(url)], time: VirtualTime(manual: false), underWay: 1)
            try await house.sending {
                house.lose(1...10)
                while Set(receiver.all.compactMap(\.subject)).count < 10 { await Task.yield() }
                while try await house.store.letterCounts()["crm"]?.waiting ?? 0 > 1 { await Task.yield() }
            }
            #expect(receiver.all.filter { $0.subject != "call/1" }.count == 9)
        }
    }

    @Test func whoWantsNothingAnyMoreIsAskedNoMoreUntilTriedByHand() async throws {
        let isWell = Atomic(false)
        let gate = Gate()
        let receiver = Receiver { _ in
            await gate.wait()
            return .init(status: isWell.load(ordering: .relaxed) ? 200 : 410)
        }
        try await receiver.serve { url in
            let house = try House([.to(url)], time: VirtualTime(), underWay: 1)
            try await house.sending {
                house.lose(1...5)
                try await house.store.flush()
                gate.open()
                while try await house.store.letterCounts()["crm"]?.dead != 5 { await Task.yield() }
                #expect(receiver.all.count == 1)
                #expect(try await house.sender.standings()[0].isOff)
                // Nothing is kept for it meanwhile.
                house.lose(6...6)
                try await house.store.flush()
                #expect(try await house.store.letterCounts()["crm"] == LetterCounts(waiting: 0, dead: 5))
                isWell.store(true, ordering: .relaxed)
                #expect(await house.sender.test("crm")?.wasTaken == true)
                #expect(try await !house.sender.standings()[0].isOff)
                house.lose(7...7)
                _ = await receiver.next(3)
            }
            #expect(receiver.all.last?.subject == "call/7")
            #expect(receiver.all[1].value("type") == "burdock.test.v1")
        }
    }

    @Test func aChangedEndpointGetsWhatWaits() async throws {
        let refusing = Receiver { _ in .init(status: 500) }
        let taking = Receiver()
        try await refusing.serve { oldURL in
            try await taking.serve { newURL in
                let house = try House([.to(oldURL)], time: VirtualTime(manual: true), underWay: 1)
                try await house.sending {
                    house.lose(1...3)
                    _ = await refusing.next()
                    house.sender.reconfigure([.to(newURL)])
                    var never = WebhookEndpoint.to(oldURL, name: "idle")
                    never.isEnabled = false
                    house.sender.reconfigure([.to(newURL), never])
                    let subjects = await taking.next(2).compactMap(\.subject)
                    #expect(subjects.count == 2)
                }
            }
        }
    }

    @Test func aTestTellsWhatCameOfIt() async throws {
        let receiver = Receiver { _ in .init(status: 500) }
        try await receiver.serve { url in
            let house = try House([.to(url)], time: VirtualTime())
            try await house.sending {
                #expect(await house.sender.test("nobody") == nil)
                let trial = try #require(await house.sender.test("crm"))
                #expect(!trial.wasTaken && trial.status == 500 && trial.problem == "HTTP status 500")
            }
            #expect(receiver.all[0].value("data.webhook") == "crm")
            #expect(try await house.store.letterCounts().isEmpty)
        }
    }
}
