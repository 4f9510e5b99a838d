/// The timers that an INVITE usage asks for. At most one of each kind runs for a leg.
enum LegTimer: Int, CaseIterable {
    /// Send the 2xx again.
    case retransmit
    /// No ACK within 64·T1 after the 2xx.
    case noAck
    /// No response at all to our INVITE.
    case noResponse
    /// No final response after our CANCEL.
    case cancelWait
    /// A call that was reported as ended and is still going on below is destroyed.
    case abandon
    /// Send the reliable provisional response again (RFC 3262).
    case repeatProvisional
    /// No PRACK within 64·T1.
    case noPRACK
    /// The house has not decided on a REFER.
    case transfer
    /// The session timer (RFC 4028).
    case session
    /// Our refresh of the session is sent again.
    case refresh
}
