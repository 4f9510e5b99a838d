package import Routing
package import Signaling

/// What the switchboard is configured with.
package struct SwitchboardSettings: Sendable {
    package var lines: [Line]
    package var plan: NumberPlan
    /// In order of preference, not empty.
    package var codecs: [AudioCodec]
    package var policy: RoutingPolicy
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
