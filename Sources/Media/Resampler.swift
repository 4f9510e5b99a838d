#if canImport(Glibc)
    import Glibc
#endif

/// Brings audio to 8 kHz once, when it is loaded: a windowed-sinc low pass that takes away what the telephone cannot
/// carry before it would fold into the band.
enum Resampler {
    static let targetRate = 8_000
    /// Passband edge in Hz; from 4 kHz on everything would alias.
    private static let cutoff = 3_700.0
    /// Zero crossings of the sinc on either side; 24 leave about 70 dB in the stop band with this window.
    private static let crossings = 24.0

    static func toTelephone(_ samples: [Int16], rate: Int) -> [Int16] {
        guard rate != targetRate else { return samples }
        let count = samples.count * targetRate / rate
        let kernels = Kernels(rate: rate)
        return samples.withUnsafeBufferPointer { input in
            (0..<count).map { index in
                // Position in the input: whole samples and the phase between two of them.
                let position = index * rate
                let centre = position / targetRate
                let kernel = kernels.kernel(phase: position % targetRate)
                var sum = 0.0
                let first = max(centre - kernels.reach, 0)
                let last = min(centre + kernels.reach, input.count - 1)
                for sample in first...max(first, last) {
                    sum += Double(input[sample]) * kernel[sample - centre + kernels.reach]
                }
                return Int16(max(-32_768, min(32_767, sum.rounded())))
            }
        }
    }

    /// One set of taps for each phase that occurs: 8000/gcd(rate, 8000) of them.
    private struct Kernels {
        /// Taps on either side of the centre.
        let reach: Int
        private let step: Int
        private let taps: [[Double]]

        init(rate: Int) {
            let reach = Int((crossings * Double(rate) / (2 * cutoff)).rounded(.up))
            let step = Self.greatestCommonDivisor(rate, targetRate)
            self.reach = reach
            self.step = step
            taps = (0..<(targetRate / step)).map { phase in
                Self.taps(reach: reach, fraction: Double(phase * step) / Double(targetRate), rate: Double(rate))
            }
        }

        func kernel(phase: Int) -> [Double] {
            taps[phase / step]
        }

        private static func taps(reach: Int, fraction: Double, rate: Double) -> [Double] {
            let width = Double(reach) + 1
            let raw = (-reach...reach).map { offset in
                let distance = Double(offset) - fraction
                return sinc(2 * cutoff / rate * distance) * blackman(distance / width)
            }
            // Unit gain at 0 Hz whatever the phase, else the phases would modulate the sound.
            let gain = raw.reduce(0, +)
            return raw.map { $0 / gain }
        }

        private static func sinc(_ x: Double) -> Double {
            x == 0 ? 1 : sin(.pi * x) / (.pi * x)
        }

        /// 1 in the middle, 0 at -1 and 1.
        private static func blackman(_ x: Double) -> Double {
            abs(x) >= 1 ? 0 : 0.42 + 0.5 * cos(.pi * x) + 0.08 * cos(2 * .pi * x)
        }

        private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
            b == 0 ? a : greatestCommonDivisor(b, a % b)
        }
    }
}
