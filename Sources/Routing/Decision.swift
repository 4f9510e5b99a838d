/// What to do, and why. Decisions are carried out in the order in which they come.
package struct Decision: Hashable, Codable, Sendable {
    package var action: Action
    package var reason: RoutingReason

    package init(_ action: Action, because reason: RoutingReason) {
        self.action = action
        self.reason = reason
    }
}

/// The verbs of the router. Each that starts something is answered by exactly one event, good or bad.
package enum Action: Hashable, Codable, Sendable {
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
    /// Ask what a scenario wants to know from outside: a list, a webhook. Answered by `consulted`; the scenario goes on
    /// without after 5 s.
    case consult(CallID, String)
    /// Find out which moment the customer has entered, where they are and at the dialer's calling hours. Answered by
    /// `timeResolved`; after 5 s it counts as none.
    case resolveTime(CallID, EnteredTime, DialerID)
    /// While on, the operator's keys reach the router only and are not passed to the customer.
    case captureKeys(OperatorID, Bool)

    // MARK: Tasks (product.md section 6)

    /// Write down that this attempt begins, before anything else is done for it. Answered by `claimed` or
    /// `claimRefused`.
    case claim(TaskID, attempt: Int, by: OperatorID)
    /// Find out when the customer may be dialled next. Answered by `windowFound`.
    case findWindow(TaskID, CustomerNumber, DialerID)
    /// Show the operator the customer's card for so long, or until it is taken away again.
    case showCard(TaskID, to: OperatorID, for: Duration)
    /// The operator is not to call this customer after all.
    case hideCard(TaskID, from: OperatorID)
    /// Call the operator's phone, which is to answer by itself and shows the customer's number. Answered and stopped like
    /// `ring`.
    case ringForTask(RingID, OperatorID, for: CallID, TaskID, CustomerNumber)
    /// Call the customer for the operator, who hears ring-back. Answered by `dialAnswered` or `dialEnded`.
    case dial(CallID, CustomerNumber, DialerID, by: OperatorID)
    /// Stop dialling. The `dialEnded` follows, or a `dialAnswered` that crosses.
    case stopDialling(CallID)
    /// Say something by voice, once, in place of what the party hears. Ends with `soundEnded`.
    case speak(PlaybackID, Phrase, to: Party)
    /// The operator is due to be reminded of the requests that wait for them. Answered by `reminderWanted`, with a number
    /// for the reminder.
    case remind(OperatorID)

    /// End the party's leg.
    case hangUp(Party)
    /// The operator's phone is in a call already, which is made this ring's answered leg: a transfer after consultation.
    /// A leg that is not there any more is an `operatorLeft`.
    case adoptLeg(RingID, OperatorID, for: CallID)

    /// Write down what must outlive the process.
    case record(Fact)
    /// Nothing to be done: something that belongs into the call's story.
    case note(CallID, Note)
}

/// What is said by voice and is not the same every time.
package enum Phrase: Hashable, Codable, Sendable {
    /// So many requests wait for the one who is told.
    case waitingRequests(Int)
    /// The moment that the customer has chosen.
    case dateAndTime(LocalTime)
}

/// A sound by the name it has in the configuration, or one that is built in.
package struct Sound: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    /// A short tone made by the program: "something changes now".
    package static let beep = Sound("beep")
    /// The tone that tells the operator that the customer's phone is being called.
    package static let ringback = Sound("ringback")
    /// Nothing at all; only for legs that are about to end.
    package static let silence = Sound("silence")

    package var description: String { name }
}
