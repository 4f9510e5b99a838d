import Testing

@testable import Media

/// Goal: any file that may be configured gives the right sound or a sentence that helps; no file traps.
struct SoundTests {
    @Test func monoFileGivesItsSamples() throws {
        let file = try WAVFile(WAVBytes.file([1, -2, 3, .max, .min], rate: 16_000))
        #expect(file.samples == [1, -2, 3, .max, .min])
        #expect(file.sampleRate == 16_000)
    }

    @Test func stereoFileIsMixedToMono() throws {
        let file = try WAVFile(WAVBytes.file([100, 300, -100, -300, .max, .max], channels: 2))
        #expect(file.samples == [200, -200, .max])
    }

    @Test func unknownChunksOfOddLengthAreSkipped() throws {
        let file = try WAVFile(WAVBytes.file([7, 8], before: WAVBytes.chunk("LIST", [1, 2, 3])))
        #expect(file.samples == [7, 8])
    }

    @Test(arguments: [
        (WAVBytes.file([1], bits: 24), "24 bit"), (WAVBytes.file([1], tag: 3), "not PCM"),
        (WAVBytes.file([1], channels: 3), "3 channels"), (WAVBytes.file([1], channels: 0), "0 channels"),
        (WAVBytes.file([1], rate: 7_999), "7999 Hz"), (WAVBytes.file([1], rate: 48_001), "48001 Hz"),
        (WAVBytes.file([]), "empty"), ([], "not a WAV"), (Array("RIFF".utf8), "not a WAV"),
        (Array("<html>this is no sound at all</html>".utf8), "not a WAV"),
        (
            WAVBytes.chunk("RIFF", Array("WAVE".utf8) + WAVBytes.chunk("data", [1, 2])),
            "data before its format"
        ),
        (WAVBytes.chunk("RIFF", Array("WAVE".utf8) + WAVBytes.chunk("fmt ", [1, 0])), "truncated format"),
    ])
    func brokenFileSaysWhatIsWrong(bytes: [UInt8], words: String) {
        #expect { try WAVFile(bytes) } throws: { error in
            (error as? WAVFile.Problem)?.text.contains(words) == true
        }
    }

    @Test func truncationAtEveryByteIsAnErrorAndNeverATrap() {
        let whole = WAVBytes.file(Tone.samples(440, count: 40))
        for length in 0..<whole.count {
            #expect(throws: WAVFile.Problem.self, "\(length) bytes") { try WAVFile(Array(whole[..<length])) }
        }
    }

    @Test func everyFlippedByteIsReadOrRefused() {
        let whole = WAVBytes.file(Tone.samples(440, count: 8))
        for index in whole.indices {
            for value in [UInt8(0), 0x7F, 0x80, 0xFF] {
                var bytes = whole
                bytes[index] = value
                // Either outcome is right; surviving is the point.
                _ = try? WAVFile(bytes)
            }
        }
    }

    @Test func lengthHasALimit() throws {
        #expect(WAVFile.longestSeconds == 600)
        let longest = [Int16](repeating: 0, count: 2 * 8_000)
        #expect(try WAVFile(WAVBytes.file(longest), longestSeconds: 2).samples.count == longest.count)
        #expect { try WAVFile(WAVBytes.file(longest + [0]), longestSeconds: 2) } throws: { error in
            (error as? WAVFile.Problem)?.text.contains("longer than 2 s") == true
        }
    }

    // MARK: Resampling

    @Test(arguments: [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000])
    func toneKeepsItsPitchAndLevelAtEveryRate(rate: Int) {
        let source = Tone.samples(1_000, count: rate / 5, rate: rate)
        let result = Resampler.toTelephone(source, rate: rate)
        #expect(result.count == 1_600)
        // Without the edges, where the filter has nothing to look at.
        let middle = Array(result[160..<1_440])
        #expect(abs(Tone.level(1_000, in: middle) - 8_000) < 80)
        #expect(Tone.level(1_500, in: middle) < 20)
    }

    /// Without the filter 5 kHz at 16 kHz would come out as 3 kHz.
    @Test(arguments: [(16_000, 5_000.0), (44_100, 5_000), (48_000, 9_000), (48_000, 15_000)])
    func whatTheTelephoneCannotCarryDoesNotFoldIntoTheBand(rate: Int, hertz: Double) {
        let result = Resampler.toTelephone(Tone.samples(hertz, count: rate / 5, rate: rate), rate: rate)
        let loudest = result[160..<1_440].map { abs(Int($0)) }.max() ?? 0
        #expect(loudest < 40)
    }

    @Test func fullScaleDoesNotOverflow() {
        let square = (0..<4_800).map { $0 / 24 % 2 == 0 ? Int16.max : .min }
        #expect(Resampler.toTelephone(square, rate: 48_000).count == 800)
    }

    // MARK: The library

    @Test func soundsAreWholeFramesInAllThreeForms() {
        let sound = Sound(name: SoundName("x"), samples: Tone.samples(440, count: 161))
        #expect(sound.frames == 2)
        #expect(sound.linear.count == 320)
        #expect(sound.encoded(.pcmu).count == 320)
        #expect(sound.encoded(.pcma).last == G711.silence(of: .pcma))
        #expect(sound.length == .milliseconds(40))
    }

    @Test func ringbackIsTheToneOfMostOfEuropesNetworks() throws {
        let ringback = try #require(SoundLibrary()[.ringback])
        #expect(ringback.length == .seconds(5))
        #expect(Tone.level(425, in: Array(ringback.linear[..<8_000])) > 3_500)
        #expect(ringback.linear[8_000...].allSatisfy { abs(Int($0)) < 100 })
    }

    @Test func beepIsAShortSoftTone() throws {
        let beep = try #require(SoundLibrary()[.beep])
        #expect(beep.length == .milliseconds(200))
        #expect(Tone.level(850, in: Array(beep.linear[200..<1_400])) > 7_000)
        #expect(abs(Int(beep.linear[1])) < 100)
        #expect(abs(Int(beep.linear[1_598])) < 100)
    }

    @Test func everyBrokenSoundIsNamed() {
        let good = TemporarySound(Tone.samples(440, count: 800))
        let bad = TemporarySound([1, 2, 3])
        defer {
            good.remove()
            bad.remove()
        }
        let (library, broken) = SoundLibrary.load([
            SoundName("good"): good.path, SoundName("bad"): bad.path, SoundName("absent"): "/nowhere/at/all.wav",
            SoundName("folder"): "/tmp",
        ])
        #expect(library[SoundName("good")]?.frames == 5)
        let descriptions = broken.map(\.description)
        #expect(descriptions.count == 3)
        #expect(descriptions[0].contains("\"absent\" (/nowhere/at/all.wav)"))
        #expect(descriptions[0].contains("cannot be opened"))
        #expect(descriptions[1].contains("not a WAV file"))
        #expect(descriptions[2].contains("cannot be read"))
    }
}
