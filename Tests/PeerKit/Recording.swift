import Foundation

/// A party's conversation in stereo, put together from captured RTP: left what it heard, right what it said.
///
/// Packets are placed by their RTP timestamps, so that a late packet leaves no gap; a stream that jumps is placed anew
/// by its time of arrival.
package struct Recording: Sendable {
    package let wav: WAVFile
    /// Where the stream stands, of one SSRC.
    private struct Anchor {
        var timestamp: UInt32
        var position: Int
    }

    /// More than this between timestamp and arrival (0.2 s) means that the stream has jumped.
    private static let patience = 1_600

    /// What passed from `start` to `end`; `nil` if the party neither heard nor said anything.
    package init?(of party: Party, in capture: Capture, from start: Moment? = nil, until end: Moment? = nil) {
        let packets = capture.packets.filter { $0.at >= start ?? capture.began && $0.at <= end ?? .now }
        let heard = packets.filter { party.owns($0.destination) && $0.audio != nil }
        let said = packets.filter { party.owns($0.source) && $0.audio != nil }
        guard let first = (heard + said).map(\.at).min() else { return nil }
        wav = WAVFile(channels: [Self.channel(heard, from: first), Self.channel(said, from: first)])
    }

    private static func channel(_ packets: [Packet], from start: Moment) -> [Int16] {
        var samples: [Int16] = []
        var anchors: [UInt32: Anchor] = [:]
        for packet in packets {
            guard let audio = packet.audio else { continue }
            let timestamp = big(packet.payload[4..<8])
            let source = big(packet.payload[8..<12])
            let arrival = max(0, Int((packet.at - start) * 8_000))
            var position = arrival
            if let anchor = anchors[source] {
                let expected = anchor.position + Int(Int32(bitPattern: timestamp &- anchor.timestamp))
                if abs(expected - arrival) <= patience { position = max(0, expected) }
            }
            anchors[source] = Anchor(timestamp: timestamp, position: position)
            let missing = position + audio.bytes.count - samples.count
            if missing > 0 { samples += [Int16](repeating: 0, count: missing) }
            for (offset, byte) in audio.bytes.enumerated() {
                samples[position + offset] = Int16(max(-1, min(1, G711.decode(byte, audio.law))) * 32_767)
            }
        }
        return samples
    }

    private static func big(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}
