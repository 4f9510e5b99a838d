import Routing
import Testing

@testable import Storage

@Suite struct TaskCardTests {
    private static let dialer = DialerID("callbacks")
    private static let number = CustomerNumber("+380671234567")

    private func card(_ name: String?, _ fields: (String, String)...) throws -> TaskCard {
        try TaskCard(name: name, fields: fields.map { TaskCard.Field($0.0, $0.1) })
    }

    @Test func aCardComesBackAsItWasWritten() async throws {
        let store = try TemporaryStore().store
        let card = try card("Оксана \"О'Ніл\"", ("місто", "Київ\nцентр"), ("a", ""), ("Z", "[\"]"))
        store.note(.taskOpened(task(1)))
        store.write(.taskCarded(card, of: Self.number, in: Self.dialer))
        try await store.flush()
        #expect(try await store.card(of: TaskID(rawValue: 1)) == card)
        #expect(try await store.card(of: TaskID(rawValue: 2)) == nil)
    }

    @Test func aNewerCardTakesItsPlaceAndARequestWithoutOneLeavesIt() async throws {
        let store = try TemporaryStore().store
        let (first, second) = (try card("Oksana", ("city", "Kyiv")), try card(nil, ("city", "Lviv")))
        store.note(.taskOpened(task(1)))
        store.write(.taskCarded(first, of: Self.number, in: Self.dialer))
        store.note(.taskUpdated(task(1)))
        try await store.flush()
        #expect(try await store.card(of: TaskID(rawValue: 1)) == first)
        store.write(.taskCarded(second, of: Self.number, in: Self.dialer))
        try await store.flush()
        #expect(try await store.card(of: TaskID(rawValue: 1)) == second)
    }

    @Test func onlyTheOpenTaskOfThatCustomerAndDialerGetsIt() async throws {
        let store = try TemporaryStore().store
        store.note(.taskOpened(task(1)))
        store.note(.taskClosed(TaskID(rawValue: 1), .cancelled))
        store.note(.taskOpened(task(2) { $0.dialer = DialerID("other") }))
        store.note(.taskOpened(task(3, number: "+380501111122")))
        store.write(.taskCarded(try card("Oksana"), of: Self.number, in: Self.dialer))
        try await store.flush()
        #expect(try store.inspect("SELECT count(*) FROM task_cards") == ["0"])
        store.note(.taskOpened(task(4)))
        store.write(.taskCarded(try card("Oksana"), of: Self.number, in: Self.dialer))
        try await store.flush()
        #expect(try store.inspect("SELECT task FROM task_cards") == ["4"])
    }

    @Test func whatIsTooMuchIsNoCard() throws {
        func fault(_ name: String?, _ fields: [TaskCard.Field] = []) -> TaskCard.Fault? {
            do {
                _ = try TaskCard(name: name, fields: fields)
                return nil
            } catch {
                return error
            }
        }
        let long = { String(repeating: "є", count: $0) }
        #expect(fault(long(200)) == nil)
        #expect(fault(long(201)) == .nameTooLong)
        #expect(fault(nil, (0..<50).map { .init("\($0)", "") }) == nil)
        #expect(fault(nil, (0..<51).map { .init("\($0)", "") }) == .tooManyFields)
        #expect(fault(nil, [.init(long(100), long(2_000))]) == nil)
        #expect(fault(nil, [.init(long(101), "")]) == .fieldNameTooLong(long(101)))
        #expect(fault(nil, [.init("a", long(2_001))]) == .valueTooLong(field: "a"))
        #expect(fault(nil, [.init("", "x")]) == .fieldWithoutName)
        #expect(fault(nil, [.init("a", "x"), .init("a", "y")]) == .sameFieldTwice("a"))
    }
}
