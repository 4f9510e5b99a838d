extension Configuration {
    /// Key `reminder`: operators who have requests waiting, and to whom they do not come by themselves, are rung and told
    /// how many (product.md section 6).
    package struct Reminder: Hashable, Sendable {
        /// From the first request that waits to the first reminder, and on to each next; `nil` (`none`, default): nobody
        /// is reminded unless a program asks for it. 1 min to 7 d.
        package var every: Duration?
        /// Starts the first request; `nil` (`none`): no key does. Default 1.
        package var startKey: Character? = "1"
        /// How long the key is waited for. 1 s to 1 min, default 5 s.
        package var keyWait: Duration = .seconds(5)
        /// How long the operator's phone rings. 1 s to 10 min, default 20 s.
        package var ringTimeout: Duration = .seconds(20)

        package init() {}
    }
}
