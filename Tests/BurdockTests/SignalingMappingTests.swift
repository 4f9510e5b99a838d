import Settings
import Signaling
import Testing

@testable import burdock

// Goal: what the file says of SIP reaches the engine that speaks it.

@Suite struct SignalingMappingTests {
    private func settings(_ change: (inout Configuration.SIP) -> Void) -> SignalingSettings {
        var configuration = Configuration(path: "burdock.yaml", state: "state")
        change(&configuration.sip)
        return SignalingSettings(configuration, secrets: [:])
    }

    @Test func sessionTimersAreAsOftenAsTheFileSaysAndNeverBelowTheLeast() {
        #expect(settings { _ in }.sessionTimers == SignalingSettings.SessionTimers(expires: 1_800, minimum: 90))
        #expect(settings { $0.sessionTimers = .seconds(600) }.sessionTimers?.expires == 600)
        #expect(settings { $0.sessionTimers = .milliseconds(90_500) }.sessionTimers?.expires == 90)
        #expect(settings { $0.sessionTimers = nil }.sessionTimers == nil)
    }
}
