/// One customer's wish to talk, from arrival to record.
///
/// The value is unique across nodes and restarts: whoever makes it puts a start number in the high bits and a
/// counter in the low ones. Written as base 36 in upper case, which people can read to each other over a telephone.
package struct CallID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Reads the text form; `nil` if it is none.
    package init?(_ text: some StringProtocol) {
        guard let value = UInt64(text, radix: 36) else { return nil }
        rawValue = value
    }

    package var description: String { String(rawValue, radix: 36, uppercase: true) }

    package static func < (left: CallID, right: CallID) -> Bool { left.rawValue < right.rawValue }
}

/// One try to get one operator to answer for one call. Once answered, it also names the operator's leg.
package struct RingID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package var description: String { "ring-\(rawValue)" }

    package static func < (left: RingID, right: RingID) -> Bool { left.rawValue < right.rawValue }
}

/// One playing of one sound that ends by itself.
package struct PlaybackID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package var description: String { "playback-\(rawValue)" }

    package static func < (left: PlaybackID, right: PlaybackID) -> Bool { left.rawValue < right.rawValue }
}

/// An operator, by the short name that the configuration gives them ("anna").
package struct OperatorID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    package var description: String { name }

    package static func < (left: OperatorID, right: OperatorID) -> Bool { left.name < right.name }
}

/// A queue, by the name that the configuration gives it.
package struct QueueID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    package var description: String { name }

    package static func < (left: QueueID, right: QueueID) -> Bool { left.name < right.name }
}

/// A skill group of operators.
package struct GroupID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    package var description: String { name }

    package static func < (left: GroupID, right: GroupID) -> Bool { left.name < right.name }
}

/// A customer's number in E.164 form with its plus sign. A withheld number is `nil` wherever this is optional.
package struct CustomerNumber: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }
}

/// Somebody who hears and is heard: the one who called, or an operator.
package enum Party: Hashable, Codable, Sendable, CustomStringConvertible {
    case caller(CallID)
    case `operator`(OperatorID)

    package var description: String {
        switch self {
        case .caller(let call): "caller of \(call)"
        case .operator(let name): "operator \(name)"
        }
    }
}

// MARK: - Tasks

/// A task: one customer to be called.
///
/// Unique like a `CallID` and made by the same counter, so that a task which comes from a lost call can bear that
/// call's number. Written in the same way.
package struct TaskID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Reads the text form; `nil` if it is none.
    package init?(_ text: some StringProtocol) {
        guard let value = UInt64(text, radix: 36) else { return nil }
        rawValue = value
    }

    package var description: String { String(rawValue, radix: 36, uppercase: true) }

    package static func < (left: TaskID, right: TaskID) -> Bool { left.rawValue < right.rawValue }
}

/// A dialer and its bucket of leads, by the name that the configuration gives it.
package struct DialerID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    package var description: String { name }

    package static func < (left: DialerID, right: DialerID) -> Bool { left.name < right.name }
}
