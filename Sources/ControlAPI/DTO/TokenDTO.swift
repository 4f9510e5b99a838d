/// A token as it is listed: never the token itself.
package struct TokenDTO: Codable, Hashable, Sendable {
    package var name: String
    package var scopes: [Scope]
    package var createdAt: Timestamp
    /// Absent: it has no end.
    package var expiresAt: Timestamp?
    /// `2026-11-21`, UTC; absent: it was never used.
    package var lastUsedOn: String?
}

/// `GET /v1/tokens`: all tokens, by name.
package struct TokenListDTO: Codable, Hashable, Sendable {
    package var tokens: [TokenDTO]
}

/// `POST /v1/tokens`: a token to be made.
package struct NewTokenDTO: Codable, Hashable, Sendable {
    /// 1 to 64 Latin letters, digits, `-`, `_` or `.`; unique.
    package var name: String
    /// At least one.
    package var scopes: [Scope]
    /// RFC 3339, or a span from now such as `90d`; absent: it has no end.
    package var expires: String?

    package init(name: String, scopes: [Scope], expires: String? = nil) {
        self.name = name
        self.scopes = scopes
        self.expires = expires
    }
}

/// The answer to it, and the only time that the token is shown.
package struct MadeTokenDTO: Codable, Hashable, Sendable {
    package var token: String
    package var about: TokenDTO
}
