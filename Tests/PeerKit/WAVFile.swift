import Foundation

/// A WAV file of 8 kHz and 16 bit, in memory.
package struct WAVFile: Sendable {
    package var rate = 8_000
    /// One array of samples a channel; missing samples at an end are silence.
    package var channels: [[Int16]]

    package init(channels: [[Int16]]) {
        self.channels = channels
    }

    /// Reads 16 bit PCM.
    package init(path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func number(_ at: Int, _ size: Int) -> Int {
            guard at + size <= bytes.count else { return 0 }
            return (0..<size).reversed().reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
        }
        var position = 12
        var count = 1
        var samples: [Int16] = []
        while position + 8 <= bytes.count {
            let name = String(decoding: bytes[position..<position + 4], as: UTF8.self)
            // A recorder that was killed leaves the length at zero: then the rest of the file is meant.
            let stated = number(position + 4, 4)
            let rest = bytes.count - position - 8
            let length = name == "data" && stated == 0 ? rest : min(stated, rest)
            if name == "fmt " {
                count = max(1, number(position + 10, 2))
                rate = number(position + 12, 4)
            } else if name == "data" {
                samples = (0..<length / 2).map {
                    Int16(truncatingIfNeeded: number(position + 8 + 2 * $0, 2))
                }
            }
            position += 8 + length + length % 2
        }
        channels = (0..<count).map { channel in
            stride(from: channel, to: samples.count, by: count).map { samples[$0] }
        }
    }

    package func write(to path: String) throws {
        let frames = channels.map(\.count).max() ?? 0
        let size = frames * channels.count * 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + 44)
        func append(_ value: Int, _ size: Int) {
            for shift in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
        }
        bytes += Array("RIFF".utf8)
        append(size + 36, 4)
        bytes += Array("WAVEfmt ".utf8)
        append(16, 4)
        append(1, 2)
        append(channels.count, 2)
        append(rate, 4)
        append(rate * channels.count * 2, 4)
        append(channels.count * 2, 2)
        append(16, 2)
        bytes += Array("data".utf8)
        append(size, 4)
        for frame in 0..<frames {
            for channel in channels { append(frame < channel.count ? Int(channel[frame]) : 0, 2) }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
