import Testing

@testable import Settings

/// Where the HTTP API listens, and how much it bears.
@Suite struct APISettingsTests {
    @Test func withoutAnAddressThereIsNone() {
        #expect(configuration("{}").api == nil)
        #expect(configuration("api: {listen: none}").api == nil)
        #expect(configuration("api: {burst: 7}").api == nil)
    }

    @Test func everyKeyIsRead() {
        let read = configuration("api: {listen: \"[::1]:0\", connections: 3, requests: 4, burst: 5, strangers: 6}").api
        var api = Configuration.API(listen: .init(address: "::1", port: 0))
        api.connections = 3
        api.requests = 4
        api.burst = 5
        api.strangers = 6
        #expect(read == api)
    }

    @Test(arguments: ["connections", "requests", "burst", "strangers"])
    func eachFigureHasLimits(_ key: String) {
        for (value, isRight) in [("0", false), ("1", true), ("10000", true), ("10001", false), ("many", false)] {
            let result = read("api: {listen: \"127.0.0.1:1\", \(key): \(value)}")
            #expect((result.configuration != nil) == isRight, "\(key): \(value)")
        }
    }

    @Test(arguments: ["localhost:8080", "127.0.0.1", "127.0.0.1:65536", "8080"])
    func aPlaceThatIsNoneIsExplained(_ text: String) {
        let finding = read("api: {listen: \"\(text)\"}").diagnostics.first
        #expect(finding?.nextStep == "written address:port, for example 127.0.0.1:8080")
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.1.2.3", true), ("::1", true), ("0.0.0.0", false), ("::", false), ("10.0.0.1", false),
    ])
    func loopbackIsKnown(_ address: String, _ isLoopback: Bool) {
        #expect(Configuration.Endpoint(address: address, port: 1).isLoopback == isLoopback)
    }
}
