import Routing
import Testing

@testable import Switching

/// Numbers as people and trunks write them, and lists of them. Pure tables.
struct NumberTests {
    private let ukraine = NumberPlan(country: "380")

    @Test(arguments: [
        ("+380 (67) 123-45-67", "+380671234567"),
        ("0671234567", "+380671234567"),
        ("00380671234567", "+380671234567"),
        ("380671234567", "+380671234567"),
        ("0048 22 123 45 67", "+48221234567"),
        ("101", "101"),
        ("+123456789012345", "+123456789012345"),
    ])
    func aNumberIsBroughtToE164(written: String, expected: String) {
        #expect(ukraine.normalize(written)?.text == expected)
    }

    @Test(arguments: [
        "", "anonymous", "+", "+1234567890123456", "12+34", "0x12345678", String(repeating: "1", count: 65),
    ])
    func whatIsNoNumberIsNone(written: String) {
        #expect(ukraine.normalize(written) == nil)
    }

    @Test func withoutACountryNationalNumbersStayUnprefixed() {
        #expect(NumberPlan().normalize("0671234567")?.text == "+0671234567")
    }

    @Test func aListFindsItsNumbersHoweverTheyAreWritten() {
        var rejected = 0
        let text = "# friends\n+380671234567\n067 765 43 21 # Ivan\n\nnobody\n"
        let list = NumberList(text: text, plan: ukraine, rejected: &rejected)
        #expect(list.count == 2)
        #expect(rejected == 1)
        #expect(list.contains(CustomerNumber("+380671234567")))
        #expect(list.contains(CustomerNumber("+380677654321")))
        #expect(!list.contains(CustomerNumber("+380671234568")))
    }

    @Test func leadingZerosTellNumbersApart() {
        let list = NumberList([CustomerNumber("007")])
        #expect(list.contains(CustomerNumber("007")))
        #expect(!list.contains(CustomerNumber("7")))
    }

    @Test func anEmptyListContainsNothing() {
        #expect(!NumberList([]).contains(CustomerNumber("+1")))
    }

    @Test func aListedCallerGoesToTheVIPQueueAndAWithheldOneToTheOrdinary() {
        let vip = CustomerNumber("+380671234567")
        let line = Line(
            number: "100", queue: QueueID("sales"), vipQueue: QueueID("vip"), vipList: NumberList([vip]),
            blackList: NumberList([CustomerNumber("+380660000000")])
        )
        let listed = line.arrival(call: CallID(rawValue: 1), number: vip, name: nil)
        #expect(listed.queue == QueueID("vip"))
        #expect(listed.listedVIP)
        let withheld = line.arrival(call: CallID(rawValue: 2), number: nil, name: nil)
        #expect(withheld.queue == QueueID("sales"))
        #expect(!withheld.listedVIP)
        #expect(!withheld.blackListed)
        #expect(line.arrival(call: CallID(rawValue: 3), number: CustomerNumber("+380660000000"), name: nil).blackListed)
    }

    @Test func aLineIsFoundAsWrittenAndAsANumber() {
        let lines = LineTable([Line(number: "+380441112233", queue: QueueID("sales"))], plan: ukraine)
        #expect(lines.line(for: "+380441112233") != nil)
        #expect(lines.line(for: "0441112233") != nil)
        #expect(lines.line(for: "0441112234") == nil)
    }

    @Test func callIdentitiesRiseAndDifferBetweenNodesAndStarts() {
        var first = CallIDSource(node: 0, startedAtSeconds: 1_800_000_000)
        var later = CallIDSource(node: 0, startedAtSeconds: 1_800_000_001)
        var other = CallIDSource(node: 1, startedAtSeconds: 1_800_000_000)
        let made = [first.make(), first.make(), later.make(), other.make()]
        #expect(Set(made).count == 4)
        #expect(made[0] < made[1])
        #expect(made[1] < made[2])
        #expect(CallID("\(made[3])") == made[3])
    }

    @Test func aLogShowsEnoughOfANumberAndNotAll() {
        #expect(Redaction.shorten("+380671234567") == "+380…67")
        #expect(Redaction.shorten("101") == "101")
        #expect(Redaction.shorten(nil) == "withheld")
    }
}
