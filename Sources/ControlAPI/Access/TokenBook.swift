import Routing
package import Storage
import Synchronization

/// The tokens that are worth something now: those of the store, kept in memory so that each request finds its own without
/// waiting for the disk. What is revoked here is worth nothing from that moment on.
package final class TokenBook: Sendable {
    /// Each request is compared with all of them.
    static let mostTokens = 200
    private static let day: Int64 = 86_400_000

    private let store: any APIStore
    private let tokens: Mutex<[StoredToken]>

    private init(_ store: any APIStore, _ tokens: [StoredToken]) {
        self.store = store
        self.tokens = Mutex(tokens)
    }

    package static func open(_ store: any APIStore) async throws(StorageError) -> TokenBook {
        TokenBook(store, try await store.tokens())
    }

    // MARK: - Asking

    /// The token that this is; `nil`: none, or one that has expired. All are compared, whichever it is.
    func find(_ token: APIToken, now: WallTime) -> StoredToken? {
        let digest = token.digest
        return tokens.withLock { tokens in
            var found: StoredToken?
            for token in tokens where equalsInConstantTime(token.digest, digest) { found = token }
            return found.flatMap { $0.isValid(at: now) ? $0 : nil }
        }
    }

    /// Still there, and not expired.
    func isValid(_ name: String, now: WallTime) -> Bool {
        tokens.withLock { $0.contains { $0.name == name && $0.isValid(at: now) } }
    }

    /// Writes down the day on which it is used, once a day. If the disk refuses, the next day is as good.
    func noteUse(of name: String, now: WallTime) async {
        let day = WallTime(milliseconds: now.milliseconds - now.milliseconds % Self.day)
        let isNew = tokens.withLock { tokens in
            guard let index = tokens.firstIndex(where: { $0.name == name }), tokens[index].lastUsedDay != day else {
                return false
            }
            tokens[index].lastUsedDay = day
            return true
        }
        if isNew { try? await store.noteUse(of: name, on: day) }
    }

    // MARK: - Managing

    /// By name.
    var all: [StoredToken] { tokens.withLock { $0.sorted { $0.name < $1.name } } }

    enum Addition: Hashable {
        case added(APIToken, StoredToken)
        case nameTaken
        case tooMany
    }

    /// Makes a token, which is on disk when this returns.
    func add(
        _ name: String, scopes: [Scope], expiresAt: WallTime?, now: WallTime
    ) async throws(StorageError) -> Addition {
        guard tokens.withLock({ $0.count < Self.mostTokens }) else { return .tooMany }
        let token = APIToken()
        let stored = StoredToken(
            name: name, digest: token.digest, scopes: scopes.map(\.rawValue), createdAt: now, expiresAt: expiresAt)
        guard try await store.add(stored) else { return .nameTaken }
        tokens.withLock { $0.append(stored) }
        return .added(token, stored)
    }

    /// Worth nothing from now on, even if the disk refuses to write that down. `false` if there is none of that name.
    func revoke(_ name: String) async throws(StorageError) -> Bool {
        tokens.withLock { $0.removeAll { $0.name == name } }
        return try await store.removeToken(name)
    }
}

extension StoredToken {
    fileprivate func isValid(at now: WallTime) -> Bool { expiresAt.map { now < $0 } ?? true }

    /// Those that this version knows.
    var knownScopes: Set<Scope> { Set(scopes.compactMap { Scope(rawValue: $0) }) }

    func allows(_ scope: Scope) -> Bool { !knownScopes.isDisjoint(with: [scope, .admin]) }
}
