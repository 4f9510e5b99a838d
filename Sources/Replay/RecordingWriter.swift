import Foundation
package import Routing

/// Turns what a router did into lines of JSON: the same run gives the same bytes, in any process.
package struct RecordingWriter {
    private let encoder: JSONEncoder

    package init() {
        encoder = JSONEncoder()
        // Without an order of keys of their own, dictionaries would come in that of this process's hash seed.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// The first line, with its line feed.
    package func head(seed: UInt64) throws -> [UInt8] { try line(RecordingHead(seed: seed)) }

    /// The first line of a recording that begins in the middle of the day, with its line feed.
    package func head(_ state: RoutingState) throws -> [UInt8] { try line(RecordingHead(state)) }

    /// The line of one step, with its line feed.
    package func line(of step: RecordedStep) throws -> [UInt8] { try line(step) }

    /// What was decided, as it stands in the line.
    func decisions(_ decisions: [Decision]) throws -> [UInt8] { [UInt8](try encoder.encode(decisions)) }

    private func line(_ value: some Encodable) throws -> [UInt8] {
        [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}
