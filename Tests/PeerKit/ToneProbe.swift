import Foundation

/// What was to be heard in one short stretch of a stream.
package struct Window: Sendable {
    package let from: Moment
    package let until: Moment
    /// Peak levels of the tones that are clearly present, of full scale 1.
    package let levels: [Tone: Double]
    /// Root mean square of all that was heard, of full scale 1; 0 if nothing arrived.
    package let level: Double
    /// Root mean square of what is none of the known tones: speech and music.
    package let unexplained: Double
    /// Too little audio to tell: a gap or the edge of a stream.
    package let thin: Bool
    /// Tones clearly present.
    package var tones: Set<Tone> { Set(levels.keys) }
}

/// Finds known tones in a stretch of audio, by Goertzel's algorithm under a Hann window.
package struct ToneProbe: Sendable {
    package let tones: [Tone]
    /// A tone below this peak level is not heard, whatever else is there: -46 dB of full scale.
    private static let audible = 0.005
    /// A tone this far under the loudest one is taken for that one's side band: -26 dB.
    private static let masked = 0.05
    /// Less audio than this many samples (60 ms) cannot tell close tones apart.
    static let leastSamples = 480

    package init(tones: [Tone]) {
        self.tones = tones
    }

    /// Peak amplitude of each tone, in the order of `tones`.
    package func amplitudes(in samples: [Float]) -> [Double] {
        let count = samples.count
        guard count > 1 else { return tones.map { _ in 0 } }
        let step = 2 * Double.pi / Double(count - 1)
        var weighted = [Double](repeating: 0, count: count)
        var total = 0.0
        for index in 0..<count {
            let weight = 0.5 - 0.5 * cos(step * Double(index))
            total += weight
            weighted[index] = Double(samples[index]) * weight
        }
        return tones.map { tone in
            let factor = 2 * cos(2 * .pi * Double(tone.frequency) / 8_000)
            var last = 0.0
            var before = 0.0
            for value in weighted {
                let next = value + factor * last - before
                before = last
                last = next
            }
            let power = last * last + before * before - factor * last * before
            return 2 * max(0, power).squareRoot() / total
        }
    }

    /// The tones that a listener would say they hear.
    package func heard(in samples: [Float]) -> Set<Tone> { Set(listen(to: samples).levels.keys) }

    /// The tones to be heard, and the root mean square of all the rest.
    func listen(to samples: [Float]) -> (levels: [Tone: Double], unexplained: Double) {
        let levels = amplitudes(in: samples)
        let floor = max(Self.audible, Self.masked * (levels.max() ?? 0))
        let heard = zip(tones, levels).filter { $0.1 >= floor }
        let explained = heard.reduce(0) { $0 + $1.1 * $1.1 / 2 }
        let total = Self.level(of: samples)
        return (
            Dictionary(heard, uniquingKeysWith: { first, _ in first }), max(0, total * total - explained).squareRoot()
        )
    }

    static func level(of samples: [Float]) -> Double {
        guard !samples.isEmpty else { return 0 }
        let sum = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        return (sum / Double(samples.count)).squareRoot()
    }
}
