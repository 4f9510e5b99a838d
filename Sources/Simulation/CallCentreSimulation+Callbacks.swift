import Routing

// Callbacks are carried out: claims are written, operators look at the card and take the phone, customers are dialled
// and answer or not (product.md section 6). Who is called back, when and by whom is the router's business.

extension CallCentreSimulation {
    /// What is known of callbacks that are not over.
    struct CallbackBook: Sendable {
        var open: [TaskID: OpenCallback] = [:]
        var byNumber: [CustomerNumber: TaskID] = [:]
        /// The task of each attempt that is claimed, by its call.
        var attempts: [CallID: TaskID] = [:]
        /// Customers who are dialled and have neither answered nor been given up.
        var dialling: Set<CallID> = []
        /// Those who were reached.
        var calledBack: Set<CustomerNumber> = []
    }

    /// An open task, from the lost call to its end.
    struct OpenCallback: Sendable {
        /// Of the call that was lost.
        let queue: Int
        /// With dice of their own for what they do when they are dialled.
        var customer: Customer
        var record: TaskRecord
        /// As of the newest request: a retry has a later one.
        var due: Instant
        /// The call for which their phone is up, or rings.
        var dialled: CallID?
        /// The newest conversation: in which call, since when and with whom.
        var reached: (call: CallID, at: Instant, by: Int)?
    }

    // MARK: - What the router decides

    mutating func show(_ task: TaskID, to name: OperatorID, for preview: Duration) {
        guard let callbacks = scenario.callbacks, let index = indexes[name] else { return }
        people[index].cards += 1
        let looks = callbacks.looking.draw(using: &people[index].dice)
        if looks < preview { plan(.hasSeen(index, task, card: people[index].cards), in: looks) }
    }

    mutating func hideCard(from name: OperatorID) {
        guard let index = indexes[name] else { return }
        people[index].cards += 1
    }

    /// A customer who does not answer is left to the router, which gives up after the dialer's `answerTimeout`.
    mutating func dial(_ call: CallID) {
        guard let callbacks = scenario.callbacks, let task = book.attempts[call], var callback = book.open[task] else {
            return
        }
        callback.dialled = call
        tallies[callback.queue].figures.calledBack?.dials += 1
        let mood = callback.customer.dice.fraction()
        let rings = callbacks.answering.draw(using: &callback.customer.dice)
        book.open[task] = callback
        book.dialling.insert(call)
        let delay = networkDelay() + networkDelay()
        if mood < callbacks.busy {
            plan(.customerIsBusy(call), in: delay)
        } else if mood >= callbacks.busy + callbacks.noAnswer {
            plan(.customerAnswers(call), in: delay + rings)
        }
    }

    // MARK: - What people and machines do

    mutating func act(_ plan: CallbackPlan) {
        switch plan {
        case .claimed(let task, let attempt):
            lastCall += 1
            let call = CallID(rawValue: lastCall)
            book.attempts[call] = task
            handle(.claimed(task, attempt: attempt, as: call))
        case .windowFound(let task): handle(.windowFound(task, nil))
        case .hasSeen(let index, let task, let card):
            guard people[index].cards == card else { return }
            handle(.previewEnded(task, by: people[index].name))
        case .customerAnswers(let call): customerAnswers(call)
        case .customerIsBusy(let call): dialEnds(call, DialEnd(.busy, status: 486))
        case .dialStopped(let call): dialEnds(call, DialEnd(.stopped))
        case .dayIsOver: handle(.drainBegan)
        }
    }

    private mutating func customerAnswers(_ call: CallID) {
        guard book.dialling.remove(call) != nil, let task = book.attempts[call], var callback = book.open[task] else {
            return
        }
        let talk = talk(of: &callback.customer)
        book.open[task] = callback
        guard let queue = policy.dialers.first(where: { $0.id == callback.record.dialer }).map(\.queue),
            let index = queueIndexes[queue]
        else { return }
        calls[call] = PresentCall(
            customer: callback.customer, queue: index, arrivedAt: now, talkLeft: talk, task: task)
        handle(.dialAnswered(call))
    }

    private mutating func dialEnds(_ call: CallID, _ end: DialEnd) {
        guard book.dialling.remove(call) != nil else { return }
        handle(.dialEnded(call, end))
    }

    // MARK: - What becomes of tasks

    mutating func opened(_ record: TaskRecord) {
        guard let lost = lastEnded else { return }
        tallies[lost.queue].figures.callbacks += 1
        guard scenario.callbacks != nil else { return }
        var customer = lost.customer
        customer.dice = SplitMix64(seed: customer.dice.next(), stream: Self.diceOfCallbacks)
        book.open[record.id] = OpenCallback(queue: lost.queue, customer: customer, record: record, due: record.due)
        book.byNumber[record.number] = record.id
    }

    mutating func updated(_ record: TaskRecord) {
        guard let known = book.open[record.id] else { return }
        if known.record.source != record.source { book.open[record.id]?.due = record.due }
        book.open[record.id]?.record = record
    }

    /// The newest call of the customer's task has an operator at its other end.
    mutating func reached(_ task: TaskID, in call: CallID, by person: Int) {
        guard book.open[task]?.reached?.call != call else { return }
        book.open[task]?.reached = (call, now, person)
    }

    mutating func attemptEnded(_ row: AttemptRecord) {
        if let call = row.call { book.attempts[call] = nil }
        book.open[row.task]?.dialled = nil
    }

    mutating func closed(_ task: TaskID, _ result: TaskResult) {
        guard let callback = book.open.removeValue(forKey: task), let callbacks = scenario.callbacks else { return }
        book.byNumber[callback.record.number] = nil
        var figures = tallies[callback.queue].figures.calledBack ?? .init()
        switch result {
        case .resolved(let call):
            if let reached = callback.reached, reached.call == call {
                figures.made += 1
                if reached.at - callback.due <= callbacks.limit { figures.onTime += 1 }
                if let own = callback.record.responsible {
                    figures.withResponsible += 1
                    if people[reached.by].name == own { figures.byResponsible += 1 }
                }
                book.calledBack.insert(callback.record.number)
            } else {
                figures.redialled += 1
            }
        case .givenUp: figures.givenUp += 1
        case .cancelled, .handedToCRM, .merged: figures.handedOn += 1
        }
        tallies[callback.queue].figures.calledBack = figures
    }

    /// Whoever was called back need not call again, and nobody calls while they are on the phone with us.
    mutating func callAgain(_ index: Int) {
        if let number = redials[index].number {
            if book.calledBack.contains(number) { return }
            if let task = book.byNumber[number], book.open[task]?.dialled != nil {
                plan(.callsAgain(index), in: Self.afterOurCall)
                return
            }
        }
        call(redials[index])
    }

    /// Nobody is dialled after the day and the last shift.
    var endOfCallbacks: Instant {
        let shifts = people.compactMap { $0.habits.shifts.map(\.until).max() }.max() ?? .zero
        return Instant(nanoseconds: 0) + max(scenario.length, shifts)
    }

    private static let diceOfCallbacks: UInt64 = 2_000_000
    private static let afterOurCall = Duration.seconds(60)
}

extension CallCentreSimulation {
    /// What somebody intends to do about a callback.
    enum CallbackPlan: Sendable {
        case claimed(TaskID, attempt: Int)
        case windowFound(TaskID)
        /// The operator at this index has seen enough of the card, unless it is another one by now.
        case hasSeen(Int, TaskID, card: Int)
        case customerAnswers(CallID)
        case customerIsBusy(CallID)
        /// Our stop has reached the customer's phone.
        case dialStopped(CallID)
        case dayIsOver
    }
}
