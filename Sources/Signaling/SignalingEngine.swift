/// SIP as the rest of the house sees it: commands in, events out, both by value.
///
/// Every method is called on the engine's event loop, and events are delivered there, never from inside `perform` or
/// `makeLeg`: an event that a command causes at once is delivered on the loop's next turn.
package protocol SignalingEngine: Sendable {
    /// A fresh identity for a leg that an `invite` command is about to create.
    func makeLeg() -> LegID
    func perform(_ command: SignalingCommand)
}

/// Takes the events of a signalling engine, on its event loop, in order.
package typealias SignalingEventHandler = @Sendable (SignalingEvent) -> Void

/// One party's SIP dialog, from its first INVITE to its end. Never reused in the life of a process.
package struct LegID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package var description: String { "leg-\(rawValue)" }
}
