/// Metadata keys of this target's log lines.
enum LogKey {
    static let leg = "leg"
    static let callID = "sip.call_id"
    static let method = "sip.method"
    static let status = "sip.status"
    static let peer = "sip.peer"
    static let reason = "reason"
    static let user = "sip.user"
    static let trunk = "sip.trunk"
}
