/// Who can be reached where (RFC 3261 section 10.3). One request is carried out as a whole or not at all.
///
/// Users that become registered and unregistered alternate strictly, across `register`, `expire` and `remove`: a
/// binding that has run out counts as there until `expire` has reported it.
package struct Registrar: Sendable {
    /// Seconds that are granted, at least and at most.
    private var expires: ClosedRange<Int>
    private let maxBindings: Int
    /// Newest last. No entry for a user without bindings.
    private var bindings: [String: [Binding]] = [:]
    /// The first deadline of each user.
    private var deadlines = ExpiryHeap<String>()
    private var usersOfFlow: [FlowID: Set<String>] = [:]

    package init(expires: ClosedRange<Int>, maxBindings: Int) {
        self.expires = expires
        self.maxBindings = maxBindings
    }

    /// When `expire` has something to do next, in monotonic seconds.
    package var nextExpiry: Int64? { deadlines.earliest }

    /// The user's live bindings, newest first.
    package func bindings(of user: String, now: Int64) -> [Binding] {
        (bindings[user] ?? []).reversed().filter { $0.expiresAt > now }
    }

    package mutating func register(_ request: RegisterRequest, now: Int64) -> RegisterOutcome {
        let before = bindings[request.user] ?? []
        switch updated(before, by: request, now: now) {
        case .failure(let refusal):
            return RegisterOutcome(status: refusal.status, minExpires: refusal.minExpires)
        case .success(let after):
            replace(request.user, with: after)
            return RegisterOutcome(
                status: 200, bindings: bindings(of: request.user, now: now),
                becameRegistered: before.isEmpty && !after.isEmpty,
                becameUnregistered: !before.isEmpty && after.isEmpty)
        }
    }

    /// Takes up bindings of an earlier process, oldest first; a user who has registered meanwhile knows better.
    ///
    /// - Returns: whether the user became registered.
    package mutating func restore(_ user: String, _ remembered: [Binding], now: Int64) -> Bool {
        let live = remembered.filter { $0.expiresAt > now }.suffix(maxBindings)
        guard bindings[user] == nil, !live.isEmpty else { return false }
        replace(user, with: Array(live))
        return true
    }

    /// Takes out what has run out. Returns the users that have no binding any more.
    package mutating func expire(now: Int64) -> [String] {
        var gone: [String] = []
        while let user = deadlines.popDue(now: now) {
            let live = (bindings[user] ?? []).filter { $0.expiresAt > now }
            replace(user, with: live)
            if live.isEmpty { gone.append(user) }
        }
        return gone
    }

    /// What later requests are granted, in seconds; bindings that are there keep their time.
    package mutating func grant(_ expires: ClosedRange<Int>) { self.expires = expires }

    /// Takes out all of the user's bindings.
    package mutating func remove(_ user: String) { replace(user, with: []) }

    /// The connection is closed: what was registered over it cannot be reached. Returns the users that have no
    /// binding any more.
    package mutating func remove(flow: FlowID) -> [String] {
        var gone: [String] = []
        for user in (usersOfFlow[flow] ?? []).sorted() {
            let rest = (bindings[user] ?? []).filter { $0.flow != flow }
            replace(user, with: rest)
            if rest.isEmpty { gone.append(user) }
        }
        return gone
    }

    // MARK: - Rules

    private struct Refusal: Error {
        var status: Int
        var minExpires: Int?
    }

    private func updated(
        _ before: [Binding], by request: RegisterRequest, now: Int64
    ) -> Result<[Binding], Refusal> {
        if request.wildcard { return cleared(before, by: request) }
        var after = before.filter { $0.expiresAt > now }
        for contact in request.contacts {
            let asked = [contact.expires, request.expiresHeader].lazy.compactMap { $0 }.first { $0 >= 0 }
            let seconds = min(asked ?? expires.upperBound, expires.upperBound)
            if seconds != 0, seconds < expires.lowerBound {
                return .failure(Refusal(status: 423, minExpires: expires.lowerBound))
            }
            let key = ContactKey(contact.uri)
            if let place = after.firstIndex(where: { ContactKey($0.contact) == key }) {
                // A request that was overtaken by a newer one must not undo it.
                if after[place].callID == request.callID, after[place].cseq >= request.cseq,
                    before.contains(after[place])
                {
                    return .failure(Refusal(status: 500))
                }
                after.remove(at: place)
            }
            guard seconds > 0 else { continue }
            after.append(
                Binding(
                    contact: contact.uri, flow: request.flow, source: request.source, callID: request.callID,
                    cseq: request.cseq, expiresAt: now &+ Int64(seconds), q: min(max(contact.q, 0), 1_000),
                    path: request.path))
            guard after.count <= maxBindings else { return .failure(Refusal(status: 403)) }
        }
        return .success(after)
    }

    /// `Contact: *` is allowed with `Expires: 0` and nothing else beside it, and removes everything.
    private func cleared(_ before: [Binding], by request: RegisterRequest) -> Result<[Binding], Refusal> {
        guard request.contacts.isEmpty, request.expiresHeader == 0 else { return .failure(Refusal(status: 400)) }
        let isOvertaken = before.contains { $0.callID == request.callID && $0.cseq >= request.cseq }
        return isOvertaken ? .failure(Refusal(status: 500)) : .success([])
    }

    // MARK: - Tables

    private mutating func replace(_ user: String, with new: [Binding]) {
        let oldFlows = Set((bindings[user] ?? []).map(\.flow))
        let newFlows = Set(new.map(\.flow))
        for flow in oldFlows.subtracting(newFlows) {
            usersOfFlow[flow]?.remove(user)
            if usersOfFlow[flow]?.isEmpty == true { usersOfFlow[flow] = nil }
        }
        for flow in newFlows.subtracting(oldFlows) { usersOfFlow[flow, default: []].insert(user) }
        bindings[user] = new.isEmpty ? nil : new
        deadlines.set(user, to: new.map(\.expiresAt).min())
    }
}

/// What makes two contacts the same: the user part exactly, everything else without regard to case and to the order
/// of parameters. Of RFC 3261 section 19.1.4 the part that phones need, who repeat their own contact.
private struct ContactKey: Hashable {
    private let userPart: Substring
    private let hostPart: String
    private let parameters: [String]

    init(_ uri: String) {
        let at = uri.lastIndex(of: "@")
        let scheme = uri.firstIndex(of: ":").map { uri[...$0].lowercased() } ?? ""
        userPart = at.map { uri[..<$0].dropFirst(scheme.count) } ?? ""
        let rest = at.map { uri[uri.index(after: $0)...] } ?? uri[...]
        let parts = rest.split(separator: ";", omittingEmptySubsequences: true)
        hostPart = (at == nil ? "" : scheme) + (parts.first?.lowercased() ?? "")
        parameters = parts.dropFirst().map { $0.lowercased() }.sorted()
    }
}
