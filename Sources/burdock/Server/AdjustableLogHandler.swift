import Logging
import Settings
import Synchronization

/// Writes to standard error, at a level that can be changed while the server runs, for all loggers at once.
struct AdjustableLogHandler: LogHandler {
    /// Index in `Logger.Level.allCases`.
    private static let threshold = Atomic<Int>(index(of: .info))

    private var handler: StreamLogHandler

    init(label: String) {
        handler = .standardError(label: label)
        // Whether a line is written is decided here.
        handler.logLevel = .trace
    }

    static func setLevel(_ log: Configuration.Log) {
        threshold.store(index(of: Logger.Level(rawValue: log.level.rawValue) ?? .info), ordering: .relaxed)
    }

    private static func index(of level: Logger.Level) -> Int {
        Logger.Level.allCases.firstIndex(of: level) ?? 0
    }

    /// Of all loggers; one alone cannot be set.
    var logLevel: Logger.Level {
        get { Logger.Level.allCases[Self.threshold.load(ordering: .relaxed)] }
        set {}
    }

    var metadata: Logger.Metadata {
        get { handler.metadata }
        set { handler.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { handler[metadataKey: key] }
        set { handler[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { handler.log(event: event) }
}
