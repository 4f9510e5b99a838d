import Routing

/// The part of the checker's books that is about tasks: claims before dials, one dial for each number, one open task
/// for each customer and dialer, one end for each attempt.
struct TaskChecker {
    private struct Claim: Hashable {
        let task: TaskID
        let attempt: Int
    }

    private struct Customer: Hashable {
        let number: CustomerNumber
        let dialer: DialerID
    }

    /// Reminders that were asked for.
    private(set) var reminders: Set<CallID> = []
    /// Calls for which a customer was ever dialled.
    private(set) var dialled: Set<CallID> = []
    private var answered: Set<CallID> = []
    private var recorded: Set<CallID> = []

    /// Claims without an answer, and attempts without an end.
    private var claims: Set<Claim> = []
    private var attempts: Set<Claim> = []
    private var claimed: [CallID: Claim] = [:]
    /// Numbers that are dialled or talked with for a task, and numbers of inbound calls.
    private var dialling: [CustomerNumber: CallID] = [:]
    private var inbound: [CallID: CustomerNumber] = [:]
    private var open: [TaskID: Customer] = [:]
    private var paused: Set<DialerID> = []

    func isClaimed(_ call: CallID) -> Bool { claimed[call] != nil }

    /// A dialled customer who never was there: the first row of that call.
    mutating func isUnanswered(_ call: CallID) -> Bool {
        dialled.contains(call) && !answered.contains(call) && recorded.insert(call).inserted
    }

    mutating func take(_ event: RoutingEvent) {
        switch event {
        case .callArrived(let arrival): inbound[arrival.call] = arrival.number
        case .callerLeft(let call, _): forget(call)
        case .claimed(let task, let attempt, let call):
            let claim = Claim(task: task, attempt: attempt)
            guard claims.remove(claim) != nil else { return }
            claimed[call] = claim
        case .claimRefused(let task, let attempt):
            let claim = Claim(task: task, attempt: attempt)
            if claims.remove(claim) != nil { attempts.remove(claim) }
        case .dialAnswered(let call): answered.insert(call)
        case .dialEnded(let call, _): forget(call)
        case .reminderWanted(_, let call): reminders.insert(call)
        default: break
        }
    }

    mutating func take(_ action: Action) -> [String] {
        var problems: [String] = []
        func expect(_ isTrue: Bool, _ problem: @autoclosure () -> String) {
            if !isTrue { problems.append(problem()) }
        }
        switch action {
        case .claim(let task, let attempt, _):
            let claim = Claim(task: task, attempt: attempt)
            expect(open[task] != nil, "claims \(task), which is not open")
            if let dialer = open[task]?.dialer { expect(!paused.contains(dialer), "claims \(task) during a pause") }
            expect(!attempts.contains { $0.task == task }, "claims \(task), which is attempted")
            claims.insert(claim)
            attempts.insert(claim)
        case .dial(let call, let number, _, _):
            expect(isClaimed(call), "dials \(call), which is not claimed")
            expect(dialling[number] == nil, "dials \(number) a second time")
            expect(!inbound.values.contains(number), "dials \(number), who calls in")
            expect(dialled.insert(call).inserted, "dials for \(call) a second time")
            dialling[number] = call
        case .refuse(let call, _), .hangUp(.caller(let call)): forget(call)
        case .record(let fact): problems += take(fact)
        default: break
        }
        return problems
    }

    private mutating func take(_ fact: Fact) -> [String] {
        switch fact {
        case .dialerWished(let dialer, .paused):
            paused.insert(dialer)
            return []
        case .dialerWished(let dialer, .running):
            return paused.remove(dialer) == nil ? ["lets \(dialer) go on, which is not paused"] : []
        case .taskOpened(let record):
            let customer = Customer(number: record.number, dialer: record.dialer)
            let isFirst = !open.values.contains(customer)
            open[record.id] = customer
            return isFirst ? [] : ["opens \(record.id), though \(customer) has an open task"]
        case .taskUpdated(let record):
            let customer = Customer(number: record.number, dialer: record.dialer)
            let isFirst = !open.contains { $0.key != record.id && $0.value == customer }
            let isKnown = open[record.id] != nil
            open[record.id] = customer
            return isFirst && isKnown ? [] : ["updates \(record.id), which is closed or has a twin"]
        case .taskClosed(let task, _):
            return open.removeValue(forKey: task) == nil ? ["closes \(task), which is not open"] : []
        case .attemptEnded(let record):
            let claim = Claim(task: record.task, attempt: record.attempt)
            if let call = record.call { claimed[call] = nil }
            return attempts.remove(claim) == nil ? ["ends attempt \(claim) twice, or without its claim"] : []
        case .callEnded(let record):
            if record.arrival.direction == .inbound { inbound[record.arrival.call] = nil }
            return []
        default:
            return []
        }
    }

    private mutating func forget(_ call: CallID) {
        inbound[call] = nil
        dialling = dialling.filter { $0.value != call }
    }

    func unfinished() -> [String] {
        var left: [String] = []
        if !claims.isEmpty { left.append("claims without answer: \(claims)") }
        if !attempts.isEmpty { left.append("attempts without end: \(attempts)") }
        if !dialling.isEmpty { left.append("numbers in a dial: \(dialling)") }
        if !open.isEmpty { left.append("open tasks: \(open)") }
        return left
    }
}
