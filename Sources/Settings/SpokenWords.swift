/// Names of the sounds that sentences are made of.
package enum SpokenWords {
    /// 0 to 20, tens and hundreds.
    static let numbers =
        (Array(0...20) + Array(stride(from: 30, through: 90, by: 10)) + Array(stride(from: 100, through: 900, by: 100)))
        .map { "number-\($0)" }

    /// Languages with one plural have no `request-few`: its absence is never reported.
    package static let ofReminders =
        ["reminder", "request-one", "request-few", "request-many", "press-to-begin", "star", "hash"] + numbers
    package static let ofTimes =
        ["enter-date", "enter-time", "confirm-time", "time-invalid", "callback-promised", "will-call", "at"]
        + numbers.prefix { $0 != "number-60" } + (1...31).map { "day-\($0)" } + (1...12).map { "month-\($0)" }
    static let optional: Set<String> = ["request-few"]
}
