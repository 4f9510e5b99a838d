import Foundation
import Routing

/// An event in the envelope of CloudEvents 1.0, to be sent as JSON in structured mode.
struct CloudEvent<Content: Encodable>: Encodable {
    let specversion = "1.0"
    let id: String
    /// The pool in which it happened.
    let source: String
    let type: String
    let subject: String
    let time: String
    let datacontenttype = "application/json"
    let data: Content

    private enum CodingKeys: CodingKey {
        case specversion, id, source, type, subject, time, datacontenttype, data
    }
}

extension CloudEvent {
    /// `nil` only if a value could not be written, and all of ours can.
    var json: String? { EventJSON.text(of: self) }
}

/// How the JSON of events is written: keys in `snake_case` and sorted, absent where nothing is known.
enum EventJSON {
    static let contentType = "application/cloudevents+json"

    static func text(of value: some Encodable) -> String? {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension WallTime {
    /// RFC 3339 in UTC with milliseconds.
    var text: String {
        let floored = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        let rest = floored.remainder < 0 ? floored.remainder + 1_000 : floored.remainder
        let seconds = floored.remainder < 0 ? floored.quotient - 1 : floored.quotient
        let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        return whole.dropLast() + "." + String(String(1_000 + rest).dropFirst()) + "Z"
    }
}

extension Duration {
    /// To the millisecond.
    var inSeconds: Double { Double(wholeNanoseconds / 1_000_000) / 1_000 }
}
