import Media
import Routing
import Signaling
import Storage
import Testing

@testable import Switching

/// Transfers by operators' phones (product.md section 5), with a real router between fake engines.
struct TransferTests {
    private static let vip = CustomerNumber("+380671110000")
    private static let caller = LegID(rawValue: 1)
    private static let callerStream = StreamID(rawValue: 1)
    private static let elsewhere = RemoteMedia(
        address: "192.0.2.9", port: 6_000, rtcpPort: 6_001, codec: .pcmu, telephoneEvent: nil, direction: .sendReceive)

    private static var policy: RoutingPolicy {
        var closed = QueuePolicy(id: QueueID("closed"))
        closed.joinEmpty = false
        var vip = QueuePolicy(id: QueueID("vip"))
        vip.vip = true
        return RoutingPolicy(
            operators: ["anna", "boris", "clara"].map { OperatorPolicy(id: OperatorID($0), name: $0) },
            queues: [QueuePolicy(id: QueueID("sales")), QueuePolicy(id: QueueID("support")), closed, vip],
            assignments: [
                Assignment(OperatorID("anna"), QueueID("sales"), priority: 5),
                Assignment(OperatorID("boris"), QueueID("sales"), priority: 5),
                Assignment(OperatorID("clara"), QueueID("support"), priority: 5),
                Assignment(OperatorID("clara"), QueueID("vip"), priority: 5),
            ])
    }

    private static let lines = [
        Line(number: "100", queue: QueueID("sales")),
        Line(
            number: "0800500200", queue: QueueID("support"), vipQueue: QueueID("vip"),
            vipList: NumberList([vip])),
        Line(number: "300", queue: QueueID("sales"), hangUp: 486),
        Line(number: "400", queue: QueueID("closed")),
    ]

    /// Anna talks with a customer, and nobody else is there.
    ///
    /// - Returns: her leg, whose stream is the second.
    private func conversation(
        from number: String = "0671234567", ports: UInt64 = 1_000
    ) async throws -> (House, LegID) {
        let (house, leg) = try await ringing(from: number, ports: ports)
        await house.switchboard.receive(.answered(leg, House.remote))
        return (house, leg)
    }

    /// Anna's phone rings for a customer.
    private func ringing(from number: String = "0671234567", ports: UInt64 = 1_000) async throws -> (House, LegID) {
        let house = await House(policy: Self.policy, lines: Self.lines, ports: ports)
        await house.switchboard.receive(.registered(user: "anna"))
        try await house.call(1, from: number, to: "100")
        await house.switchboard.receive(.established(Self.caller, House.remote))
        return (house, try #require(house.invites.first).0)
    }

    private func refer(_ house: House, _ leg: LegID, to dialled: String, at host: String = "pbx.example.com") async {
        await house.switchboard.receive(.transferRequested(leg, .number(user: dialled, host: host)))
    }

    private func reroutes(_ house: House) -> [Destination] {
        house.events.compactMap { if case .rerouted(_, let destination) = $0 { destination } else { nil } }
    }

    // MARK: - REFER

    @Test(arguments: ["pbx.example.com", "192.0.2.1", ""])
    func transferIsAcceptedAndReportedBeforeThePhoneIsHungUpAndTheColleagueRings(host: String) async throws {
        let (house, anna) = try await conversation()
        await house.switchboard.receive(.registered(user: "boris"))
        let before = house.signaling.commands.count
        await refer(house, anna, to: "boris", at: host)
        let commands = Array(house.signaling.commands.dropFirst(before))
        #expect(
            commands.prefix(3) == [.acceptTransfer(anna), .reportTransfer(anna, status: 200), .hangUp(anna)])
        #expect(commands.count == 4)
        let ring = try #require(house.invites.last)
        #expect(ring.1.target == .user("boris"))
        #expect(ring.1.callerNumber == "+380671234567")
        #expect(house.media.commands.contains(.hear(Self.callerStream, .sound(SoundName("hold")))))

        await house.switchboard.receive(.ended(anna, LegEnd(.byUs)))
        await house.switchboard.receive(.answered(ring.0, House.remote))
        #expect(house.media.commands.contains(.hear(Self.callerStream, .party(StreamID(rawValue: 3)))))
        #expect(!house.signaling.commands.contains(.hangUp(Self.caller)))
    }

