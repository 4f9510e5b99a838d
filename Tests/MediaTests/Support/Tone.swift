import Glibc

@testable import Media

/// Tones, and finding them again.
enum Tone {
    static let rate = 8_000

    /// A sine of `amplitude` (of 32 767) from sample `start` on, so that frames join without a click.
    static func samples(_ hertz: Double, count: Int, start: Int = 0, rate: Int = rate, amplitude: Double = 8_000)
        -> [Int16]
    {
        (start..<start + count).map { Int16(amplitude * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
    }

    /// Amplitude of one frequency in a signal (Goertzel), in the units of the samples.
    static func level(_ hertz: Double, in samples: [Int16], rate: Int = rate) -> Double {
        guard !samples.isEmpty else { return 0 }
        let omega = 2 * .pi * hertz / Double(rate)
        let coefficient = 2 * cos(omega)
        var (previous, beforeThat) = (0.0, 0.0)
        for sample in samples {
            (previous, beforeThat) = (Double(sample) + coefficient * previous - beforeThat, previous)
        }
        let power = previous * previous + beforeThat * beforeThat - coefficient * previous * beforeThat
        return 2 * power.squareRoot() / Double(samples.count)
    }

    /// Whether a tone stands out of a signal: louder than a tenth of the usual amplitude.
    static func isHeard(_ hertz: Double, in samples: [Int16]) -> Bool {
        level(hertz, in: samples) > 800
    }

    static func decode(_ octets: [UInt8], _ codec: MediaCodec) -> [Int16] {
        let values = G711.values(of: codec)
        return octets.map { values[Int($0)] }
    }
}
