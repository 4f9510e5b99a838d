import NIOCore
import Testing

@testable import Signaling

// Goal: the small tables that everything else leans on: alarms, cached replies, flows, text rules.

@Suite struct AlarmQueueTests {
    private func rung(_ queue: inout AlarmQueue, at now: Int64) -> Int {
        var count = 0
        while let alarm = queue.popDue(now: now) {
            alarm.ring()
            count += 1
        }
        return count
    }

    @Test func alarmsRingInOrderOfTime() {
        var queue = AlarmQueue()
        var order: [Int64] = []
        let alarms = [50, 10, 40, 20, 30].map { time in (Alarm { order.append(time) }, time) }
        for (alarm, time) in alarms { queue.arm(alarm, at: time) }
        #expect(rung(&queue, at: 9) == 0)
        #expect(rung(&queue, at: 100) == 5)
        #expect(order == [10, 20, 30, 40, 50])
    }

    @Test func disarmedAlarmIsSilent() {
        var queue = AlarmQueue()
        let alarm = Alarm {}
        queue.arm(alarm, at: 10)
        queue.disarm(alarm)
        #expect(rung(&queue, at: 100) == 0)
        #expect(queue.earliest == nil)
    }

    @Test func alarmThatWasMovedRingsOnceAtItsLastTime() {
        var queue = AlarmQueue()
        let alarm = Alarm {}
        queue.arm(alarm, at: 10)
        queue.arm(alarm, at: 50)
        #expect(rung(&queue, at: 49) == 0)
        #expect(rung(&queue, at: 50) == 1)
        queue.arm(alarm, at: 90)
        queue.arm(alarm, at: 60)
        #expect(rung(&queue, at: 60) == 1)
        #expect(rung(&queue, at: 200) == 0)
    }

    @Test func rearmingManyTimesKeepsTheHeapSmall() {
        var queue = AlarmQueue()
        let alarm = Alarm {}
        for time in Int64(1)...1_000 { queue.arm(alarm, at: time) }
        #expect(queue.count == 1)
    }

    @Test func whatWasDisarmedIsSweptOutAndTheRestStaysInOrder() {
        var queue = AlarmQueue()
        var rung: [Int64] = []
        for time in Int64(1)...20_000 {
            let alarm = Alarm { rung.append(time) }
            queue.arm(alarm, at: time &* 7_919 % 20_011)
            if time % 100 != 0 { queue.disarm(alarm) }
        }
        #expect(queue.count <= 2 * AlarmQueue.leastSweep)
        var times: [Int64] = []
        while let alarm = queue.popDue(now: .max - 1) {
            alarm.ring()
            times.append((rung.last ?? 0) &* 7_919 % 20_011)
        }
        #expect(times.count == 200)
        #expect(times == times.sorted())
    }

    @Test func alarmThatWasSweptOutMayBeArmedAgain() {
        var queue = AlarmQueue()
        let swept = Alarm {}
        queue.arm(swept, at: 5)
        queue.disarm(swept)
        let others = (0..<2 * AlarmQueue.leastSweep).map { _ in Alarm {} }
        for alarm in others { queue.arm(alarm, at: 10) }
        queue.arm(swept, at: 7)
        #expect(queue.popDue(now: 8) === swept)
    }
}

@Suite struct ReplyCacheTests {
    private func key(_ number: Int) -> TransactionKey { TransactionKey(client: "z9hG4bK\(number)", method: "BYE") }

    @Test func replyIsKeptForItsLifetime() {
        var cache = ReplyCache(lifetime: 100, capacity: 10)
        cache.insert([1], for: key(1), now: 0)
        #expect(cache.reply(to: key(1), now: 99) == [1])
        #expect(cache.reply(to: key(1), now: 100) == nil)
        #expect(cache.reply(to: key(2), now: 0) == nil)
        cache.expire(now: 100)
        #expect(cache.count == 0)
    }

    @Test func oldestGoesWhenItIsFull() {
        var cache = ReplyCache(lifetime: 100_000, capacity: 10)
        for number in 0..<2_000 { cache.insert([1], for: key(number), now: Int64(number)) }
        #expect(cache.count == 10)
        #expect(cache.reply(to: key(1_989), now: 2_000) == nil)
        #expect(cache.reply(to: key(1_990), now: 2_000) == [1])
    }
}

@Suite struct FlowTableTests {
    private func flow(_ port: Int) throws -> Flow {
        Flow(path: .datagram(0), peer: try SocketAddress(ipAddress: "192.0.2.7", port: port))
    }

    @Test func flowLivesAsLongAsOneBinding() throws {
        var table = FlowTable()
        let one = table.name(of: try flow(1))
        table.update("anna", to: [one], tried: one)
        table.update("borys", to: [one], tried: one)
        table.update("anna", to: [])
        #expect(table.flow(one) == (try flow(1)))
        #expect(table.isRegistered(address: "192.0.2.7"))
        table.update("borys", to: [])
        #expect(table.flow(one) == nil)
        #expect(!table.isRegistered(address: "192.0.2.7"))
    }

    @Test func flowOfARefusedRegisterIsForgotten() throws {
        var table = FlowTable()
        let one = table.name(of: try flow(1))
        table.update("anna", to: [], tried: one)
        #expect(table.flow(one) == nil)
    }

