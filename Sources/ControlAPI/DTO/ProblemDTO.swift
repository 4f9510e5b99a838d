/// What every error of the API looks like: `application/problem+json` (RFC 9457).
package struct ProblemDTO: Codable, Hashable, Sendable {
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

    package init(type: String, title: String, status: Int, detail: String, next: String?, instance: String?) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.next = next
        self.instance = instance
    }
}
