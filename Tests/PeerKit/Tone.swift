import Foundation

/// A test tone: by it a test knows whom or what a party hears.
package struct Tone: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// Whole hertz, so that one second of it can be repeated without a click; 200…3,400, at least 60 from any other.
    package let frequency: Int

    package init(_ name: String, _ frequency: Int) {
        self.name = name
        self.frequency = frequency
    }

    package var description: String { name }

    /// Peak of every test tone, of full scale 1.
    package static let amplitude = 0.3

    package static let hold = Tone("hold music", 350)
    /// What an operator hears when a VIP call is coming.
    package static let operatorNotice = Tone("operator's announcement", 1_200)
    /// What a customer hears before being held.
    package static let customerNotice = Tone("customer's announcement", 1_500)
    package static let timeoutNotice = Tone("timeout announcement", 1_620)
    package static let codeReady = Tone("ready confirmation", 1_740)
    package static let codePause = Tone("pause confirmation", 1_860)
    package static let codeOff = Tone("off confirmation", 1_980)
    /// The server's own short tone before a change of party.
    package static let beep = Tone("short tone", 850)
    /// What the house plays, beside the parties' own tones.
    package static let house: [Tone] = [
        hold, operatorNotice, customerNotice, timeoutNotice, codeReady, codePause, codeOff, beep,
    ]

    /// One second of it at 8 kHz, 16 bit.
    package var second: [Int16] {
        (0..<8_000).map { index in
            Int16(Self.amplitude * 32_767 * sin(2 * .pi * Double(frequency * index % 8_000) / 8_000))
        }
    }

    /// Writes it as a WAV file of 8 kHz mono.
    package func writeWAV(to path: String, seconds: Double) throws {
        let all = second
        let count = Int(seconds * 8_000)
        try WAVFile(channels: [(0..<count).map { all[$0 % all.count] }]).write(to: path)
    }

    /// Writes one second of it as raw G.711, to be repeated by the player.
    package func writeRaw(to path: String, _ law: G711.Law) throws {
        try Data(second.map { G711.encode($0, law) }).write(to: URL(fileURLWithPath: path))
    }
}
