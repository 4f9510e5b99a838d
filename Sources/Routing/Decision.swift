/// What to do, and why. Decisions are carried out in the order in which they come.
package struct Decision: Hashable, Sendable {
    package var action: Action
    package var reason: RoutingReason

    package init(_ action: Action, because reason: RoutingReason) {
        self.action = action
        self.reason = reason
    }
}

/// The verbs of the router. Each that starts something is answered by exactly one event, good or bad.
package enum Action: Hashable, Sendable {
    /// Answer the arrived call. Its media can be used from here on; its end is a `callerLeft`.
    case accept(CallID)
    /// Refuse the arrived call with a final SIP status of 400 to 699.
    case refuse(CallID, status: Int)

    /// Call the operator's phone. Answered by `ringAnswered` or `ringEnded`.
    case ring(RingID, OperatorID, for: CallID)
    /// Stop a ring that was not answered yet. Its `ringEnded` follows, also when the answer crosses.
    case stopRinging(RingID)

    /// Let caller and operator hear each other, whatever they heard before.
    case connect(CallID, OperatorID)
    /// Play a sound once in place of what the party hears, then go over to a repeated one. Ends with `soundEnded`.
    case play(PlaybackID, Sound, to: Party, then: Sound)
    /// Play a sound over and over in place of what the party hears.
    case loop(Sound, to: Party)
    /// Mix a sound over what the party hears, which is lowered meanwhile; nobody else hears it. Ends with `soundEnded`.
    case overlay(PlaybackID, Sound, to: Party)
    /// Cut short what is mixed over; its `soundEnded` follows.
    case stopOverlay(Party)
    /// While on, the operator's keys reach the router only and are not passed to the customer.
    case captureKeys(OperatorID, Bool)

    /// End the party's leg.
    case hangUp(Party)
    /// Write down what must outlive the process.
    case record(Fact)
}

/// A sound by the name it has in the configuration, or one that is built in.
package struct Sound: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    /// A short tone made by the program: "something changes now".
    package static let beep = Sound("beep")
    /// Nothing at all; only for legs that are about to end.
    package static let silence = Sound("silence")

    package var description: String { name }
}
