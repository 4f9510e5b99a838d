import Hummingbird
import Journal
import Logging
import Routing

/// `/v1/operators` and below
struct OperatorRoutes {
    /// Characters of a pause's reason at most.
    static let longestReason = 100

    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("operators") { request, _ in try await list(request) }
        group.get("operators/{name}") { request, context in try await show(request, context) }
        group.get("operators/{name}/explain") { request, context in try await explain(request, context) }
        group.post("operators/{name}/wish") { request, context in try await wish(request, context) }
        group.post("operators/{name}/remind") { request, context in try await remind(request, context) }
        group.post("operators/{name}/interruption") { request, context in try await interruption(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try Query(request, known: Query.paging)
        let page = try query.page(of: await plane.view().operators, by: \.id)
        return try .json(OperatorListDTO(operators: page.rows, next: page.next))
    }

    private func show(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        return try await answer(with: try context.pathName("name"))
    }

    private func explain(_ request: Request, _ context: ControlContext) async throws -> Response {
        let query = try Query(request, known: ["since"])
        let name = try context.pathName("name")
        let now = plane.clocks().wall
        let since = try query.time("since", now: now) ?? now.adding(milliseconds: -Self.explained)
        guard let standing = await plane.standing(of: OperatorID(name)) else {
            throw Problem.noSuchOperator(name, view: await plane.view())
        }
        let story: [StoryLine]
        do {
            story = try await plane.story(of: OperatorID(name), since: since)
        } catch {
            throw Problem.journal(error)
        }
        return try .json(
            OperatorExplanationDTO(
                operator: name, standing: standing.lines, since: Timestamp(since), story: story.map { .init($0) }))
    }

    /// What is told without `since`: ten minutes, in milliseconds.
    private static let explained: Int64 = 600_000

    private func wish(_ request: Request, _ context: ControlContext) async throws -> Response {
        let name = try context.pathName("name")
        let wish = try Self.wish(
            try await context.body(WishDTO.self, of: request, example: #"{"wish": "paused", "reason": "lunch"}"#))
        guard await plane.setWish(wish, of: OperatorID(name)) else {
            throw Problem.noSuchOperator(name, view: await plane.view())
        }
        context.logger.info(
            "The wish of an operator was set over the API", metadata: ["operator": "\(name)", "wish": "\(wish)"])
        return try await answer(with: name)
    }

    private func remind(_ request: Request, _ context: ControlContext) async throws -> Response {
        let name = try context.pathName("name")
        let view = await plane.view()
        guard let one = view.operator(OperatorID(name)) else { throw Problem.noSuchOperator(name, view: view) }
        guard await plane.remind(OperatorID(name)) else {
            throw Problem(
                .conflict, "\(name) is not rung: no request waits for them, or they are \(one.state.rawValue)",
                next: "GET /v1/tasks?state=open&responsible=\(name) lists what waits for them")
        }
        return try await answer(with: name)
    }

    private func interruption(_ request: Request, _ context: ControlContext) async throws -> Response {
        let name = try context.pathName("name")
        let body = try await context.body(InterruptionDTO.self, of: request, example: #"{"forbidden": true}"#)
        guard await plane.setInterruptionForbidden(body.forbidden, of: OperatorID(name)) else {
            throw Problem.noSuchOperator(name, view: await plane.view())
        }
        return try await answer(with: name)
    }

    private func answer(with name: String) async throws -> Response {
        let view = await plane.view()
        guard let dto = view.operator(OperatorID(name)) else { throw Problem.noSuchOperator(name, view: view) }
        return try .json(dto)
    }

    private static func wish(_ dto: WishDTO) throws -> OperatorWish {
        let reason = try checked(dto.reason, isPause: dto.wish == .paused)
        return switch dto.wish {
        case .ready: .ready
        case .paused: .paused(reason: reason ?? "")
        case .off: .off
        }
    }

    /// The reason of a pause, which nothing else has.
    static func checked(_ reason: String?, isPause: Bool) throws -> String? {
        guard let reason else { return nil }
        guard isPause else {
            throw Problem.body("reason", "Only \"paused\" has a reason", next: "Leave \"reason\" out")
        }
        guard reason.count <= longestReason, !reason.unicodeScalars.contains(where: \.isControl) else {
            throw Problem.body(
                "reason", "The reason is longer than \(longestReason) characters or has control characters in it",
                next: "Give a word or two: people read it in a table")
        }
        return reason
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
