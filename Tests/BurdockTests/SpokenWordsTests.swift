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
            said.formUnion(speech.words(.waitingRequests(count), startKey: nil))
        }
        var times: Set<String> = []
        for day in 1...31 {
            let local = LocalTime(year: 2027, month: day % 12 + 1, day: day, hour: day % 24, minute: day)
            times.formUnion(speech.words(.dateAndTime(local), startKey: nil))
        }
        for minute in 0...59 {
            let local = LocalTime(year: 2027, month: 1, day: 1, hour: minute % 24, minute: minute)
            times.formUnion(speech.words(.dateAndTime(local), startKey: nil))
        }
        let question = TimeQuestion(confirmKey: Key("1")!)
        times.formUnion([question.date, question.time, question.confirm, question.invalid!].map(\.name))
        #expect(times.subtracting(SpokenWords.ofTimes).isEmpty)
        said.formUnion(times)
        for key in keys { said.formUnion(speech.words(.waitingRequests(1), startKey: key)) }
        #expect(said.subtracting(SpokenWords.ofReminders + SpokenWords.ofTimes).isEmpty)
        for word in said.sorted() {
            let path = sounds.appending(path: "\(language)/\(word).wav").path
            #expect(FileManager.default.fileExists(atPath: path), "\(language)/\(word).wav")
        }
    }
}
