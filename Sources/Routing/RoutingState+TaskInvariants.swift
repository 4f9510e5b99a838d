// What must hold of tasks between any two events, and how people see them.

extension RoutingState {
    func checkTasks(_ expect: Expectation) {
        let everyTask = tasks.unordered.sorted { $0.id < $1.id }
        for task in everyTask { check(task, expect) }
        expect(listedTasks == everyTask.filter(\.isListed).count, "tasks in line are counted wrongly")
        checkNumbers(everyTask, expect)
        let prepared = everyTask.compactMap { task -> OperatorID? in
            guard case .attempt(let attempt) = task.state, attempt.isBeforeDial else { return nil }
            return attempt.operator
        }
        expect(prepared.sorted() == preparing.sorted(), "\(preparing) prepare tasks, or rather \(prepared)")
        for name in preparing {
            guard let (call, _) = chooseCall(for: name) else { continue }
            expect(isYielding(to: call), "\(name) is reserved for a task, and call \(call) could have them")
        }
    }

    /// A phone that rings for a task has been stopped so that this call can have an operator.
    private func isYielding(to call: CallID) -> Bool { yields.values.contains(call) }

    private func check(_ task: CallTask, _ expect: Expectation) {
        let (id, number) = (task.id, task.number)
        expect(tasksOf[number].contains(id), "task \(id) is not known by its number")
        let isOpen = dialers[task.dialer]?.isOpen == true
        switch task.state {
        case .waiting(let waiting):
            expect(task.isListed == (numbersInUse[number] == nil), "task \(id) is in line: \(task.isListed)")
            expect(isOpen, "task \(id) waits in a dialer that is gone")
            expect(linesHold(task, waiting), "task \(id) is in the wrong lines")
            if task.isListed, !isDraining, task.mayBeDialled(at: now), isRunning(task.dialer),
                let (name, _) = chooseOperator(for: task)
            {
                expect(false, "task \(id) waits and \(name) is ready for it")
            }
        case .attempt(let attempt):
            check(task, attempt, expect)
            expect(!task.isListed && numbersInUse[number] != nil, "task \(id) is attempted and could be found")
        case .withdrawn:
            expect(!task.isListed && numbersInUse[number] != nil, "task \(id) is withdrawn and could be found")
        case .scheduled, .findingWindow:
            expect(!task.isListed && isOpen, "task \(id) is not due and in line, or its dialer is gone")
        case .parked:
            expect(!task.isListed && !isOpen, "task \(id) is parked and need not be")
        }
    }

    private func check(_ task: CallTask, _ attempt: Attempt, _ expect: Expectation) {
        let name = attempt.operator
        let state = operators[name]?.state
        if let call = attempt.call { expect(attemptTasks[call] == task.id, "call \(call) does not know its task") }
        switch attempt.step {
        case .claiming, .previewing:
            guard case .reserved(task.id, _) = state else {
                expect(false, "\(name) is not reserved for task \(task.id)")
                return
            }
        case .ringing(let id):
            guard case .ringing(let ring, _) = state, ring.id == id else {
                expect(false, "\(name) does not ring for task \(task.id)")
                return
            }
        case .dialling, .talking:
            expect(attempt.call.map { calls[$0] != nil } == true, "task \(task.id) is dialled without a call")
        }
    }

    private func linesHold(_ task: CallTask, _ waiting: TaskWait) -> Bool {
        let entry = TaskLine.Entry(place: task.place, id: task.id)
        let dialer = dialers[task.dialer]
        let own = task.responsible
        let isOwed = own.map { (dialer?.owned[$0]?.entries.contains(entry) ?? false) == task.isListed } ?? true
        if waiting.isLead, own != nil { return isOwed }
        switch waiting.stage {
        case .own: return isOwed
        case .group:
            let line = task.group.flatMap { dialer?.grouped[$0] }
            return isOwed && (line?.entries.contains(entry) ?? false) == task.isListed
        case .anyone: return isOwed && dialer?.open.entries.contains(entry) == task.isListed
        }
    }

    /// Never two dials to one number, and no number that is in use for nothing.
    private func checkNumbers(_ everyTask: [CallTask], _ expect: Expectation) {
        var uses: [CustomerNumber: Int] = [:]
        for call in calls.unordered where call.isInbound {
            if let number = call.arrival.number { uses[number, default: 0] += 1 }
        }
        for task in everyTask where task.attempt != nil {
            let number = task.number
            uses[number, default: 0] += 1
            let dialled = everyTask.filter { $0.record.number == number && $0.attempt != nil }
            expect(dialled.count == 1, "\(number) is attempted by \(dialled.map(\.id))")
        }
        expect(uses == numbersInUse, "numbers in use are counted wrongly")
        expect(tasksOf.all.reduce(0) { $0 + $1.count } == everyTask.count, "a number knows a task that is closed")
        for ids in tasksOf.all {
            let dialers = ids.compactMap { tasks[$0]?.dialer }
            expect(Set(dialers).count == dialers.count, "a customer has two tasks in one dialer: \(ids)")
        }
    }

    // MARK: - Operators and calls

    /// The ring is for a task, or reminds the operator.
    func isForTask(_ ring: Ring, _ name: OperatorID) -> Bool {
        if reminders[ring.call] == name { return true }
        guard let task = attemptTasks[ring.call], let attempt = tasks[task]?.attempt else { return false }
        return attempt.step == .ringing(ring.id) && attempt.operator == name
    }

    func checkTaskWork(of name: OperatorID, _ state: OperatorState, _ expect: Expectation) {
        switch state {
        case .reserved(let task, _):
            expect(tasks[task]?.attempt?.operator == name, "\(name) is reserved for task \(task), which is not theirs")
        case .dialling(let call, _):
            switch calls[call]?.state {
            case .dialling(name, _), .undialling(name, _): break
            case .inScenario, .dialling, .undialling, .waiting, .ringing, .talking, .held, .returning, .leaving, nil:
                expect(false, "\(name) hears ring-back for call \(call), which does not dial for them")
            }
        case .reminded(let reminder):
            let isSaid = playbacks[reminder.playback] == .reminder(name)
            expect(isSaid || reminder.hangUpAt != nil, "\(name) is reminded and hears nothing")
        case .free, .ringing, .stopping, .talking, .wrapUp:
            break
        }
    }

    func checkDial(of call: Call, by name: OperatorID?, _ expect: Expectation) {
        expect(attemptTasks[call.id] != nil, "call \(call.id) dials for no task")
        guard let name else { return }
        guard case .dialling(call.id, _) = operators[name]?.state else {
            expect(false, "call \(call.id) is dialled for \(name), who does something else")
            return
        }
    }

    // MARK: - For people

    func snapshot(_ task: CallTask) -> RoutingSnapshot.OpenTask {
        RoutingSnapshot.OpenTask(record: task.record, state: status(of: task))
    }

    private func status(of task: CallTask) -> RoutingSnapshot.OpenTask.State {
        switch task.state {
        case .scheduled(let until): return .scheduled(until: until)
        case .findingWindow, .withdrawn: return .pending
        case .parked: return .parked
        case .waiting(let waiting):
            guard task.isListed else { return .numberInUse }
            return .waiting(waiting.stage, until: endOfStage(waiting, in: task.dialer))
        case .attempt(let attempt):
            switch attempt.step {
            case .claiming, .previewing: return .previewing(attempt.operator)
            case .ringing: return .ringing(attempt.operator)
            case .dialling: return .dialling(attempt.operator)
            case .talking: return .talking(attempt.operator)
            }
        }
    }
}
