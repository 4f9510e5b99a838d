import Foundation
import Testing

@testable import Settings

// Goal: no file traps the reader, and a file that gives no configuration says why. Method: the sample with random
// edits of bytes, words and lines, from fixed seeds.

@Test(arguments: 0..<8) func editedSampleGivesAConfigurationOrAFinding(seed: Int) throws {
    let sample = Array(try String(contentsOfFile: repository + "etc/burdock.yaml", encoding: .utf8).utf8)
    var generator = SeededGenerator(state: UInt64(seed))
    var accepted = 0
    for round in 0..<60 {
        var bytes = sample
        for _ in 0..<Int.random(in: 1...4, using: &generator) { edit(&bytes, using: &generator) }
        let result = ConfigurationReader.read(
            bytes, paths: Paths(file: "etc/burdock.yaml", workingDirectory: repository))
        let errors = result.diagnostics.filter { $0.severity == .error }
        #expect((result.configuration == nil) == !errors.isEmpty, "seed \(seed), round \(round)")
        #expect(!result.render(color: true).isEmpty || result.diagnostics.isEmpty)
        for diagnostic in result.diagnostics {
            #expect(diagnostic.line >= 0 && diagnostic.column >= 0 && diagnostic.length >= 0)
            #expect(!diagnostic.message.isEmpty)
        }
        accepted += result.configuration == nil ? 0 : 1
    }
    // Edits of comments do no harm; were everything refused, or nothing, this would test nothing.
    #expect((1..<60).contains(accepted))
}

private func edit(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
    let signs = Array("{}[]:,-#&*!|>'\"%@` \t\n\r0aя\u{1}~?\\/".utf8) + [0x80, 0xFF, 0xC2, 0xE2]
    guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &generator)) }
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    let length = min(Int.random(in: 1...40, using: &generator), bytes.count - place)
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 1: bytes[place] = signs.randomElement(using: &generator)!
    case 2: bytes.insert(signs.randomElement(using: &generator)!, at: place)
    case 3: bytes.removeSubrange(place..<place + length)
    case 4:
        bytes.insert(contentsOf: bytes[place..<place + length], at: Int.random(in: 0..<bytes.count, using: &generator))
    case 5: bytes.removeSubrange(place...)
    default: swapLines(&bytes, using: &generator)
    }
}

private func swapLines(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    guard lines.count > 1 else { return }
    lines.swapAt(
        Int.random(in: 0..<lines.count, using: &generator), Int.random(in: 0..<lines.count, using: &generator))
    bytes = Array(lines.joined(separator: [0x0A]))
}
