/// What every error of the API looks like: `application/problem+json` (RFC 9457).
package struct ProblemDTO: Codable, Hashable, Sendable {
    /// One thing that is wrong with a body.
    package struct Item: Codable, Hashable, Sendable {
        /// Where: a JSON pointer (RFC 6901), `/number`; empty for the body as a whole.
        package var pointer: String
        package var detail: String

        package init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    /// Stable, for programs: `urn:burdock:problem:no-such-operator`.
    package var type: String
    /// The same for all problems of a type.
    package var title: String
    /// HTTP status.
    package var status: Int
    /// What is wrong this time.
    package var detail: String
    /// What to do about it.
    package var next: String?
    /// The path that was asked for.
    package var instance: String?
    /// What is wrong with the body, if that is known piece by piece.
    package var errors: [Item]?

    package init(
        type: String, title: String, status: Int, detail: String, next: String?, instance: String?,
        errors: [Item]? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.next = next
        self.instance = instance
        self.errors = errors
    }
}
