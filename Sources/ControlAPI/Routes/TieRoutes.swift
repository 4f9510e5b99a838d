import Hummingbird
import Logging
import Routing
import Storage

/// `/v1/ties` and below
struct TieRoutes {
    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("ties") { request, _ in try await list(request) }
        group.get("ties/{number}") { request, context in try await show(request, context) }
        group.delete("ties/{number}") { request, context in try await reset(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try Query(request, known: ["operator"] + Query.paging)
        var filter = TieFilter(limit: try query.limit())
        filter.operator = query.text("operator").map { OperatorID($0) }
        filter.after = query.text("cursor").map { CustomerNumber($0) }
        let wanted = filter
        let ties = try await recorded { () throws(StorageError) in try await plane.ties(matching: wanted) }
        return try .json(
            TieListDTO(ties: ties.map { TieDTO($0) }, next: ties.count < filter.limit ? nil : ties.last?.number.text))
    }

    private func show(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let number = try await number(context)
        var filter = TieFilter(limit: 1)
        filter.number = number
        let wanted = filter
        let ties = try await recorded { () throws(StorageError) in try await plane.ties(matching: wanted) }
        guard let tie = ties.first else { throw Problem.noSuchTie(number) }
        return try .json(TieDTO(tie))
    }

    private func reset(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let number = try await number(context)
        guard try await recorded({ () throws(StorageError) in try await plane.resetTie(of: number) }) else {
            throw Problem.noSuchTie(number)
        }
        context.logger.info("A tie was reset over the API")
        return Response(status: .noContent)
    }

    private func number(_ context: ControlContext) async throws -> CustomerNumber {
        let text = try context.pathName("number")
        guard let number = await plane.customerNumber(text) else {
            throw Problem(
                .noSuchTie, "\"\(text)\" is no telephone number", next: "Write it as %2B380671234567 or 0671234567")
        }
        return number
    }
}

extension TieDTO {
    fileprivate init(_ stored: StoredTie) {
        self.init(
            number: stored.number.text, operator: stored.operator.name, group: stored.group?.name,
            call: stored.call.description, tiedAt: Timestamp(stored.tiedAt))
    }
}

extension Problem {
    fileprivate static func noSuchTie(_ number: CustomerNumber) -> Problem {
        Problem(
            .noSuchTie, "\(number) has no last successful operator", next: "GET /v1/ties lists the customers who have")
    }
}
