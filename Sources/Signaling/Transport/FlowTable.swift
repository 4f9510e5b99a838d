/// Names for the flows that registrations came over, as long as one of them is alive.
struct FlowTable {
    private var flows: [FlowID: Flow] = [:]
    private var names: [Flow: FlowID] = [:]
    private var flowsOfUser: [String: Set<FlowID>] = [:]
    private var users: [FlowID: Int] = [:]
    private var flowsOfAddress: [String: Int] = [:]
    private var next: UInt64 = 1

    /// The flow's name. A new one is forgotten again unless `update` finds a binding with it.
    mutating func name(of flow: Flow) -> FlowID {
        if let known = names[flow] { return known }
        let name = FlowID(rawValue: next)
        next += 1
        names[flow] = name
        flows[name] = flow
        flowsOfAddress[flow.peerAddress, default: 0] += 1
        return name
    }

    func flow(_ name: FlowID) -> Flow? { flows[name] }
    func known(_ flow: Flow) -> FlowID? { names[flow] }
    func isRegistered(_ flow: Flow) -> Bool { names[flow] != nil }

    /// Somebody at this address is registered.
    func isRegistered(address: String) -> Bool { flowsOfAddress[address] != nil }

    /// The flows of a user's live bindings have become these. `tried` is a flow that was named and may not be among
    /// them.
    mutating func update(_ user: String, to current: Set<FlowID>, tried: FlowID? = nil) {
        let before = flowsOfUser[user] ?? []
        for flow in current.subtracting(before) { users[flow, default: 0] += 1 }
        for flow in before.subtracting(current) {
            users[flow, default: 1] -= 1
            if users[flow, default: 0] <= 0 { forget(flow) }
        }
        flowsOfUser[user] = current.isEmpty ? nil : current
        if let tried, users[tried] == nil { forget(tried) }
    }

    /// The connection is closed. Users that still have it in their sets lose it with their next `update`.
    mutating func remove(_ name: FlowID) { forget(name) }

    private mutating func forget(_ name: FlowID) {
        users[name] = nil
        guard let flow = flows.removeValue(forKey: name) else { return }
        names[flow] = nil
        let address = flow.peerAddress
        let count = flowsOfAddress[address, default: 1] - 1
        flowsOfAddress[address] = count > 0 ? count : nil
    }
}
