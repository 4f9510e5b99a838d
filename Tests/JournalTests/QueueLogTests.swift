import Journal
import Routing
import TestKit
import Testing

/// What happened to calls, as the lines of Asterisk's `queue_log` tell it: the whole text of small stories.
struct QueueLogTests {
    static let origin = WallTime(milliseconds: 1_800_000_000_000)

    /// Everything from the tenth second on, when all operators are ready.
    private func log(_ scene: Scene, from first: Int = 10) -> String {
        var log = QueueLog()
        return scene.steps.map { JournalStep(at: $0.at, event: $0.event, decisions: $0.decisions) }
            .flatMap { log.lines(of: $0, origin: Self.origin) }
            .filter { $0.at >= Self.origin.adding(milliseconds: Int64(first) * 1_000) }
            .map(\.description).joined(separator: "\n")
    }

    // MARK: - Conversations

    @Test func callThatTheCustomerEndsIsCompletedByTheCaller() {
        let scene = Scene("anna")
        let call = scene.arrive { $0.name = "Olena" }
        scene.pass(4.5)
        scene.answer("anna")
        scene.pass(60)
        scene.customerHangsUp(call)
        #expect(
            log(scene) == """
                1800000010|1|sales|NONE|DID|100
                1800000010|1|sales|NONE|ENTERQUEUE||+380441234567|1|Olena
                1800000014|1|sales|anna|CONNECT|4|ring-1|4
                1800000074|1|sales|anna|COMPLETECALLER|4|60|1
                """)
    }

    @Test func callThatTheOperatorEndsIsCompletedByTheAgent() {
        let scene = Scene("anna")
        _ = scene.talk("anna")
        scene.pass(7)
        scene.operatorHangsUp("anna")
        #expect(log(scene).hasSuffix("1800000017|1|sales|anna|COMPLETEAGENT|0|7|1"))
    }

    @Test func holdTimeIsThatInTheQueueAndRingTimeThatOfTheLastPhone() {
        let scene = Scene("anna", "ihor", "olha")
        scene.wish(.paused(reason: "lunch"), "olha")
        let call = scene.arrive()
        let first = scene.rings(for: call)[0]
        scene.pass(20)
        let second = scene.rings(for: call)[0]
        scene.pass(3)
        scene.ringFails(second, .declined)
        scene.pass(2)
        scene.wish(.ready, "olha")
        scene.pass(5)
        scene.answer("olha")
        #expect(Set([first, second]) == ["anna", "ihor"])
        let calls = log(scene).split(separator: "\n").filter { $0.contains("|1|sales|") && !$0.contains("DID") }
        #expect(
            calls == [
                "1800000010|1|sales|NONE|ENTERQUEUE||+380441234567|1",
                "1800000030|1|sales|\(first)|RINGNOANSWER|20000",
                "1800000033|1|sales|\(second)|RINGNOANSWER|3000",
                "1800000040|1|sales|olha|CONNECT|30|ring-3|5",
            ])
    }

    @Test func whoLosesTheRaceForACallHasNoLine() {
        let scene = Scene("anna", "ihor") { $0.queues[0].strategy = .ringAll }
        let call = scene.arrive()
        scene.pass(2)
        scene.answer("ihor")
        scene.customerHangsUp(call)
        let lines = log(scene).split(separator: "\n")
        #expect(lines.filter { $0.contains("RING") } == [])
        #expect(lines.contains("1800000012|1|sales|ihor|CONNECT|2|ring-2|2"))
    }

    @Test func ringOfAnOperatorWhoPausesIsCanceled() {
        let scene = Scene("anna")
        scene.arrive()
        scene.pass(2)
        scene.wish(.paused(reason: "tea"), "anna")
        #expect(log(scene).split(separator: "\n").contains("1800000012|1|sales|anna|RINGCANCELED|2000"))
    }

    @Test func withheldNumberIsAnEmptyField() {
        let scene = Scene("anna")
        scene.arrive(number: nil)
        #expect(log(scene).hasSuffix("1800000010|1|sales|NONE|ENTERQUEUE|||1"))
    }

    // MARK: - Without a conversation

    @Test func whoGivesUpWaitingLeavesTheirPositionAndTheOneTheyHadAtFirst() {
        let scene = Scene()
        let first = scene.arrive(number: "+1")
        scene.pass(1)
        let second = scene.arrive(number: "+2")
        scene.pass(5)
        scene.customerHangsUp(first)
        scene.pass(2)
        scene.customerHangsUp(second)
        #expect(
            log(scene) == """
                1800000010|1|sales|NONE|DID|100
                1800000010|1|sales|NONE|ENTERQUEUE||+1|1
                1800000011|2|sales|NONE|DID|100
                1800000011|2|sales|NONE|ENTERQUEUE||+2|2
                1800000016|1|sales|NONE|ABANDON|1|1|6
                1800000018|2|sales|NONE|ABANDON|1|2|7
                """)
    }

    @Test func whoGivesUpWhileAPhoneRingsCancelsTheRing() {
        let scene = Scene("anna")
        let call = scene.arrive()
        scene.pass(3.25)
        scene.customerHangsUp(call)
        #expect(
            log(scene).hasSuffix(
                """
                1800000013|1|sales|anna|RINGCANCELED|3250
                1800000013|1|sales|NONE|ABANDON|1|1|3
                """))
    }

    @Test func longestWaitIsATimeout() {
        let scene = Scene { $0.queues[0].maxWait = .seconds(30) }
        scene.arrive()
        scene.pass(40)
        #expect(log(scene).hasSuffix("1800000040|1|sales|NONE|EXITWITHTIMEOUT|1|1|30"))
    }

    @Test func callbackKeyIsNamed() {
        let scene = Scene { $0.queues[0].callbackKey = Key("1") }
        let call = scene.arrive()
        scene.pass(8)
        scene.send(.keyPressed(.caller(call), Key("1")!))
        #expect(log(scene).hasSuffix("1800000018|1|sales|NONE|EXITWITHKEY|1|1|1|8"))
    }

    @Test func queueThatIsLeftWhenEmptySaysSo() {
        let scene = Scene("anna") { $0.queues[0].leaveWhenEmpty = true }
        scene.wish(.paused(reason: "tea"), "anna")
        scene.arrive()
        scene.pass(6)
        scene.wish(.off, "anna")
        let exit = "1800000016|1|sales|NONE|EXITEMPTY|1|1|6"
        #expect(log(scene).split(separator: "\n").contains { $0 == exit })
    }

    @Test func callWithoutACodecInCommonIsIncompatible() {
        let scene = Scene()
        let call = scene.arrive()
        scene.send(.callerLeft(call, HangupCause(.failed, status: 488)))
        #expect(log(scene).hasSuffix("1800000010|1|sales|NONE|SYSCOMPAT|"))
    }

    @Test func refusedCallHasNoLine() {
        let scene = Scene()
        scene.arrive { $0.blackListed = true }
        #expect(log(scene).isEmpty)
    }

    // MARK: - Transfers

    @Test func transferToAQueueEndsOneStayAndBeginsAnother() {
        let scene = Scene("anna") { $0.queues.append(QueuePolicy(id: "service")) }
        let call = scene.talk("anna")
        scene.pass(9)
        scene.send(.rerouted(call, to: .queue("service")))
        scene.pass(4)
        scene.customerHangsUp(call)
        #expect(
            log(scene).hasSuffix(
                """
                1800000010|1|sales|anna|CONNECT|0|ring-1|0
                1800000019|1|sales|anna|BLINDTRANSFER|service|queue|0|9|1
                1800000019|1|service|NONE|ENTERQUEUE||+380441234567|1
                1800000023|1|service|NONE|ABANDON|1|1|4
                """))
    }

    @Test func transferToAColleagueWaitsInTheirQueue() {
        let scene = Scene("anna", "ihor")
        let call = scene.talk("anna")
        scene.pass(9)
        scene.send(.rerouted(call, to: .operator("ihor")))
        scene.pass(2)
        scene.answer("ihor")
        scene.pass(30)
        scene.customerHangsUp(call)
        #expect(
            log(scene).hasSuffix(
                """
                1800000019|1|sales|anna|BLINDTRANSFER|ihor|operator|0|9|1
                1800000019|1|sales|NONE|ENTERQUEUE||+380441234567|1
                1800000021|1|sales|ihor|CONNECT|2|ring-2|2
                1800000051|1|sales|ihor|COMPLETECALLER|2|30|1
                """))
    }

    @Test func transferAfterConsultationIsTheLastLine() {
        let scene = Scene("anna", "ihor")
        let call = scene.talk("anna")
        scene.pass(12)
        scene.send(.handedOver(call, to: "ihor"))
        scene.pass(30)
        scene.customerHangsUp(call)
        #expect(log(scene).hasSuffix("1800000022|1|sales|anna|ATTENDEDTRANSFER|BRIDGE|ring-2|0|12|1"))
    }

    @Test func waitingCallThatIsSentElsewhereIsWithdrawn() {
        let scene = Scene()
        let call = scene.arrive()
        scene.pass(5)
        scene.send(.rerouted(call, to: .queue("vip")))
        #expect(
            log(scene).hasSuffix(
                """
                1800000015|1|sales|NONE|WITHDRAW|1|1|5|rerouted
                1800000015|1|vip|NONE|ENTERQUEUE||+380441234567|1
                """))
    }

    // MARK: - VIP

    /// anna talks for a minute, and a VIP interrupts.
    private func interrupted() -> (scene: Scene, customer: CallID, vip: CallID) {
        let scene = Scene("anna")
        let customer = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip", number: "+7")
        scene.pass(2)
        scene.soundEnds(.operator("anna"))
        scene.pass(5)
        return (scene, customer, vip)
    }

    private static let interruption = """
        1800000070|2|vip|NONE|DID|100
        1800000070|2|vip|NONE|ENTERQUEUE||+7|1
        1800000077|1|sales|anna|CALLERONHOLD|
        1800000077|2|vip|anna|CONNECT|7|ring-1|0
        """

    @Test func customerIsHeldForAVIPAndTakenBack() {
        let (scene, customer, vip) = interrupted()
        scene.pass(20)
        scene.customerHangsUp(vip)
        scene.pass(3)
        scene.customerHangsUp(customer)
        #expect(
            log(scene).hasSuffix(
                """
                \(Self.interruption)
                1800000097|2|vip|anna|COMPLETECALLER|7|20|1
                1800000097|1|sales|anna|CALLEROFFHOLD|
                1800000100|1|sales|anna|COMPLETECALLER|0|90|1
                """))
    }

    @Test func heldCustomerWhoLeavesHasEndedTheirConversation() {
        let (scene, customer, _) = interrupted()
        scene.pass(20)
        scene.customerHangsUp(customer)
        #expect(
            log(scene).hasSuffix("\(Self.interruption)\n1800000097|1|sales|anna|COMPLETECALLER|0|87|1"))
    }

    @Test func operatorWhoHangsUpOnTheVIPIsRungForTheHeldCustomer() {
        let (scene, _, _) = interrupted()
        scene.pass(20)
        scene.operatorHangsUp("anna")
        scene.pass(3)
        scene.answer("anna")
        #expect(
            log(scene).hasSuffix(
                """
                1800000097|2|vip|anna|COMPLETEAGENT|7|20|1
                1800000100|1|sales|anna|CALLEROFFHOLD|
                """))
    }

    @Test func operatorWhoDoesNotComeBackToTheHeldCustomerHasLeftThemToTheQueue() {
        let (scene, customer, _) = interrupted()
        scene.pass(20)
        scene.operatorHangsUp("anna")
        scene.pass(20)
        scene.pass(1)
        scene.customerHangsUp(customer)
        #expect(
            log(scene).hasSuffix(
                """
                1800000117|1|sales|anna|RINGNOANSWER|20000
                1800000117|1|sales|anna|COMPLETEAGENT|0|107|1
                1800000117|1|sales|NONE|ENTERQUEUE||+380441234567|1
                1800000118|1|sales|NONE|ABANDON|1|1|1
                """))
    }

    @Test func heldCustomerComesBackToTheQueueBeforeAllOthers() {
        let (scene, customer, _) = interrupted()
        let other = scene.arrive(number: "+3")
        scene.operatorHangsUp("anna")
        scene.pass(20)
        scene.customerHangsUp(other)
        scene.customerHangsUp(customer)
        #expect(
            log(scene).hasSuffix(
                """
                1800000097|1|sales|NONE|ENTERQUEUE||+380441234567|1
                1800000097|3|sales|anna|RINGCANCELED|0
                1800000097|3|sales|NONE|ABANDON|2|1|20
                1800000097|1|sales|NONE|ABANDON|1|1|0
                """))
    }

    @Test func customerWhoIsHeldTooLongWaitsAgain() {
        let (scene, _, vip) = interrupted()
        scene.pass(600)
        scene.pass(10)
        scene.customerHangsUp(vip)
        #expect(
            log(scene).hasSuffix(
                """
                \(Self.interruption)
                1800000677|1|sales|anna|COMPLETEAGENT|0|667|1
                1800000677|1|sales|NONE|ENTERQUEUE||+380441234567|1
                1800000687|2|vip|anna|COMPLETECALLER|7|610|1
                1800000687|1|sales|anna|CONNECT|10|ring-1|0
                """))
    }

    @Test func phoneThatHoldsTheCustomerIsAHoldToo() {
        let scene = Scene("anna")
        _ = scene.talk("anna")
        scene.send(.heldByPhone("anna", true))
        scene.pass(3)
        scene.send(.heldByPhone("anna", false))
        #expect(
            log(scene).hasSuffix(
                "1800000010|1|sales|anna|CALLERONHOLD|\n1800000013|1|sales|anna|CALLEROFFHOLD|"))
    }

    // MARK: - Tasks

    @Test func callToACustomerIsAnOutCall() {
        let scene = Scene.withDialer("anna")
        scene.request("+5")
        let call = scene.dial("anna")!
        scene.pass(6)
        scene.customerAnswers()
        scene.pass(30)
        scene.customerHangsUp(call)
        #expect(log(scene) == "1800000046|\(call)|sales|anna|OUTCALL|ANSWER|30|36|+5")
    }

    @Test func customerWhoIsNotReachedIsAnOutCallWithoutTalk() {
        let scene = Scene.withDialer("anna")
        scene.request("+5")
        let call = scene.dial("anna")!
        scene.pass(6)
        scene.dialFails(.busy, status: 486)
        #expect(log(scene) == "1800000016|\(call)|sales|anna|OUTCALL|BUSY|0|6|+5")
    }

    // MARK: - Scenarios

    @Test func callIsInTheQueueToWhichItsScenarioSendsIt() {
        let scene = Scene { $0.queues.append(QueuePolicy(id: "service")) }
        let menu = Question(
            "menu", answers: [.init(Key("2")!, [.check("crm"), .route(.queue("service"))])],
            otherwise: [.route(.queue("vip"))])
        let chooses = scene.arrive(number: "+1") { $0.script = [.play("hello"), .ask(menu)] }
        scene.soundEnds(.caller(chooses))
        scene.send(.keyPressed(.caller(chooses), Key("2")!))
        scene.send(.consulted(chooses, []))
        let silent = scene.arrive(number: "+2") { $0.script = [.ask(menu)] }
        for _ in 0...2 {
            scene.soundEnds(.caller(silent))
            scene.pass(5)
        }
        let entered = log(scene).split(separator: "\n").filter { $0.contains("ENTERQUEUE") }
        #expect(
            entered == [
                "1800000010|1|service|NONE|ENTERQUEUE||+1|1", "1800000025|2|vip|NONE|ENTERQUEUE||+2|1",
            ])
    }
}
