import Routing
import Testing

@testable import Webhooks

@Suite struct EventIDTests {
    private let moment = WallTime(milliseconds: 1_795_287_902_114)

    @Test func theSameEventHasTheSameIdentity() {
        #expect(EventID.make(at: moment, key: "a") == EventID.make(at: moment, key: "a"))
        #expect(EventID.make(at: moment, key: "a") != EventID.make(at: moment, key: "b"))
        #expect(EventID.make(at: moment, key: "a") != EventID.make(at: moment.adding(milliseconds: 1), key: "a"))
    }

    @Test func identitiesAreULIDsThatSortByTime() {
        let ids = (0..<200).map { EventID.make(at: moment.adding(milliseconds: $0 * 997), key: "\($0)") }
        #expect(ids == ids.sorted())
        for id in ids {
            #expect(id.count == 26 && id.allSatisfy { "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains($0) })
        }
        // The example of the ULID specification: 1469918176385 is 01ARYZ6S41.
        #expect(EventID.make(at: WallTime(milliseconds: 1_469_918_176_385), key: "").hasPrefix("01ARYZ6S41"))
    }

    @Test func timesAreWrittenToTheMillisecond() {
        #expect(moment.text == "2026-11-21T19:05:02.114Z")
        #expect(WallTime(milliseconds: 0).text == "1970-01-01T00:00:00.000Z")
        #expect(WallTime(milliseconds: -1).text == "1969-12-31T23:59:59.999Z")
    }
}
