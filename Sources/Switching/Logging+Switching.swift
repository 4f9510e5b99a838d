import Logging

/// The keys of this target's log lines, so that none is typed by hand.
enum LogKey: String {
    case callID = "call.id"
    case legID = "leg.id"
    case sipCallID = "sip.call_id"
    case party
    case operatorName = "operator"
    case reason
    case status
    case line
    case legs
    case trunk
    case destination
}

extension Logger.Metadata {
    subscript(key: LogKey) -> Logger.MetadataValue? {
        get { self[key.rawValue] }
        set { self[key.rawValue] = newValue }
    }
}

extension Logger {
    func info(_ message: Message, metadata: [LogKey: MetadataValue]) {
        info(message, metadata: Self.keyed(metadata))
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
