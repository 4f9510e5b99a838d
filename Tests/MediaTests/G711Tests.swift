import Testing

@testable import Media

/// Goal: both laws are those of ITU-T G.711. Method: fixed points of its tables, all 256 codes, all 65 536 samples.
struct G711Tests {
    @Test(arguments: [
        (UInt8(0xFF), Int16(0)), (0x7F, 0), (0x80, 32_124), (0x00, -32_124), (0xFE, 8), (0x7E, -8), (0xF0, 120),
        (0xEF, 132), (0x8F, 16_764), (0x90, 15_996),
    ])
    func muLawCodesHaveTheValuesOfTheStandard(code: UInt8, value: Int16) {
        #expect(G711.muLawValues[Int(code)] == value)
    }

    @Test(arguments: [
        (UInt8(0xD5), Int16(8)), (0x55, -8), (0xAA, 32_256), (0x2A, -32_256), (0xD4, 24), (0xC5, 264), (0x85, 4_224),
        (0xBA, 16_128),
    ])
    func aLawCodesHaveTheValuesOfTheStandard(code: UInt8, value: Int16) {
        #expect(G711.aLawValues[Int(code)] == value)
    }

    /// The digital milliwatt: one period of 1 kHz at 0 dBm0 (ITU-T G.711 tables 5 and 6), as octets of both laws.
    @Test func digitalMilliwattIsTheSameToneInBothLaws() {
        let muLaw: [UInt8] = [0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E]
        let aLaw: [UInt8] = [0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4]
        let tones = [Tone.decode(muLaw, .pcmu), Tone.decode(aLaw, .pcma)].map { period in
            Tone.level(1_000, in: (0..<100).flatMap { _ in period })
        }
        #expect(abs(tones[0] / tones[1] - 1) < 0.02)
    }

    @Test(arguments: MediaCodec.allCases)
    func everyCodeSurvivesARoundTrip(codec: MediaCodec) {
        for code in UInt8.min...UInt8.max {
            let value = G711.values(of: codec)[Int(code)]
            // µ-law has two zeros; the positive one is sent.
            let expected = codec == .pcmu && code == 0x7F ? 0xFF : code
            #expect(G711.encode(value, as: codec) == expected)
        }
    }

    @Test(arguments: MediaCodec.allCases)
    func quantisationErrorStaysWithinHalfAStep(codec: MediaCodec) {
        let values = G711.values(of: codec)
        let wrong = (Int(Int16.min)...Int(Int16.max)).filter { sample in
            let decoded = Int(values[Int(G711.encode(Int16(sample), as: codec))])
            // A step is at most a sixteenth of the (biased) value, in the lowest segment 8 or 16; the top clips.
            let bound = abs(sample) > 32_124 ? 700 : max(9, (abs(sample) + 132) / 32 + 4)
            return abs(decoded - sample) > bound
        }
        #expect(wrong.isEmpty)
    }

    @Test func translationBetweenTheLawsKeepsTheSound() {
        let tone = Tone.samples(440, count: 1_600)
        let translated = G711.encode(tone, as: .pcmu).map { G711.aLawOfMuLaw[Int($0)] }
        let back = translated.map { G711.muLawOfALaw[Int($0)] }
        #expect(abs(Tone.level(440, in: Tone.decode(translated, .pcma)) - 8_000) < 200)
        #expect(abs(Tone.level(440, in: Tone.decode(back, .pcmu)) - 8_000) < 200)
    }
}
