import Foundation
import Testing

@testable import Settings

// Goal: each small reader reads what it should and nothing else. Method: tables.

@Test(arguments: [
    ("0", Duration.zero), ("0s", .zero), ("250ms", .milliseconds(250)), ("20s", .seconds(20)), ("20 sec", .seconds(20)),
    ("5m", .seconds(300)), ("5 min", .seconds(300)), ("1h", .seconds(3_600)), ("30d", .seconds(30 * 86_400)),
    ("  7s", nil), ("36600d", .seconds(36_600 * 86_400)), ("36601d", nil), ("", nil), ("s", nil), ("5", nil),
    ("-5s", nil), ("1.5s", nil), ("5S", nil), ("1h30m", nil), ("٥s", nil), ("9223372036854775807d", nil),
])
func durationIsNumberAndUnit(text: String, expected: Duration?) {
    #expect((try? DurationText.parse(text).get()) == expected)
}

@Test(arguments: [
    ("5", "5s"), ("5 mins", "5 min"), ("5 minutes", "5 min"), ("20 Sec", "20sec"), ("20 seconds", "20s"),
    ("2 hours", "2h"), ("2 HR", "2h"), ("5с", "5s"), ("5 хв", "5 min"), ("2 години", "2h"), ("10 мс", "10ms"),
    ("3 дні", "3d"), ("3 weeks", nil),
])
func durationInAnotherUnitIsSuggestedInOurs(text: String, expected: String?) {
    guard case .failure(let problem) = DurationText.parse(text) else {
        Issue.record("\(text) was read")
        return
    }
    #expect(problem.suggestion == expected)
}

@Test(arguments: ["0s", "1ms", "250ms", "1500ms", "20s", "1 min", "90s", "1h", "1d", "36d"])
func durationIsWrittenAsItIsRead(text: String) throws {
    #expect(DurationText.write(try DurationText.parse(text).get()) == text)
}

@Test(arguments: [
    ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("2001:DB8::0:1", "2001:db8::1"), ("10.0.0.0/8", "10.0.0.0/8"),
    ("0.0.0.0/0", "0.0.0.0/0"), ("192.0.2.7/32", "192.0.2.7"), ("2001:db8::/32", "2001:db8::/32"),
    ("192.0.2.77/24", "192.0.2.0/24"), ("2001:db8::ff/127", "2001:db8::fe/127"), ("10.0.0.0/33", nil),
    ("::/129", nil), ("10.0.0.0/", nil), ("10.0.0.0/-1", nil), ("10.0.0.0/8/8", nil), ("10.0.0", nil),
    ("010.0.0.1", nil),
    ("host", nil), ("", nil), ("fe80::1%eth0", nil), ("1.2.3.4\u{0}", nil),
])
func blockIsReadAndItsNetworkWritten(text: String, expected: String?) {
    #expect(Address(block: text)?.network.text == expected)
}

@Test(arguments: [
    ("ring_timout", "ring_timeout"), ("RING_TIMEOUT", "ring_timeout"), ("ringtimeout", "ring_timeout"),
    ("wrapup", "wrap_up"), ("hlod", "hold"), ("mах_wait", "max_wait"), ("waр_up", "wrap_up"), ("ноld", "hold"),
    ("colour", nil), ("x", nil),
    ("", nil),
])
func nearestKnownWordIsSuggested(word: String, expected: String?) {
    #expect(Suggestion.nearest(to: word, in: ["ring_timeout", "wrap_up", "hold", "max_wait"]) == expected)
}

@Test func distanceCountsSwapsAsOneChange() {
    func distance(_ left: String, _ right: String) -> Int { Suggestion.distance(Array(left.utf8), Array(right.utf8)) }
    #expect(distance("anna", "anna") == 0)
    #expect(distance("anna", "nana") == 1)
    #expect(distance("", "anna") == 4)
    #expect(distance("anna", "") == 4)
    #expect(distance("kitten", "sitting") == 3)
}

@Test(arguments: [
    ("etc/burdock.yaml", "lists/vip.txt", "etc/lists/vip.txt", "/home/b/etc/lists/vip.txt"),
    ("etc/burdock.yaml", "../sounds", "sounds", "/home/b/sounds"),
    ("burdock.yaml", "a/./b//c", "a/./b//c", "/home/b/a/b/c"),
    ("/etc/burdock/burdock.yaml", "../../../x", "/x", "/x"),
    ("../burdock.yaml", "vip.txt", "../vip.txt", "/home/vip.txt"),
    ("etc/burdock.yaml", "/srv/vip.txt", "/srv/vip.txt", "/srv/vip.txt"),
])
func pathsAreRelativeToTheFolderOfTheFile(file: String, path: String, shown: String, absolute: String) {
    let paths = Paths(file: file, workingDirectory: "/home/b")
    #expect(paths.shown(path) == shown)
    #expect(paths.beside(path) == absolute)
}

@Test(arguments: [
    ("+380441234567", true), ("0 (44) 123-45-67", true), ("044.123/45", true), ("", true), ("   ", true), ("# x", true),
    ("12 # two digits", true), ("12\r", true), ("+12", true), ("1", false), ("+", false), ("12+3", false),
    ("++12", false),
    ("1234567890123456789", false), ("12a", false), ("a # 12", false), ("１２３", false),
])
func lineOfAListIsANumberOrNothing(line: String, expected: Bool) {
    #expect(ListChecker.isFine(Array(line.utf8)[...]) == expected)
}

