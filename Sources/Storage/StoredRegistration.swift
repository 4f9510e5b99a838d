package import Routing

/// Where a user's phones can be reached, as the registrar wants to know it again after a restart.
package struct StoredRegistration: Hashable, Sendable {
    /// The user part of the address of record.
    package var user: String
    /// Written by the registrar, and read by nobody else.
    package var payload: String
    /// From here on the row counts for nothing.
    package var expiresAt: WallTime

    package init(user: String, payload: String, expiresAt: WallTime) {
        self.user = user
        self.payload = payload
        self.expiresAt = expiresAt
    }
}
