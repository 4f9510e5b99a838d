import Foundation
import Journal
import Routing
import Testing

/// What the encoder writes is what Foundation's decoder reads.
struct LineEncoderTests {
    private struct Everything: Codable, Hashable {
        struct Empty: Codable, Hashable {}

        enum Choice: Codable, Hashable {
            case plain
            case one(Int)
            case two(String, named: [Int])
        }

        var text = "quote \" backslash \\ line\nfeed \u{1} tab\t дзвінок 📞"
        var numbers: [Int] = [0, -1, .max, .min]
        var unsigned: UInt64 = .max
        var small: Int8 = -128
        var fraction = 0.1
        var yes = true
        var missing: Int?
        var present: Int? = 4
        var empty = Empty()
        var list: [Empty] = [Empty(), Empty()]
        var nothing: [String] = []
        var choices: [Choice] = [.plain, .one(3), .two("x", named: [])]
        var nested = [["a": 1], [:]]
        var duration = Duration.milliseconds(1_500)
        var last = Choice.two("", named: [1, 2])
    }

    private func line(_ value: some Encodable) throws -> String {
        var bytes: [UInt8] = []
        try LineEncoder().append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func everythingComesBack() throws {
        let text = try line(Everything())
        #expect(text.hasSuffix("}\n"))
        #expect(text.filter { $0 == "\n" }.count == 1)
        #expect(try JSONDecoder().decode(Everything.self, from: Data(text.utf8)) == Everything())
    }

    @Test func keysComeInTheOrderOfTheValueWithoutBlanks() throws {
        struct Pair: Encodable {
            var second = [1, 2]
            var first = ["x": true]
        }
        #expect(try line(Pair()) == "{\"second\":[1,2],\"first\":{\"x\":true}}\n")
        #expect(try line([Int?.none, 1]) == "[null,1]\n")
        #expect(try line("x") == "\"x\"\n")
    }

    @Test func linesAreAddedOneAfterTheOther() throws {
        let encoder = LineEncoder()
        var bytes: [UInt8] = []
        try encoder.append([1], to: &bytes)
        try encoder.append([2], to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "[1]\n[2]\n")
    }

    @Test func whatJSONCannotSayIsRefused() {
        #expect(throws: EncodingError.self) { try line([Double.infinity]) }
    }
}
