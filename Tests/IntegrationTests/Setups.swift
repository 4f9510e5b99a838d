import PeerKit

extension ServerConfiguration {
    /// One queue on line 100 with these operators, all alike.
    static func oneQueue(_ operators: [String], settings: [String: String] = [:]) -> ServerConfiguration {
        ServerConfiguration(
            operators: operators.map { ($0, ["first-line"]) },
            queues: [Queue("sales", settings: settings, operators: operators.map { ($0, 5) })],
            lines: [("100", "sales")])
    }

    /// An ordinary queue on line 100 and a VIP queue on line 200, with the same operators.
    static func withVIP(
        _ operators: [String], settings: [String: String] = [:], interruption: [String: String] = [:]
    ) -> ServerConfiguration {
        var configuration = oneQueue(operators, settings: settings)
        configuration.queues.append(
            Queue(
                "gold", vip: true, settings: settings, interruption: interruption,
                operators: operators.map { ($0, 5) }))
        configuration.lines.append(("200", "gold"))
        return configuration
    }
}

/// A customer and an operator in conversation, who have been heard to hear each other.
struct Conversation {
    let customer: Customer
    let phone: Phone
    let began: Moment
}

extension CallCentre {
    /// Lets a customer call and this operator answer, and waits until both hear each other.
    @discardableResult
    func connect(_ customer: Customer, _ phone: Phone, within limit: Double = 4) async throws -> Conversation {
        let start = Moment.now
        try customer.call()
        try await phone.waitForRing(since: start, within: limit)
        try await phone.answer()
        return try await conversation(customer, phone, since: start, within: 3)
    }

    /// Waits until customer and operator hear each other and nothing else.
    @discardableResult
    func conversation(
        _ customer: Customer, _ phone: Phone, since start: Moment, within limit: Double
    ) async throws -> Conversation {
        let one = try await ear(of: customer).waits(for: [phone.party.tone], within: limit, after: start)
        let two = try await ear(of: phone).waits(for: [customer.party.tone], within: limit, after: start)
        return Conversation(customer: customer, phone: phone, began: max(one, two))
    }

    /// Ends a customer's call and waits until the operator's phone has been released.
    func end(_ customer: Customer, _ phone: Phone) async throws {
        let start = Moment.now
        try customer.hangUp()
        try await customer.waitForEnd(within: 3)
        try await phone.waitForEvent("CALL_CLOSED", since: start, within: 2)
    }
}

/// Waits for a while in which something is to be heard or must not happen.
func listen(_ seconds: Double) async throws {
    try await Task.sleep(for: .seconds(seconds))
}

/// Throws if a condition that a test's further course depends on does not hold.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    if !condition { throw PeerFailure(message()) }
}
