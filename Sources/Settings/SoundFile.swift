/// A look at a WAV file: whether the media engine will be able to play it. Its samples are not read.
enum SoundFile {
    enum Problem: Error, Hashable {
        case missing
        case unreadable(FileReader.Failure)
        case notWAV
        case format(String)
        case empty
        /// Something was said about it already, elsewhere in the file.
        case reported

        /// Follows the name of the file.
        var text: String {
            switch self {
            case .missing: "does not exist"
            case .unreadable(let failure): failure.text
            case .notWAV: "is no WAV file"
            case .format(let what): "is \(what)"
            case .empty: "holds no sound"
            case .reported: "cannot be used, see sounds"
            }
        }

        var nextStep: String? {
            switch self {
            case .missing: "paths are relative to the sound folder"
            case .unreadable, .reported: nil
            case .notWAV, .format, .empty: "16 bit PCM, mono or stereo, 8 to 48 kHz: sox IN -b 16 -r 8000 -c 1 OUT.wav"
            }
        }
    }

    /// Longest that is accepted.
    static let maxBytes = 64 * 1_048_576
    /// The chunk with the samples begins within so many bytes.
    private static let headBytes = 65_536

    static func check(_ path: String) -> Problem? {
        do throws(FileReader.Failure) {
            return check(head: try FileReader.read(path, limit: maxBytes, prefix: headBytes))
        } catch {
            return error == .missing ? .missing : .unreadable(error)
        }
    }

    /// RIFF chunks up to `data`; `fmt ` must come before it.
    static func check(head: [UInt8]) -> Problem? {
        guard head.count >= 12, text(head, 0) == "RIFF", text(head, 8) == "WAVE" else { return .notWAV }
        var offset = 12
        var isFormatKnown = false
        while offset + 8 <= head.count {
            let size = number(head, offset + 4, bytes: 4)
            let name = text(head, offset)
            if name == "fmt " {
                if let problem = checkFormat(head, offset + 8, size) { return problem }
                isFormatKnown = true
            } else if name == "data" {
                guard isFormatKnown else { return .notWAV }
                return size == 0 || head.count <= offset + 8 ? .empty : nil
            }
            // Chunks are padded to an even length. Sizes are 32 bit, so the sum cannot overflow.
            offset += 8 + size + size % 2
        }
        return .notWAV
    }

    private static func checkFormat(_ head: [UInt8], _ offset: Int, _ size: Int) -> Problem? {
        guard size >= 16, offset + 16 <= head.count else { return .notWAV }
        var format = number(head, offset, bytes: 2)
        // WAVE_FORMAT_EXTENSIBLE: the format proper is the beginning of its GUID.
        if format == 0xFFFE, size >= 26, offset + 26 <= head.count { format = number(head, offset + 24, bytes: 2) }
        let channels = number(head, offset + 2, bytes: 2)
        let rate = number(head, offset + 4, bytes: 4)
        let bits = number(head, offset + 14, bytes: 2)
        if format != 1 { return .format("not PCM (format \(format))") }
        if bits != 16 { return .format("\(bits) bit, not 16") }
        if !(1...2).contains(channels) { return .format("of \(channels) channels, not 1 or 2") }
        if !(8_000...48_000).contains(rate) { return .format("at \(rate) Hz, not 8000 to 48000") }
        return nil
    }

    private static func text(_ bytes: [UInt8], _ offset: Int) -> String {
        offset + 4 <= bytes.count ? String(decoding: bytes[offset..<offset + 4], as: UTF8.self) : ""
    }

    /// Little endian; 0 beyond the end.
    private static func number(_ bytes: [UInt8], _ offset: Int, bytes count: Int) -> Int {
        guard offset + count <= bytes.count else { return 0 }
        return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