@Test func firstTwentyBadLinesOfAListAreReported() throws {
    let folder = TemporaryFolder()
    let bad = (1...25).map { "nobody \($0)\r\n" }.joined()
    folder.write("lists/vip.txt", "\u{FEFF}+380441234567\n  seven # comment\n\n\(bad)+380441234568")
    folder.write(
        "b.yaml",
        """
        sounds: {folder: \(repository)sounds}
        operators: [{name: anna}]
        queues: [{name: q, operators: {anna: 1}}]
        lines: [{number: 1, queue: q, black_list: lists/vip.txt}, {number: 2, queue: q, black_list: lists/vip.txt}]
        """)
    let result = ConfigurationReader.read(path: "b.yaml", workingDirectory: folder.path)
    #expect(result.configuration == nil)
    try #require(result.diagnostics.count == 21)
    #expect(result.diagnostics.allSatisfy { $0.file == "lists/vip.txt" })
    #expect(
        result.diagnostics[0].render(color: false) == """
            lists/vip.txt:2:3  error    "seven" is no number
                2 |     seven # comment
                  |     ^^^^^
                  = a number a line: digits, with + in front of a country code; # begins a comment
            """)
    #expect(brief(result.diagnostics[1]) == "4:1+8 error \"nobody 1\" is no number")
    #expect(brief(result.diagnostics[20]) == "23:1+0 error from here on 6 more lines hold no number")
}

@Test(.timeLimit(.minutes(1))) func listOfAHundredThousandNumbersIsLookedThrough() {
    let reading = Reading(file: "x", source: SourceText(""))
    let bytes = Array(String(repeating: "+380441234567\n", count: 100_000).utf8)
    ListChecker.check(bytes, file: "vip.txt", reading)
    #expect(reading.diagnostics.isEmpty)
}

/// A WAV head of one `fmt ` chunk and a `data` chunk of four bytes.
private func wav(
    format: UInt16 = 1, channels: UInt16 = 1, rate: UInt32 = 8_000, bits: UInt16 = 16, before: [UInt8] = [],
    data: [UInt8] = [1, 0, 2, 0]
) -> [UInt8] {
    func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    let fmt =
        Array("fmt ".utf8) + bytes(UInt32(16)) + bytes(format) + bytes(channels) + bytes(rate) + bytes(rate * 2)
        + bytes(UInt16(2)) + bytes(bits)
    let body = Array("WAVE".utf8) + before + fmt + Array("data".utf8) + bytes(UInt32(data.count)) + data
    return Array("RIFF".utf8) + bytes(UInt32(body.count)) + body
}

@Test func soundsThatTheMediaEngineCanPlayAreAccepted() {
    #expect(SoundFile.check(head: wav()) == nil)
    #expect(SoundFile.check(head: wav(channels: 2, rate: 48_000)) == nil)
    // Another chunk first, of odd length and therefore padded.
    #expect(SoundFile.check(head: wav(before: Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0])) == nil)
}

@Test func soundsThatCannotBePlayedAreRefusedWithTheReason() {
    #expect(SoundFile.check(head: []) == .notWAV)
    #expect(SoundFile.check(head: Array("RIFF1234WAVE".utf8)) == .notWAV)
    #expect(SoundFile.check(head: wav(format: 7)) == .format("not PCM (format 7)"))
    #expect(SoundFile.check(head: wav(channels: 3)) == .format("of 3 channels, not 1 or 2"))
    #expect(SoundFile.check(head: wav(rate: 96_000)) == .format("at 96000 Hz, not 8000 to 48000"))
    #expect(SoundFile.check(head: wav(bits: 8)) == .format("8 bit, not 16"))
    #expect(SoundFile.check(head: wav(data: [])) == .empty)
    #expect(SoundFile.check(head: wav(before: Array("LIST".utf8) + [0xFF, 0xFF, 0xFF, 0xFF])) == .notWAV)
    let whole = wav()
    for length in whole.indices {
        #expect(SoundFile.check(head: Array(whole.prefix(length))) != .some(.reported))
    }
}

@Test func phoneKeysAndCodesMayBeAnyThatTelephonesHave() {
    let yaml = """
        operators: [{name: anna}]
        queues: [{name: v, vip: true, operators: {anna: 0, }, interruption: {take_now: "#", keep_talking: none}}]
        codes: {ready: "**1", pause: "#2", off: "99"}
        lines: [{number: "+380441234567", queue: v}]
        """
    let configuration = configuration(yaml)
    #expect(configuration.queues[0].interruption.takeNow == "#")
    #expect(configuration.queues[0].interruption.keepTalking == nil)
    #expect(configuration.codes.ready == "**1")
    #expect(configuration.lines[0].number == "+380441234567")
}

@Test func fileWithSecretsThatAllCanReadIsWarnedOf() throws {
    let folder = TemporaryFolder()
    folder.write(
        "b.yaml", "sounds: {folder: \(repository)sounds}\noperators: [{name: anna, secret: long-enough-secret}]")
    let path = folder.path + "/b.yaml"
    #expect(chmod(path, 0o644) == 0)
    let result = ConfigurationReader.read(path: path)
    #expect(
        result.diagnostics.map(brief) == [
            "0:0+0 warning the file holds secrets, and every user of this machine can read it"
        ])
    #expect(result.configuration?.operators[0].secret == "long-enough-secret")
    #expect(chmod(path, 0o640) == 0)
    #expect(ConfigurationReader.read(path: path).diagnostics.isEmpty)
}
