import Routing
import Testing

@Suite struct PeriodTests {
    @Test func aPeriodThatEndsBeforeItBeginsIsEmpty() {
        let period = Period(from: WallTime(milliseconds: 10), until: WallTime(milliseconds: 5))
        #expect(period.length == .zero)
    }
}