    @Test(arguments: ["0800500200", "+380800500200", "support"])
    func queueIsDialledByTheNumberOfItsLineOrByItsName(dialled: String) async throws {
        let (house, anna) = try await conversation()
        await refer(house, anna, to: dialled)
        #expect(reroutes(house) == [.queue(QueueID("support"))])
        #expect(house.signaling.commands.last == .hangUp(anna))
    }

    @Test func listedCustomerIsTransferredToTheVIPQueueOfTheLine() async throws {
        let (house, anna) = try await conversation(from: Self.vip.text)
        await refer(house, anna, to: "0800500200")
        #expect(reroutes(house) == [.queue(QueueID("vip"))])
    }

    @Test(arguments: [
        ("nobody", 404), ("", 404),
        // Outside, and inside where nobody is.
        ("0675554433", 603), ("105", 603),
        // A line that only hangs up.
        ("300", 603),
        // Herself, and a queue that takes nobody in while it is empty.
        ("anna", 480), ("400", 480),
    ])
    func transferThatLeadsNowhereIsRefusedAndTheConversationGoesOn(dialled: String, status: Int) async throws {
        let (house, anna) = try await conversation()
        let before = house.signaling.commands.count
        await refer(house, anna, to: dialled)
        #expect(house.signaling.commands.dropFirst(before) == [.refuseTransfer(anna, status: status)])
        let calls = await house.router.snapshot().calls
        #expect(calls.map(\.state) == [.talking(OperatorID("anna"))])
    }

    @Test func transferAfterConsultationIsRefused() async throws {
        let (house, anna) = try await conversation()
        await house.switchboard.receive(.transferRequested(anna, .call(LegID(rawValue: 77))))
        #expect(house.signaling.commands.last == .refuseTransfer(anna, status: 603))
        #expect(!house.signaling.commands.contains(.hangUp(anna)))
    }

