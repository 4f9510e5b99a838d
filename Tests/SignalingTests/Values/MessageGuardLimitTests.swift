import Testing

@testable import Signaling

/// Every limit of the guard: exactly at it passes, one above is refused.
@Suite struct MessageGuardLimitTests {
    private func outcomes(_ limit: Int, _ request: (Int) -> RequestText) -> [Outcome] {
        [limit, limit + 1].map { Outcome(inspect(request($0))) }
    }

    @Test func datagramOfEightKibibytes() {
        // Half of it is a body that nobody reads, because the head says so.
        let request = RequestText()
        let rest = GuardLimits.datagram - request.bytes.count
        for (extra, outcome) in [(rest, Outcome.message), (rest + 1, .answer(513))] {
            let bytes = request.bytes + [UInt8](repeating: 65, count: extra)
            #expect(Outcome(inspect(bytes)) == outcome)
        }
    }

    @Test func headOfEightKibibytesOnAStream() {
        func request(_ size: Int) -> RequestText {
            let base = RequestText().with { $0.others += ["X: ", "X: ", "X: ", "X: "] }
            var missing = size - base.bytes.count
            return base.with {
                for index in $0.others.indices.dropFirst() {
                    let share = min(missing, 2_040)
                    $0.others[index] = "X: " + String(repeating: "x", count: share)
                    missing -= share
                }
            }
        }
        #expect(request(GuardLimits.head).bytes.count == GuardLimits.head)
        #expect(Outcome(inspect(request(GuardLimits.head), over: .stream)) == .message)
        #expect(Outcome(inspect(request(GuardLimits.head + 1), over: .stream)) == .answer(513))
    }

    @Test func headerLinesWithFoldedOnes() {
        let others = RequestText().lines.count - 1
        #expect(
            outcomes(GuardLimits.headerLines) { count in
                RequestText().with { $0.others += Array(repeating: "X: y", count: count - others) }
            } == [.message, .answer(400)])
        #expect(
            outcomes(GuardLimits.headerLines) { count in
                RequestText().with {
                    $0.others.append("X:" + String(repeating: "\r\n y", count: count - others - 1))
                }
            } == [.message, .answer(400)])
    }

    @Test func lineOfTwoKibibytes() {
        #expect(
            outcomes(GuardLimits.line) { size in
                RequestText().with { $0.others.append("X: " + String(repeating: "y", count: size - 3)) }
            } == [.message, .answer(400)])
        #expect(
            outcomes(GuardLimits.line) { size in
                RequestText().with {
                    $0.startLine = "OPTIONS sip:" + String(repeating: "a", count: size - 20) + " SIP/2.0"
                }
            } == [.message, .drop])
    }

    @Test func nameOfAHeader() {
        #expect(
            outcomes(GuardLimits.name) { size in
                RequestText().with { $0.others.append(String(repeating: "n", count: size) + ": x") }
            } == [.message, .answer(400)])
    }

    @Test func commasAndSemicolonsOfOneHeader() {
        #expect(
            outcomes(GuardLimits.commasPerHeader) { count in
                RequestText().with { $0.others.append("Allow: a" + String(repeating: ",a", count: count)) }
            } == [.message, .answer(400)])
        #expect(
            outcomes(GuardLimits.semicolonsPerHeader) { count in
                RequestText().with { $0.others.append("Contact: <sip:a@b>" + String(repeating: ";a", count: count)) }
            } == [.message, .answer(400)])
    }

    @Test func commasAndSemicolonsOfTheStartLine() {
        #expect(
            outcomes(GuardLimits.semicolonsPerHeader) { count in
                RequestText().with {
                    $0.startLine = "OPTIONS sip:a@b" + String(repeating: ";a", count: count) + " SIP/2.0"
                }
            } == [.message, .answer(400)])
        #expect(
            outcomes(GuardLimits.commasPerHeader) { count in
                RequestText().with {
                    $0.startLine = "OPTIONS sip:" + String(repeating: ",", count: count) + "@b SIP/2.0"
                }
            } == [.message, .answer(400)])
    }

    @Test func commasAndSemicolonsOfAMessage() {
        #expect(
            outcomes(GuardLimits.commas) { count in
                RequestText().with {
                    $0.others += [count / 3, count / 3, count - 2 * (count / 3)].map {
                        "Allow: a" + String(repeating: ",a", count: $0)
                    }
                }
            } == [.message, .answer(400)])
        // The Via, From and nothing else of the request have three.
        #expect(
            outcomes(GuardLimits.semicolons - 3) { count in
                RequestText().with {
                    $0.others += [count / 5, count / 5, count / 5, count / 5, count - 4 * (count / 5)].map {
                        "X: a" + String(repeating: ";a", count: $0)
                    }
                }
            } == [.message, .answer(400)])
    }

    @Test func headersWithinURIs() {
        #expect(
            outcomes(GuardLimits.ampersands) { count in
                RequestText().with {
                    $0.others += [
                        "Contact: <sip:a@b?c=d" + String(repeating: "&e=f", count: count / 2) + ">",
                        "Refer-To: <sip:a@b?c=d" + String(repeating: "&e=f", count: count - count / 2) + ">",
                    ]
                }
            } == [.message, .answer(400)])
    }

    @Test func viasInOneHeaderAndInMany() {
        #expect(
            outcomes(GuardLimits.vias) { count in
                RequestText().with { $0.via = Array(repeating: "Via: SIP/2.0/UDP h;branch=z9hG4bK1", count: count) }
            } == [.message, .answer(400)])
        #expect(
            outcomes(GuardLimits.vias) { count in
                RequestText().with {
                    $0.via = ["v: " + Array(repeating: "SIP/2.0/UDP h", count: count).joined(separator: ",")]
                }
            } == [.message, .answer(400)])
    }

    @Test func bodyOfFourKibibytes() {
        #expect(
            outcomes(GuardLimits.body) { RequestText(body: String(repeating: "x", count: $0)) }
                == [.message, .answer(413)])
    }

    @Test(arguments: ["\r\n", "\n", "\r"])
    func bodyOfAHundredLines(end: String) {
        #expect(
            outcomes(GuardLimits.bodyLines) { RequestText(body: String(repeating: "x" + end, count: $0)) }
                == [.message, .answer(413)])
    }

    @Test func restBehindTheLastLineEndCountsAsALine() {
        let lines = String(repeating: "\r\n", count: GuardLimits.bodyLines)
        #expect(Outcome(inspect(RequestText(body: lines))) == .message)
        #expect(Outcome(inspect(RequestText(body: lines + "x"))) == .answer(413))
    }
}
