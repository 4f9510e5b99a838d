package import Routing

/// What the HTTP API keeps for itself: who may ask, and what repeated requests were answered.
package protocol APIStore: Sendable {
    func tokens() async throws(StorageError) -> [StoredToken]
    /// `false` if there is one of that name already. On disk when this returns.
    func add(_ token: StoredToken) async throws(StorageError) -> Bool
    /// `false` if there is none of that name. On disk when this returns.
    func removeToken(_ name: String) async throws(StorageError) -> Bool
    /// Writes down that the token was used on this day.
    func noteUse(of token: String, on day: WallTime) async throws(StorageError)

    /// What was answered to the request with this key; answers older than `since` count for nothing.
    func answer(to key: RequestKey, since: WallTime) async throws(StorageError) -> StoredAnswer?
    /// Keeps an answer, and gives up those older than `since` and the oldest beyond a number. The first answer counts.
    func keep(_ answer: StoredAnswer, to key: RequestKey, since: WallTime) async throws(StorageError)
}

/// A token of the HTTP API. What it is cannot be read from this.
package struct StoredToken: Hashable, Sendable {
    /// Unique.
    package var name: String
    /// SHA-256 of the whole token, 32 bytes.
    package var digest: [UInt8]
    /// Words of the API; those that a later version does not know count for nothing.
    package var scopes: [String]
    package var createdAt: WallTime
    /// The first moment at which it is worth nothing; `nil`: it has no end.
    package var expiresAt: WallTime?
    /// Midnight, UTC, of the last day on which it was used; `nil`: never.
    package var lastUsedDay: WallTime?

    package init(
        name: String, digest: [UInt8], scopes: [String], createdAt: WallTime, expiresAt: WallTime? = nil,
        lastUsedDay: WallTime? = nil
    ) {
        self.name = name
        self.digest = digest
        self.scopes = scopes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedDay = lastUsedDay
    }
}

/// What a client calls one of its requests, so that it is carried out once however often it comes.
package struct RequestKey: Hashable, Sendable {
    /// Keys of one token mean nothing to another. Empty: the control socket.
    package var token: String
    package var key: String

    package init(token: String, key: String) {
        self.token = token
        self.key = key
    }
}

/// What was answered to a request.
package struct StoredAnswer: Hashable, Sendable {
    /// SHA-256 of method, path and body.
    package var request: [UInt8]
    /// HTTP status.
    package var status: Int
    package var contentType: String
    package var body: [UInt8]
    package var at: WallTime

    package init(request: [UInt8], status: Int, contentType: String, body: [UInt8], at: WallTime) {
        self.request = request
        self.status = status
        self.contentType = contentType
        self.body = body
        self.at = at
    }
}
