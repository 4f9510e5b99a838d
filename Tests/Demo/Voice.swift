import Foundation
import PeerKit

/// How a party of the demonstration sounds: its own steady tone, by which an ear knows it, and a little melody over it,
/// by which a person does.
struct Voice: Sendable {
    /// Four notes in whole hertz, one each quarter of a second; at least 45 from every party's tone.
    let notes: [Int]

    static let ann = Voice(notes: [523, 784, 1_175, 784])
    static let bob = Voice(notes: [784, 523, 784, 1_319])
    static let zoe = Voice(notes: [1_175, 1_319, 1_568, 1_319])
    static let olena = Voice(notes: [523, 1_175, 523, 1_568])
    static let petro = Voice(notes: [784, 1_319, 784, 1_175])

    /// Peak of the melody, of full scale 1.
    private static let amplitude = 0.12

    /// One second of it at 8 kHz, which can be repeated without a click.
    func second(_ tone: Tone) -> [Int16] {
        let length = 8_000 / notes.count
        return tone.second.enumerated().map { index, sample in
            let note = notes[min(index / length, notes.count - 1)]
            let swell = sin(.pi * Double(index % length) / Double(length))
            let wave = sin(2 * .pi * Double(note * index % 8_000) / 8_000)
            return Int16(Double(sample) + Self.amplitude * 32_767 * wave * swell * swell)
        }
    }

    /// For a customer: raw µ-law, repeated by the player.
    func writeRaw(_ tone: Tone, to path: String) throws {
        try Data(second(tone).map { G711.encode($0, .mu) }).write(to: URL(fileURLWithPath: path))
    }

    /// For a softphone: two minutes of it.
    func writeWAV(_ tone: Tone, to path: String) throws {
        let second = second(tone)
        try WAVFile(channels: [Array(repeatElement(second, count: 120).joined())]).write(to: path)
    }
}
