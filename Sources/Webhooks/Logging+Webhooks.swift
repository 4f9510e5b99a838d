import Logging

/// The keys of this target's log lines, so that none is typed by hand.
enum LogKey: String {
    case endpoint = "webhook"
    case event
    case problem
    case count
}

extension Logger {
    func notice(_ message: Message, metadata: [LogKey: MetadataValue]) {
        notice(message, metadata: Self.keyed(metadata))
    }

    func warning(_ message: Message, metadata: [LogKey: MetadataValue]) {
        warning(message, metadata: Self.keyed(metadata))
    }

    func error(_ message: Message, metadata: [LogKey: MetadataValue]) {
        error(message, metadata: Self.keyed(metadata))
    }

    private static func keyed(_ metadata: [LogKey: MetadataValue]) -> Metadata {
        Dictionary(metadata.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
    }
}
