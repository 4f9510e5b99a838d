import Foundation
import Routing
import Settings
import Switching
import Testing

/// What is said and what is loaded are told apart by targets; here they meet.
@Test func everyWordThatCanBeSaidIsLoadedAndHasAFileInEachLanguage() {
    let sounds = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../sounds")
    let keys = [nil] + "0123456789*#".map { Key($0) }
    for language in ["uk", "ru", "en"] {
        let speech = Speech(language: language)
        var said: Set<String> = []
        for count in 0...Speech.largestNumber {
            said.formUnion(speech.words(.waitingRequests(count), startKey: nil).map(\.text))
        }
        for key in keys { said.formUnion(speech.words(.waitingRequests(1), startKey: key).map(\.text)) }
        #expect(said.subtracting(SpokenWords.ofReminders).isEmpty)
        for word in said.sorted() {
            let path = sounds.appending(path: "\(language)/\(word).wav").path
            #expect(FileManager.default.fileExists(atPath: path), "\(language)/\(word).wav")
        }
    }
}
