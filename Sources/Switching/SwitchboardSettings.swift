package import Routing
package import Signaling

/// How the customers of one dialer are called.
package struct DialerRoute: Hashable, Sendable {
    /// By name, in order of preference; the next is tried when one is full, or its network fails.
    package var trunks: [String]
    /// Shown to the customer; `nil`: what the trunk's provider shows.
    package var callerID: String?
    /// `nil`: customers may be called at any time.
    package var hours: CallingHours?
    /// The same in the zones of those whose number begins so ("+48"); of several the one with most digits counts.
    package var hoursByPrefix: [String: CallingHours] = [:]

    package init(trunks: [String], callerID: String? = nil, hours: CallingHours? = nil) {
        self.trunks = trunks
        self.callerID = callerID
        self.hours = hours
    }

    /// In the customer's time zone, as far as their number tells it.
    func hours(of number: CustomerNumber) -> CallingHours? {
        guard !hoursByPrefix.isEmpty else { return hours }
        let most = hoursByPrefix.keys.lazy.map(\.count).max() ?? 0
        for length in stride(from: min(most, number.text.count), to: 0, by: -1) {
            if let found = hoursByPrefix[String(number.text.prefix(length))] { return found }
        }
        return hours
    }
}

/// What the switchboard is configured with.
package struct SwitchboardSettings: Sendable {
    package var lines: [Line]
    package var plan: NumberPlan
    /// In order of preference, not empty.
    package var codecs: [AudioCodec]
    package var policy: RoutingPolicy
    package var dialers: [DialerID: DialerRoute] = [:]
    /// Calls through a trunk at once, by its name; none: no limit.
    package var channels: [String: Int] = [:]
    /// The folder that sounds are taken from: how numbers are spoken.
    package var language = "uk"
    /// Calls that still run when the process is to stop may go on for so long.
    package var drainTimeout: Duration

    package init(
        lines: [Line], plan: NumberPlan, codecs: [AudioCodec] = [.pcma, .pcmu], policy: RoutingPolicy,
        drainTimeout: Duration = .seconds(600)
    ) {
        self.lines = lines
        self.plan = plan
        self.codecs = codecs
        self.policy = policy
        self.drainTimeout = drainTimeout
    }
}
