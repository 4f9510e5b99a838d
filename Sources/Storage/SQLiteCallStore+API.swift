import Foundation
import GRDB
package import Routing

// Tokens and repeated requests of the HTTP API. Each is written by itself and at once, behind whatever group is being
// committed: whoever is told that a token is revoked, or that a request was carried out, finds it so after a power cut.

extension SQLiteCallStore: APIStore {
    /// Answers that are kept at once, for all tokens together.
    package static let mostAnswers: Int64 = 100_000

    package func tokens() async throws(StorageError) -> [StoredToken] {
        try await read("read the tokens") { [poolName] db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT name, digest, scopes, created_at, expires_at, last_used_day FROM api_tokens
                    WHERE pool = ? ORDER BY name
                    """,
                arguments: [poolName]
            ).map { try StoredToken($0) }
        }
    }

    package func add(_ token: StoredToken) async throws(StorageError) -> Bool {
        try await writeAtOnce("add a token") { [poolName] db in
            try db.run(
                """
                INSERT INTO api_tokens (pool, name, digest, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (pool, name) DO NOTHING
                """,
                [
                    poolName, token.name, Data(token.digest), token.scopes.joined(separator: " "),
                    token.createdAt.milliseconds, token.expiresAt?.milliseconds,
                ])
            return db.changesCount > 0
        }
    }

    package func removeToken(_ name: String) async throws(StorageError) -> Bool {
        try await writeAtOnce("revoke a token") { [poolName] db in
            try db.run("DELETE FROM api_tokens WHERE pool = ? AND name = ?", [poolName, name])
            let removed = db.changesCount > 0
            // A later token of that name is somebody else's.
            try db.run("DELETE FROM api_answers WHERE pool = ? AND token = ?", [poolName, name])
            return removed
        }
    }

    package func noteUse(of token: String, on day: WallTime) async throws(StorageError) {
        try await writeAtOnce("note the use of a token") { [poolName] db in
            try db.run(
                "UPDATE api_tokens SET last_used_day = ? WHERE pool = ? AND name = ?",
                [day.milliseconds, poolName, token])
        }
    }

    package func answer(to key: RequestKey, since: WallTime) async throws(StorageError) -> StoredAnswer? {
        try await read("look up an answer") { [poolName] db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT request, status, content_type, body, at FROM api_answers
                    WHERE pool = ? AND token = ? AND key = ? AND at >= ?
                    """,
                arguments: [poolName, key.token, key.key, since.milliseconds]
            ).map { try StoredAnswer($0) }
        }
    }

    package func keep(_ answer: StoredAnswer, to key: RequestKey, since: WallTime) async throws(StorageError) {
        try await writeAtOnce("keep an answer") { [poolName] db in
            try db.run("DELETE FROM api_answers WHERE at < ?", [since.milliseconds])
            try db.run(
                """
                INSERT INTO api_answers (pool, token, key, request, status, content_type, body, at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (pool, token, key) DO NOTHING
                """,
                [
                    poolName, key.token, key.key, Data(answer.request), answer.status, answer.contentType,
                    Data(answer.body), answer.at.milliseconds,
                ])
            // Ids only grow: so many before the newest is so many answers at most.
            try db.run(
                "DELETE FROM api_answers WHERE id <= (SELECT max(id) FROM api_answers) - ?", [Self.mostAnswers])
        }
    }

    /// One transaction of its own.
    private func writeAtOnce<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        do {
            return try await pool.write(body)
        } catch {
            throw .failed(operation: operation, problem: String(describing: error))
        }
    }
}

extension StoredToken {
    fileprivate init(_ row: Row) throws {
        let digest: Data = try row.value("digest")
        let scopes: String = try row.value("scopes")
        self.init(
            name: try row.value("name"), digest: Array(digest), scopes: scopes.split(separator: " ").map(String.init),
            createdAt: WallTime(milliseconds: try row.value("created_at")),
            expiresAt: try row.optional("expires_at").map { WallTime(milliseconds: $0) },
            lastUsedDay: try row.optional("last_used_day").map { WallTime(milliseconds: $0) })
    }
}

extension StoredAnswer {
    fileprivate init(_ row: Row) throws {
        let (request, body): (Data, Data) = (try row.value("request"), try row.value("body"))
        self.init(
            request: Array(request), status: try row.value("status"), contentType: try row.value("content_type"),
            body: Array(body), at: WallTime(milliseconds: try row.value("at")))
    }
}
