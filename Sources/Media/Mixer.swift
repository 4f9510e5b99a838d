/// Puts one sound over another.
enum Mixer {
    /// How much the sound below is lowered while another one plays over it: a quarter, -12 dB.
    static let duckingShift: Int16 = 2

    @inline(__always)
    static func mix(below: Int16, over: Int16) -> Int16 {
        let sum = Int32(below >> duckingShift) + Int32(over)
        return Int16(clamping: sum)
    }
}

/// One listener's place in a sound.
struct SoundCursor {
    let sound: Sound
    /// In samples, below the sound's length.
    private(set) var position = 0

    init(_ sound: Sound) {
        self.sound = sound
    }

    var sample: Int16 { sound.linear[position] }

    /// Goes on by some samples; `true` if the end was reached, from where it starts over.
    mutating func advance(by samples: Int) -> Bool {
        position += samples
        guard position >= sound.linear.count else { return false }
        position %= sound.linear.count
        return true
    }
}
