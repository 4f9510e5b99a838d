import ControlAPI
import Routing
import Settings
import Storage
import Switching
import Webhooks

// Tasks as the outside asks for them: what is written down comes from the store, what goes on from the router.

extension ServerControl {
    func customerNumber(_ text: String) async -> CustomerNumber? {
        NumberPlan(reloader.currentConfiguration.numbers).normalize(text)
    }

    func tasks(matching filter: TaskFilter) async throws(StorageError) -> Page<StoredTask> {
        // Whoever asks after something has happened expects to see it.
        try await store.flush()
        return try await store.tasks(matching: filter)
    }

    func attempts(matching filter: AttemptFilter) async throws(StorageError) -> Page<StoredAttempt> {
        try await store.flush()
        return try await store.attempts(matching: filter)
    }

    func openTaskCounts() async throws(StorageError) -> [DialerID: TaskCounts] {
        try await store.flush()
        return try await store.openTaskCounts(at: systemClocks.wall())
    }

    func shownCard(of task: TaskRecord) async -> TaskCard? {
        let request = CardRequest(number: task.number, dialer: task.dialer, task: task.id)
        if let said = await webhooks.cards.card(for: request), let card = TaskCard(said) {
            store.write(.taskCarded(card, of: task.number, in: task.dialer))
            return card
        }
        // Without a card the operator sees the number; why the store does not answer is in its own log.
        return try? await store.card(of: task.id)
    }

    func taskCard(_ id: TaskID) async throws(StorageError) -> TaskCard? { try await store.card(of: id) }

    func openTask(_ id: TaskID) async -> RoutingSnapshot.OpenTask? { await router.openTask(id) }

    func addTask(_ draft: TaskDraft) async throws(StorageError) -> TaskID? {
        let origin = systemClocks.origin()
        let task = await switchboard.makeTask()
        // When it is due the router asks for the window of its dialer's hours.
        let request = TaskRequest(
            id: task, dialer: draft.dialer, number: draft.number, due: Instant(draft.due, origin: origin),
            responsible: draft.responsible, group: draft.group, source: draft.source)
        await switchboard.submit(.taskRequested(request))
        // Behind the task's own fact, and within the same group as long as the disk keeps up.
        if let card = draft.card { store.write(.taskCarded(card, of: draft.number, in: draft.dialer)) }
        try await store.flush()
        var filter = TaskFilter(limit: 1)
        filter.state = .open
        filter.dialer = draft.dialer
        filter.number = draft.number
        return try await store.tasks(matching: filter).rows.first?.id
    }

    func setWish(_ wish: DialerWish, of dialer: DialerID) async -> Bool {
        guard await router.snapshot(withTasks: false).dialers.contains(where: { $0.id == dialer }) else { return false }
        await switchboard.submit(.dialerWished(dialer, wish))
        // As with operators: who is told that it is so finds it so after a power cut.
        try? await store.flush()
        return true
    }

    func cancelTask(_ id: TaskID) async throws(StorageError) -> Bool {
        guard await router.openTask(id) != nil else { return false }
        await switchboard.submit(.taskCancelled(id))
        try await store.flush()
        return true
    }

    func postponeTask(_ id: TaskID, to due: WallTime) async throws(StorageError) -> Bool {
        guard await router.openTask(id) != nil else { return false }
        await switchboard.submit(.taskPostponed(id, to: Instant(due, origin: systemClocks.origin())))
        try await store.flush()
        return true
    }
}

extension TaskCard {
    /// As much of the fields and the note as a card holds; `nil`: it cannot hold one of the fields.
    init?(_ said: CustomerCard) {
        let room = Self.mostFields - (said.note == nil ? 0 : 1)
        var fields = said.fields.prefix(room).map { Field($0.key, $0.value) }
        if let note = said.note {
            let shown = String.UnicodeScalarView(note.unicodeScalars.prefix(Self.longestValue))
            fields.append(Field("note", String(shown)))
        }
        guard let card = try? TaskCard(name: said.name, fields: fields) else { return nil }
        self = card
    }
}
