import Routing

/// Where a journal is kept and for how long.
package struct JournalSettings: Sendable {
    /// Folder of its files; made if it is not there.
    package var directory: String
    /// A new file is begun when the steps in the present one have so many bytes, and twice as many as the state that the
    /// new one begins with…
    package var fileSize: UInt64 = 64 << 20
    /// … or its steps span so much time.
    package var fileAge: Duration = .seconds(3_600)
    /// The oldest files are removed when all together have more bytes…
    package var keptSize: UInt64 = 4 << 30
    /// … or when their last line is older.
    package var keptAge: Duration = .seconds(14 * 86_400)
    /// How long the first step of a group waits for others. `flush` does not wait for it.
    package var groupDelay: Duration = .milliseconds(100)
    /// Steps kept in memory at most while the disk does not take them; beyond it the oldest are given up.
    package var bound = 10_000
    /// After a failed write; doubled up to `longestRetryDelay`.
    package var retryDelay: Duration = .milliseconds(250)
    package var longestRetryDelay: Duration = .seconds(10)

    package init(directory: String) {
        self.directory = directory
    }

    /// About as much as a task takes in a written state.
    private static let bytesOfTask: UInt64 = 250

    func fileSize(openTasks: Int) -> UInt64 { max(fileSize, 2 * Self.bytesOfTask * UInt64(max(openTasks, 0))) }
}
