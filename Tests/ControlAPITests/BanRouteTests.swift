import Hummingbird
import Testing

@testable import ControlAPI

/// Addresses that are banned are listed, and may be let in again.
@Suite struct BanRouteTests {
    @Test func bansAreListedTheLongestFirstAndLifted() async throws {
        let plane = FakePlane()
        let all = try await Answer.get("/v1/bans", of: plane).read(BanListDTO.self).bans
        #expect(all.map(\.address) == ["2001:db8:0:1::/64", "192.0.2.7"])
        #expect(all.map(\.seconds) == [90, 40] && all.map(\.times) == [2, 1])
        #expect(try await Answer.delete("/v1/bans/192.0.2.7", of: plane).status == 204)
        #expect(try await Answer.get("/v1/bans", of: plane).read(BanListDTO.self).bans.count == 1)
        let again = try await Answer.delete("/v1/bans/192.0.2.7", of: plane)
        #expect(again.status == 404)
        #expect(try again.problem.type == "urn:burdock:problem:no-such-ban")
    }
}
