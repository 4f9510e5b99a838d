import Routing
import Testing

@testable import Storage

@Suite struct WallTimeTests {
    @Test func instantsBecomeDates() {
        #expect(WallTime(Instant(seconds: 1.5), origin: origin) == .seconds(1.5))
        #expect(WallTime(Instant(seconds: -1), origin: origin) == .seconds(-1))
    }

    @Test func arithmeticSaturates() {
        #expect(WallTime(milliseconds: .max).adding(milliseconds: 1).milliseconds == .max)
        #expect(WallTime(milliseconds: .min).adding(milliseconds: -1).milliseconds == .min)
        #expect(WallTime(milliseconds: .max).since(WallTime(milliseconds: -1)) == .milliseconds(Int64.max))
        #expect(WallTime(milliseconds: .min).since(WallTime(milliseconds: 1)) == .milliseconds(Int64.min))
    }
}
