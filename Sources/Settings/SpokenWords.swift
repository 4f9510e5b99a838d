/// Names of the sounds that sentences are made of.
package enum SpokenWords {
    /// 0 to 20, tens and hundreds.
    static let numbers =
        (Array(0...20) + Array(stride(from: 30, through: 90, by: 10)) + Array(stride(from: 100, through: 900, by: 100)))
        .map { "number-\($0)" }

    /// Languages with one plural have no `request-few`: its absence is never reported.
    package static let ofReminders =
        ["reminder", "request-one", "request-few", "request-many", "press-to-begin", "star", "hash"] + numbers
    static let optional: Set<String> = ["request-few"]
}