    @Test func closedConnectionIsGoneAtOnce() throws {
        var table = FlowTable()
        let one = table.name(of: try flow(1))
        table.update("anna", to: [one], tried: one)
        table.remove(one)
        #expect(table.flow(one) == nil)
        table.update("anna", to: [])
        #expect(!table.isRegistered(address: "192.0.2.7"))
    }
}

@Suite struct TextTests {
    @Test(arguments: [
        ("plain", "plain"), ("a%20b", "a b"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%0d%0aX", "%0d%0aX"),
        ("%2B380", "+380"),
    ])
    func unescapesAndKeepsControlsOut(text: String, expected: String) {
        #expect(SIPText.unescaped(text) == expected)
    }

    @Test func userPartIsEscaped() {
        #expect(SIPText.escapedUser("+380 44@x>\r\n") == "+380%2044%40x%3E%0D%0A")
        #expect(SIPText.escapedUser(String(repeating: "1", count: 500)).count == 128)
    }

    @Test func displayNameIsQuotedAndStripped() {
        #expect(SIPText.quoted("A \"B\" \\C\r\nVia: x") == "\"A \\\"B\\\" CVia: x\"")
        #expect(SIPText.plainDisplayName("\"Olha \\\"O\\\"\"") == "Olha \"O\"")
        #expect(SIPText.plainDisplayName("\u{0}\u{1}") == nil)
    }

    @Test func hostAndPort() {
        #expect(HostPort("192.0.2.1:5070")?.port == 5_070)
        #expect(HostPort("[2001:db8::1]:5070")?.host == "2001:db8::1")
        #expect(HostPort("[2001:db8::1]")?.port == nil)
        #expect(HostPort("example")?.port == nil)
        #expect(HostPort("x:99999")?.port == nil)
        #expect(HostPort("") == nil)
        #expect(HostPort("[") == nil)
    }

    @Test func keysOfInfo() {
        #expect(UserAgentCore.relayedKey("Signal=5\r\nDuration=160") == "5")
        #expect(UserAgentCore.relayedKey("signal= * ") == "*")
        #expect(UserAgentCore.relayedKey("Signal=11") == "#")
        #expect(UserAgentCore.relayedKey("Signal=55") == nil)
        #expect(UserAgentCore.relayedKey("Duration=1") == nil)
    }
}

@Suite struct DialogTests {
    private func dialog(routes: [String]) -> Dialog {
        Dialog(
            callID: "c", localTag: "l", remoteTag: "r", localParty: "<sip:us@x>", remoteParty: "<sip:them@x>",
            remoteTarget: "sip:target@192.0.2.9", routes: routes, localSequence: 4, remoteSequence: 0,
            local: LocalEndpoint(address: "2001:db8::1", port: 5_060, isStream: false))
    }

    @Test func looseRoutesGoBeforeTheTarget() {
        var dialog = dialog(routes: ["<sip:p1;lr>", "<sip:p2;lr>"])
        let text = PeerText(
            String(decoding: dialog.request("BYE", branch: "z9hG4bKx", transport: "UDP"), as: UTF8.self))
        #expect(text.firstLine == "BYE sip:target@192.0.2.9 SIP/2.0")
        #expect(text.headers("Route") == ["<sip:p1;lr>", "<sip:p2;lr>"])
        #expect(text.header("CSeq") == "5 BYE")
        #expect(text.header("Via") == "SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bKx;rport")
        #expect(text.header("From") == "<sip:us@x>;tag=l")
        #expect(text.header("To") == "<sip:them@x>;tag=r")
    }

    @Test func strictRouterTakesTheRequestURI() {
        var dialog = dialog(routes: ["<sip:old>", "<sip:p2;lr>"])
        let text = PeerText(
            String(decoding: dialog.request("BYE", branch: "z9hG4bKx", transport: "UDP"), as: UTF8.self))
        #expect(text.firstLine == "BYE sip:old SIP/2.0")
        #expect(text.headers("Route") == ["<sip:p2;lr>", "<sip:target@192.0.2.9>"])
    }
}

@Suite struct HeaderListTests {
    private func lines(_ text: String) -> HeaderLines { HeaderLines(Array("X\r\n\(text)\r\n\r\n".utf8)) }

    @Test(arguments: [
        "Supported: timer", "k:\ttimer ", "Supported: path,TIMER", "Supported: path\r\nk: x , Timer,y",
        "Supported: path,\r\n timer", "Supported:,,timer,",
    ])
    func tokenIsFoundWhereverItStands(text: String) {
        #expect(lines(text).has("timer", in: "supported", compact: UInt8(ascii: "k")))
    }

    @Test(arguments: ["Supported: timers", "Supported: x timer", "Supported:", "Require: timer", "Supported: ,"])
    func nothingElseIsTakenForIt(text: String) {
        #expect(!lines(text).has("timer", in: "supported", compact: UInt8(ascii: "k")))
    }

    @Test func missingLineIsToldFromAnEmptyOne() {
        #expect(lines("Allow:").lists("update", in: "allow") == false)
        #expect(lines("Accept: x").lists("update", in: "allow") == nil)
    }
}
