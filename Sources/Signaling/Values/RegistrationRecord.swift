/// Where a user can be reached, as it outlives the process: whoever keeps it does not look into it.
///
/// Only phones that came over UDP are in it. A connection ends with the process that had it, and its phone registers
/// anew.
package struct RegistrationRecord: Hashable, Sendable {
    package var user: String
    /// One line for each binding, the oldest first.
    package var payload: String
    /// Seconds until the last of the bindings runs out; more than 0.
    package var lifetime: Int64

    package init(user: String, payload: String, lifetime: Int64) {
        self.user = user
        self.payload = payload
        self.lifetime = lifetime
    }
}

/// One line of a `RegistrationRecord`.
struct StoredBinding: Hashable {
    var contact: String
    /// Index of the listener that the phone uses.
    var listener: Int
    var address: String
    var port: UInt16
    var callID: String
    var cseq: UInt32
    /// Seconds by which it runs out before the last one of the record.
    var earlier: Int64
    var q: Int
    var path: [String]
}

extension StoredBinding {
    /// Fields are parted by a character that no field of a SIP message can have in it.
    private static let separator: Character = "\t"

    /// `nil`: a field has a control character in it, which the guard lets no message have.
    var line: String? {
        let fields =
            [contact, "\(listener)", address, "\(port)", callID, "\(cseq)", "\(earlier)", "\(q)"] + path
        guard fields.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }) else { return nil }
        return fields.joined(separator: String(Self.separator))
    }

    /// `nil`: it is none.
    init?(line: Substring) {
        let fields = line.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 8, !fields[0].isEmpty, let listener = Int(fields[1]), let port = UInt16(fields[3]),
            let cseq = UInt32(fields[5]), let earlier = Int64(fields[6]), let q = Int(fields[7]),
            listener >= 0, port > 0, earlier >= 0, (0...1_000).contains(q)
        else { return nil }
        contact = fields[0]
        self.listener = listener
        address = fields[2]
        self.port = port
        callID = fields[4]
        self.cseq = cseq
        self.earlier = earlier
        self.q = q
        path = Array(fields.dropFirst(8))
    }
}
