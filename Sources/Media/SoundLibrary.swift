#if canImport(Glibc)
    import Glibc
#endif

/// A sound, ready to be sent: encoded once for each codec and shared by all listeners.
///
/// All three forms have the same whole number of frames; the last one is filled up with silence.
final class Sound: Sendable {
    let name: SoundName
    let linear: [Int16]
    let frames: Int
    private let muLaw: [UInt8]
    private let aLaw: [UInt8]

    init(name: SoundName, samples: [Int16]) {
        self.name = name
        frames = max(1, (samples.count + SoundFrame.samples - 1) / SoundFrame.samples)
        linear = samples + [Int16](repeating: 0, count: frames * SoundFrame.samples - samples.count)
        muLaw = G711.encode(linear, as: .pcmu)
        aLaw = G711.encode(linear, as: .pcma)
    }

    func encoded(_ codec: MediaCodec) -> [UInt8] {
        switch codec {
        case .pcmu: muLaw
        case .pcma: aLaw
        }
    }

    var length: Duration { .milliseconds(frames * SoundFrame.milliseconds) }
}

/// All sounds of the configuration and those that the engine makes itself.
struct SoundLibrary: Sendable {
    private var sounds: [SoundName: Sound]

    subscript(name: SoundName) -> Sound? { sounds[name] }
    var lengths: [SoundName: Duration] { sounds.mapValues(\.length) }

    init(_ sounds: [Sound] = []) {
        self.sounds = Dictionary((Self.builtIn + sounds).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// These sounds, and those of `others` that have another name.
    func adding(_ others: SoundLibrary) -> SoundLibrary {
        var library = self
        library.sounds.merge(others.sounds) { own, _ in own }
        return library
    }

    /// Reads and converts every file; names every one that cannot be used, in order of the names.
    static func load(_ files: [SoundName: String]) -> (library: SoundLibrary, broken: [MediaError]) {
        var sounds: [Sound] = []
        var broken: [MediaError] = []
        for (name, path) in files.sorted(by: { $0.key.text < $1.key.text }) {
            do throws(WAVFile.Problem) {
                let file = try WAVFile(try read(path))
                sounds.append(Sound(name: name, samples: Resampler.toTelephone(file.samples, rate: file.sampleRate)))
            } catch {
                broken.append(.sound(name: name.text, path: path, problem: error.text))
            }
        }
        return (SoundLibrary(sounds), broken)
    }

    private static var builtIn: [Sound] {
        [
            Sound(name: .beep, samples: beep),
            Sound(name: .ringback, samples: ringback),
            Sound(name: .silence, samples: [Int16](repeating: 0, count: Resampler.targetRate)),
        ]
    }

    /// 0.2 s of 850 Hz at -12 dB, with edges of 10 ms so that it does not click.
    private static var beep: [Int16] {
        let count = Resampler.targetRate / 5
        let edge = Double(Resampler.targetRate / 100)
        return (0..<count).map { index in
            let rise = min(1, Double(min(index, count - 1 - index)) / edge)
            let wave = sin(2 * .pi * 850 * Double(index) / Double(Resampler.targetRate))
            return Int16(wave * 8_192 * rise * rise * (3 - 2 * rise))
        }
    }

    /// One second of 425 Hz and four of nothing, as networks of most of Europe do (ITU-T E.180).
    private static var ringback: [Int16] {
        let second = Resampler.targetRate
        return (0..<(5 * second)).map { index in
            guard index < second else { return 0 }
            return Int16(sin(2 * .pi * 425 * Double(index) / Double(second)) * 4_096)
        }
    }

    private static func read(_ path: String) throws(WAVFile.Problem) -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw WAVFile.Problem(text: "cannot be opened (\(errorText(errno))); correct the path or the permissions")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= WAVFile.largestFile {
            let count = fread(&part, 1, part.count, file)
            guard count > 0 else {
                guard ferror(file) == 0 else {
                    throw WAVFile.Problem(text: "cannot be read (\(errorText(errno))); it has to be a readable file")
                }
                return bytes
            }
            bytes += part[..<count]
        }
        throw WAVFile.Problem(
            text: "is larger than \(WAVFile.largestFile / 1_000_000) MB; sounds last 10 minutes at most")
    }

    private static func errorText(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
