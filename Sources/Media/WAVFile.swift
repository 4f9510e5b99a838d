/// A WAV file's samples, read from bytes that may be anything: 16 bit PCM, mono or stereo, 8 to 48 kHz.
struct WAVFile {
    /// Longest sound that is accepted: 10 minutes.
    static let longestSeconds = 600
    /// Room for headers and tags beside the longest sound in the largest format.
    static let largestFile = longestSeconds * 48_000 * 4 + 1_000_000
    /// More chunks than any editor writes; a file of empty chunks must not take long.
    private static let mostChunks = 1_000
    /// Sizes from here on mean "not known when the header was written".
    private static let unknownSize = 0x7FFF_0000
    private static let advice = "save it as 16 bit PCM WAV, mono or stereo, 8 to 48 kHz"

    var sampleRate: Int
    /// Mono; the two channels of a stereo file are averaged.
    var samples: [Int16]

    /// What is wrong with a file and what would do, as a sentence for the one who configured it.
    struct Problem: Error, Equatable {
        var text: String
    }

    init(_ bytes: [UInt8], longestSeconds: Int = Self.longestSeconds) throws(Problem) {
        var reader = ChunkReader(bytes)
        guard reader.text(4) == "RIFF", reader.number(4) != nil, reader.text(4) == "WAVE" else {
            throw Problem(text: "is not a WAV file (no RIFF/WAVE header); \(Self.advice)")
        }
        var format: Format?
        for _ in 0..<Self.mostChunks {
            guard let name = reader.text(4), let size = reader.number(4) else { break }
            let body = reader.take(size)
            switch name {
            case "fmt ":
                format = try Format(body, in: bytes)
            case "data":
                guard let format else { throw Problem(text: "has its data before its format; \(Self.advice)") }
                // Writers of streams leave the size at its largest: then what is there counts.
                guard size <= body.count || size >= Self.unknownSize else {
                    throw Problem(
                        text: "is truncated (\(body.count) of \(size) bytes of audio); copy it again")
                }
                sampleRate = format.sampleRate
                samples = try Self.mono(bytes[body], format, longestSeconds)
                return
            default:
                break
            }
            // Chunks are padded to even sizes.
            if size & 1 == 1 { _ = reader.take(1) }
        }
        throw Problem(text: "has no audio data in its \(bytes.count) bytes; \(Self.advice)")
    }

    private static func mono(
        _ bytes: ArraySlice<UInt8>, _ format: Format, _ longestSeconds: Int
    ) throws(Problem) -> [Int16] {
        let frames = bytes.count / (2 * format.channels)
        guard frames > 0 else { throw Problem(text: "has an empty data chunk; \(advice)") }
        guard frames <= longestSeconds * format.sampleRate else {
            throw Problem(text: "lasts longer than \(longestSeconds) s; shorten it")
        }
        return bytes.withUnsafeBytes { raw in
            (0..<frames).map { frame in
                var sum = 0
                for channel in 0..<format.channels {
                    let offset = (frame * format.channels + channel) * 2
                    sum += Int(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Int16.self)))
                }
                return Int16(sum / format.channels)
            }
        }
    }

    private struct Format {
        var channels: Int
        var sampleRate: Int

        init(_ body: Range<Int>, in bytes: [UInt8]) throws(Problem) {
            var reader = ChunkReader(bytes, body)
            guard let tag = reader.number(2), let channels = reader.number(2), let rate = reader.number(4),
                reader.number(4) != nil, reader.number(2) != nil, let bits = reader.number(2)
            else { throw Problem(text: "has a truncated format chunk; \(WAVFile.advice)") }
            // 0xFFFE: the extensible format, whose real tag is the first field of its sub-format identifier.
            var coding = tag
            if tag == 0xFFFE {
                guard reader.number(2) != nil, reader.number(2) != nil, reader.number(4) != nil,
                    let inner = reader.number(2)
                else { throw Problem(text: "has a truncated format chunk; \(WAVFile.advice)") }
                coding = inner
            }
            guard coding == 1 else {
                throw Problem(text: "is not PCM (format tag \(coding)); \(WAVFile.advice)")
            }
            guard bits == 16 else { throw Problem(text: "has \(bits) bit samples; \(WAVFile.advice)") }
            guard (1...2).contains(channels) else {
                throw Problem(text: "has \(channels) channels; \(WAVFile.advice)")
            }
            guard (8_000...48_000).contains(rate) else {
                throw Problem(text: "has a sample rate of \(rate) Hz; \(WAVFile.advice)")
            }
            self.channels = channels
            sampleRate = rate
        }
    }

    /// Walks through bytes without ever leaving them.
    private struct ChunkReader {
        private let bytes: [UInt8]
        private var position: Int
        private let end: Int

        init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
            self.bytes = bytes
            position = range?.lowerBound ?? 0
            end = range?.upperBound ?? bytes.count
        }

        /// The next bytes, or those that are left.
        mutating func take(_ count: Int) -> Range<Int> {
            let start = position
            position += min(max(count, 0), end - position)
            return start..<position
        }

        /// Little endian.
        mutating func number(_ width: Int) -> Int? {
            let range = take(width)
            guard range.count == width else { return nil }
            return bytes[range].reversed().reduce(0) { $0 << 8 | Int($1) }
        }

        mutating func text(_ width: Int) -> String? {
            let range = take(width)
            guard range.count == width else { return nil }
            return String(decoding: bytes[range], as: UTF8.self)
        }
    }
}
