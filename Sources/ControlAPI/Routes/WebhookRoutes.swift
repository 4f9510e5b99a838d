import Hummingbird
import Logging
import Routing
import Storage

/// `/v1/webhooks` and below
struct WebhookRoutes {
    private static let defaultLimit = 100

    let plane: any WebhookPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("webhooks") { request, _ in try await list(request) }
        group.get("webhooks/{name}/dead") { request, context in try await dead(request, context) }
        group.post("webhooks/{name}/resend") { request, context in try await resend(request, context) }
        group.post("webhooks/{name}/test") { request, context in try await test(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        _ = try Query(request, known: [])
        return try .json(WebhookListDTO(webhooks: try await all().map { WebhookDTO($0) }))
    }

    private func dead(_ request: Request, _ context: ControlContext) async throws -> Response {
        let query = try Query(request, known: ["limit", "cursor"])
        let name = try context.pathName("name")
        let limit = try query.integer("limit", in: 1...CallFilter.largestLimit) ?? Self.defaultLimit
        let cursor = try query.text("cursor").map { text in
            guard let cursor = PageCursor(text) else {
                throw Problem(
                    .badParameter, "\"\(text)\" is no cursor",
                    next: "Give back what \"next\" was in the answer before, or leave cursor out")
            }
            return cursor
        }
        let page = try await recorded { () throws(StorageError) in
            try await plane.deadLetters(to: name, after: cursor, limit: limit)
        }
        guard let page else { throw try await noSuchWebhook(name) }
        return try .json(
            DeadLetterListDTO(letters: page.rows.map { DeadLetterDTO($0) }, next: page.next?.description))
    }

    private func resend(_ request: Request, _ context: ControlContext) async throws -> Response {
        let name = try context.pathName("name")
        _ = try Query(request, known: [])
        let body = try await context.body(
            ResendRequestDTO.self, of: request, example: #"{} for all, or {"event": "01ARYZ6S41TSV4RRFFQ69G5FAV"}"#)
        let count = try await recorded { () throws(StorageError) in
            try await plane.resend(to: name, event: body.event)
        }
        guard let count else { throw try await noSuchWebhook(name) }
        if let event = body.event, count == 0 {
            throw Problem(
                .noSuchLetter, "The webhook \"\(name)\" has no dead letter with the event \"\(event)\"",
                next: "\"burdock webhook dead \(name)\" shows those there are")
        }
        context.logger.info(
            "Dead letters are sent again, as asked over the API", metadata: ["webhook": "\(name)", "count": "\(count)"])
        return try .json(ResendDTO(webhook: name, resent: count))
    }

    private func test(_ request: Request, _ context: ControlContext) async throws -> Response {
        let name = try context.pathName("name")
        _ = try Query(request, known: [])
        _ = try await context.body(WebhookTestRequestDTO.self, of: request, example: "{}")
        guard let trial = await plane.test(name) else { throw try await noSuchWebhook(name) }
        return try .json(
            WebhookTestDTO(
                webhook: name, taken: trial.wasTaken, status: trial.status, problem: trial.problem,
                seconds: Double(trial.took.wholeNanoseconds / 1_000_000) / 1_000))
    }

    private func all() async throws -> [WebhookStatus] {
        try await recorded { () throws(StorageError) in try await plane.webhooks() }
    }

    private func noSuchWebhook(_ name: String) async throws -> Problem {
        let names = try await all().map(\.name)
        guard !names.isEmpty else {
            return Problem(
                .noSuchWebhook, "No webhook is called \"\(name)\": there are none",
                next: "Add one under \"webhooks:\" in the configuration, then: burdock reload")
        }
        let suggestion = Spelling.closest(to: name, among: names).map { "Did you mean \"\($0)\"? " } ?? ""
        return Problem(
            .noSuchWebhook, "No webhook is called \"\(name)\"", next: suggestion + "\"burdock webhook list\" lists all")
    }
}

extension WebhookDTO {
    init(_ status: WebhookStatus) {
        let state: State =
            !status.isEnabled ? .disabled : status.isOff ? .off : status.failures > 0 ? .failing : .working
        self.init(
            name: status.name, url: status.url, events: status.events, state: state, waiting: status.letters.waiting,
            oldestWaiting: status.letters.oldestWaiting.map { Timestamp($0) }, dead: status.letters.dead,
            delivered: status.delivered, lastDeliveredAt: status.lastDeliveredAt.map { Timestamp($0) },
            lastProblem: status.lastProblem, lastProblemAt: status.lastProblemAt.map { Timestamp($0) })
    }
}

extension DeadLetterDTO {
    init(_ letter: DeadLetter) {
        self.init(
            event: letter.event, type: letter.type, subject: letter.subject, time: Timestamp(letter.at),
            attempts: letter.attempts, diedAt: Timestamp(letter.diedAt), problem: letter.problem,
            status: letter.status)
    }
}
