import Hummingbird
import Logging
import Routing
import Storage

/// `/v1/tokens` and below, on the control socket only.
struct TokenRoutes {
    private static let longestName = 64

    let plane: any ControlPlane
    let book: TokenBook

    func add(to group: RouterGroup<ControlContext>) {
        group.get("tokens") { request, _ in try list(request) }
        group.post("tokens") { request, context in try await create(request, context) }
        group.delete("tokens/{name}") { request, context in try await revoke(request, context) }
    }

    private func list(_ request: Request) throws -> Response {
        _ = try Query(request, known: [])
        return try .json(TokenListDTO(tokens: book.all.map { TokenDTO($0) }))
    }

    private func create(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let body = try await context.body(
            NewTokenDTO.self, of: request, example: #"{"name": "crm", "scopes": ["read", "tasks"]}"#)
        let now = plane.clocks().wall
        guard Self.isName(body.name) else {
            throw Problem.body(
                "name", "A token's name is 1 to \(Self.longestName) Latin letters, digits, \"-\", \"_\" or \".\"",
                next: "Name it after the program that has it")
        }
        guard !body.scopes.isEmpty else {
            throw Problem.body(
                "scopes", "A token without scopes is good for nothing",
                next: "Known are " + Scope.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let scopes = Scope.allCases.filter(body.scopes.contains)
        let end = try expiry(body.expires, now: now)
        let addition = try await recorded { () throws(StorageError) in
            try await book.add(body.name, scopes: scopes, expiresAt: end, now: now)
        }
        switch addition {
        case .added(let token, let stored):
            context.logger.notice(
                "A token was made",
                metadata: ["token": "\(body.name)", "scopes": "\(stored.scopes.joined(separator: " "))"])
            return try .json(MadeTokenDTO(token: token.text, about: TokenDTO(stored)), status: 201)
        case .nameTaken:
            throw Problem(
                .conflict, "There is a token called \"\(body.name)\"",
                next: "Choose another name, or revoke it first: burdock token revoke \(body.name)")
        case .tooMany:
            throw Problem(
                .conflict, "There are \(TokenBook.mostTokens) tokens, and there cannot be more",
                next: "Revoke those that nobody uses: burdock token list")
        }
    }

    private func revoke(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let name = try context.pathName("name")
        guard try await recorded({ () throws(StorageError) in try await book.revoke(name) }) else {
            throw Problem(.noSuchToken, "No token is called \"\(name)\"", next: "\"burdock token list\" lists all")
        }
        context.logger.notice("A token was revoked", metadata: ["token": "\(name)"])
        return Response(status: .noContent)
    }

    private func expiry(_ text: String?, now: WallTime) throws -> WallTime? {
        guard let text else { return nil }
        let end =
            Timestamp(text)?.wall
            ?? TimeSpan.parse(text).map { now.adding(milliseconds: $0.wholeNanoseconds / 1_000_000) }
        guard let end, now < end else {
            throw Problem.body(
                "expires", "\"\(text)\" is no time in the future", next: "Write a span such as 90d, or a date and time")
        }
        return end
    }

    private static func isName(_ text: String) -> Bool {
        (1...longestName).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }
}

extension TokenDTO {
    init(_ stored: StoredToken) {
        self.init(
            name: stored.name, scopes: Scope.allCases.filter(stored.knownScopes.contains),
            createdAt: Timestamp(stored.createdAt), expiresAt: stored.expiresAt.map { Timestamp($0) },
            lastUsedOn: stored.lastUsedDay.map { String(Timestamp($0).description.prefix(10)) })
    }
}
