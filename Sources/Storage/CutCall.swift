package import Routing

/// A call that was up when the process died.
package struct CutCall: Hashable, Sendable {
    package var call: CallID
    package var line: String
    /// The queue in which it began.
    package var queue: QueueID
    /// `nil` if withheld: nobody can be called back.
    package var number: CustomerNumber?
    package var direction: CallDirection
    package var arrivedAt: WallTime
    /// The last moment at which the process is known to have lived.
    package var endedAt: WallTime
    /// How long the customer waited, from their first entry into a queue, until they were answered or cut; `nil` if it is
    /// not known that they entered one.
    package var waited: Duration?
    /// With whom they talked first; `nil`: they were not connected yet.
    package var answeredBy: OperatorID?
}