    @Test func onlyOperatorsWhoTalkMayTransfer() async throws {
        let (house, anna) = try await ringing()
        await refer(house, Self.caller, to: "boris")
        await refer(house, anna, to: "boris")
        await refer(house, LegID(rawValue: 77), to: "boris")
        #expect(
            house.signaling.commands.suffix(3)
                == [Self.caller, anna, LegID(rawValue: 77)].map { .refuseTransfer($0, status: 603) })
        #expect(reroutes(house).isEmpty)
    }

    @Test func operatorWhoHasGivenTheCustomerAwayCannotSendThemOnceMore() async throws {
        let (house, anna) = try await conversation()
        await refer(house, anna, to: "support")
        await refer(house, anna, to: "boris")
        #expect(house.signaling.commands.last == .refuseTransfer(anna, status: 603))
        #expect(reroutes(house) == [.queue(QueueID("support"))])
    }

    // MARK: - Replaces, by the same party

    private func replace(
        _ old: LegID, by leg: LegID = LegID(rawValue: 50), from source: IncomingCall.Source, _ house: House
    ) async {
        await house.switchboard.receive(
            .incoming(
                IncomingCall(
                    leg: leg, source: source, dialled: "burdock", number: nil, name: nil, sipCallID: "other",
                    replaces: old)))
    }

    private let new = LegID(rawValue: 50)

    private func accepted(_ port: UInt16) -> SignalingCommand {
        .accept(new, media: LocalMedia(port: port, codecs: [.pcma, .pcmu]))
    }

    @Test func operatorsOtherPhoneTakesTheConversationOverWithItsStream() async throws {
        let (house, anna) = try await conversation()
        let hearing = house.media.commands.count
        await replace(anna, from: .user("anna"), house)
        #expect(house.signaling.commands.last == accepted(10_004), "the stream of her first phone")
        await house.switchboard.receive(.established(new, Self.elsewhere))
        #expect(house.signaling.commands.last == .hangUp(anna))
        await house.switchboard.receive(.ended(anna, LegEnd(.byUs)))
        let commands = house.media.commands.dropFirst(hearing)
        #expect(commands.count == 1, "nothing is heard otherwise, and the stream is not closed")
        guard case .connect(StreamID(rawValue: 2), let remote)? = commands.first else {
            Issue.record("not connected: \(commands)")
            return
        }
        #expect(remote.address == "192.0.2.9")

        await house.switchboard.receive(.ended(new, LegEnd(.peerHungUp)))
        #expect(house.signaling.commands.last == .hangUp(Self.caller))
        #expect(house.media.commands.contains(.close(StreamID(rawValue: 2))))
    }

    @Test func phoneThatHeldTheCustomerIsReplacedByOneThatDoesNot() async throws {
        let (house, anna) = try await conversation()
        var held = House.remote
        held.direction = .sendOnly
        await house.switchboard.receive(.modified(anna, held))
        await replace(anna, from: .user("anna"), house)
        await house.switchboard.receive(.established(new, Self.elsewhere))
        #expect(house.events.last == .heldByPhone(OperatorID("anna"), false))
    }

    @Test func ringingPhoneIsPickedUpByTheOperatorsOtherPhone() async throws {
        let (house, anna) = try await ringing()
        await replace(anna, from: .user("anna"), house)
        #expect(!house.events.contains { if case .ringAnswered = $0 { true } else { false } })
        await house.switchboard.receive(.established(new, Self.elsewhere))
        #expect(house.signaling.commands.contains(.hangUp(anna)))
        #expect(house.events.contains { if case .ringAnswered = $0 { true } else { false } })
        #expect(house.media.commands.contains(.hear(Self.callerStream, .party(StreamID(rawValue: 2)))))
        // The CANCEL is confirmed, or an answer crosses it: neither is the conversation's.
        let events = house.events.count
        await house.switchboard.receive(.answered(anna, House.remote))
        await house.switchboard.receive(.ended(anna, LegEnd(.byUs)))
        #expect(house.events.count == events)
    }

    @Test func customersNetworkMayMoveTheirLeg() async throws {
        let (house, _) = try await conversation()
        await replace(Self.caller, from: .trunk("carrier"), house)
        #expect(house.signaling.commands.last == accepted(10_002))
        await house.switchboard.receive(.established(new, Self.elsewhere))
        #expect(house.signaling.commands.last == .hangUp(Self.caller))
        await house.switchboard.receive(.ended(Self.caller, LegEnd(.byUs)))
        #expect(!house.events.contains { if case .callerLeft = $0 { true } else { false } })
        await house.switchboard.receive(.ended(new, LegEnd(.peerHungUp)))
        #expect(house.events.contains { if case .callerLeft = $0 { true } else { false } })
    }

    @Test func legThatDoesNotComeUpReplacesNothing() async throws {
        let (house, anna) = try await conversation()
        await replace(anna, from: .user("anna"), house)
        let events = house.events.count
        await house.switchboard.receive(.ended(new, LegEnd(.failed, status: 488)))
        #expect(house.events.count == events)
        #expect(!house.signaling.commands.contains(.hangUp(anna)))
        #expect(!house.media.commands.contains { if case .close = $0 { true } else { false } })
        await house.switchboard.receive(.ended(anna, LegEnd(.peerHungUp)))
        #expect(house.signaling.commands.last == .hangUp(Self.caller))
    }

    @Test func legThatIsOverBeforeItsSuccessorIsUpTakesItAlong() async throws {
        let (house, anna) = try await conversation()
        await replace(anna, from: .user("anna"), house)
        await house.switchboard.receive(.ended(Self.caller, LegEnd(.peerHungUp)))
        #expect(house.signaling.commands.last == .hangUp(anna))
        await house.switchboard.receive(.established(new, Self.elsewhere))
        #expect(house.signaling.commands.last == .hangUp(new))

        let (other, boris) = try await conversation()
        await replace(boris, from: .user("anna"), other)
        await other.switchboard.receive(.ended(boris, LegEnd(.peerHungUp)))
        await other.switchboard.receive(.established(new, Self.elsewhere))
        #expect(other.signaling.commands.last == .hangUp(new))
    }

    // MARK: - Replaces, by a colleague

    @Test func colleagueWhomTheOperatorSentTheDialogTakesTheCustomerOver() async throws {
        let (house, anna) = try await conversation()
        await house.switchboard.receive(.registered(user: "boris"))
        await replace(anna, from: .user("boris"), house)
        #expect(house.signaling.commands.last == accepted(10_006), "a stream of his own")
        #expect(!house.signaling.commands.contains(.hangUp(anna)), "not before his leg is up")
        await house.switchboard.receive(.established(new, Self.elsewhere))
        #expect(house.signaling.commands.last == .hangUp(anna))
        #expect(house.events.contains { if case .handedOver(_, OperatorID("boris")) = $0 { true } else { false } })
        #expect(house.media.commands.contains(.hear(Self.callerStream, .party(StreamID(rawValue: 3)))))
        #expect(house.media.commands.contains(.hear(StreamID(rawValue: 3), .party(Self.callerStream))))
        await house.switchboard.receive(.ended(anna, LegEnd(.byUs)))
        let calls = await house.router.snapshot().calls
        #expect(calls.map(\.state) == [.talking(OperatorID("boris"))])

        await house.switchboard.receive(.ended(new, LegEnd(.peerHungUp)))
        #expect(house.signaling.commands.last == .hangUp(Self.caller))
        #expect(await house.router.checkInvariants().isEmpty)
    }

    @Test func colleagueWhoIsCalledMeanwhileLeavesTheCustomerWhereTheyAre() async throws {
        let (house, anna) = try await conversation()
        await house.switchboard.receive(.registered(user: "boris"))
        await replace(anna, from: .user("boris"), house)
        try await house.call(2, from: "0671234568", to: "100")
        #expect(house.invites.last?.1.target == .user("boris"))
        await house.switchboard.receive(.established(new, Self.elsewhere))
        #expect(house.signaling.commands.last == .hangUp(new))
        #expect(!house.signaling.commands.contains(.hangUp(anna)))
        await house.switchboard.receive(.ended(new, LegEnd(.byUs)))
        #expect(house.media.commands.last == .close(StreamID(rawValue: 3)))
    }

    @Test func colleagueWhosePhoneRingsIsBusy() async throws {
        let (house, anna) = try await conversation()
        await house.switchboard.receive(.registered(user: "boris"))
        try await house.call(2, from: "0671234568", to: "100")
        await replace(anna, from: .user("boris"), house)
        #expect(house.signaling.commands.last == .reject(new, status: 486))
    }

    @Test func withoutAPortForTheColleagueTheCustomerStaysWhereTheyAre() async throws {
        let (house, anna) = try await conversation(ports: 2)
        await replace(anna, from: .user("boris"), house)
        #expect(house.signaling.commands.last == .reject(new, status: 503))
    }

    @Test(arguments: [IncomingCall.Source.user("stranger"), .trunk("carrier"), .trunk("anna")])
    func nobodyElseTakesAnOperatorsPlace(source: IncomingCall.Source) async throws {
        let (house, anna) = try await conversation()
        await replace(anna, from: source, house)
        #expect(house.signaling.commands.last == .reject(new, status: 403))
    }

    @Test func nobodyPicksUpACallThatRingsForAColleague() async throws {
        let (house, anna) = try await ringing()
        await replace(anna, from: .user("boris"), house)
        #expect(house.signaling.commands.last == .reject(new, status: 403))
    }

    @Test(arguments: [IncomingCall.Source.user("boris"), .trunk("another")])
    func nobodyElseTakesACustomersPlace(source: IncomingCall.Source) async throws {
        let (house, _) = try await conversation()
        await replace(Self.caller, from: source, house)
        #expect(house.signaling.commands.last == .reject(new, status: 403))
    }

    @Test func legThatIsOverOrEndingCannotBeReplaced() async throws {
        let (house, anna) = try await conversation()
        await replace(LegID(rawValue: 77), from: .user("anna"), house)
        #expect(house.signaling.commands.last == .reject(new, status: 481))
        await house.switchboard.receive(.ended(Self.caller, LegEnd(.peerHungUp)))
        #expect(house.signaling.commands.last == .hangUp(anna))
        await replace(anna, from: .user("anna"), house)
        #expect(house.signaling.commands.last == .reject(new, status: 481))
    }

    @Test func keysPressedBeforeALegHasItsPlaceGoNowhere() async throws {
        let (house, anna) = try await conversation()
        await replace(anna, from: .user("anna"), house)
        let events = house.events.count
        await house.switchboard.receive(.keyPressed(new, "1"))
        #expect(house.events.count == events)
    }
}
