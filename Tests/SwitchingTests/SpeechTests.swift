import Routing
import Testing

@testable import Switching

/// Sentences in the grammar of the language (product.md section 6: "correct plural in uk/ru/en").
struct SpeechTests {
    private func words(_ count: Int, _ language: String = "uk", key: Key? = nil) -> String {
        Speech(language: language).words(.waitingRequests(count), startKey: key).joined(separator: " ")
    }

    @Test(arguments: [
        (0, "number-0 request-many"), (1, "number-1 request-one"), (2, "number-2 request-few"),
        (4, "number-4 request-few"), (5, "number-5 request-many"), (11, "number-11 request-many"),
        (12, "number-12 request-many"), (14, "number-14 request-many"), (20, "number-20 request-many"),
        (21, "number-20 number-1 request-one"), (22, "number-20 number-2 request-few"),
        (30, "number-30 request-many"), (100, "number-100 request-many"), (101, "number-100 number-1 request-one"),
        (111, "number-100 number-11 request-many"), (112, "number-100 number-12 request-many"),
        (999, "number-900 number-90 number-9 request-many"), (1_000_000, "number-900 number-90 number-9 request-many"),
        (-1, "number-0 request-many"),
    ])
    func ukrainianAndRussianHaveThreePlurals(count: Int, sentence: String) {
        #expect(words(count, "uk") == "reminder " + sentence)
        #expect(words(count, "ru") == "reminder " + sentence)
    }

    @Test func timeIsSpokenAsOnADigitalClock() {
        let local = LocalTime(year: 2026, month: 11, day: 25, hour: 9, minute: 5)
        #expect(
            Speech(language: "uk").words(.dateAndTime(local), startKey: nil)
                == ["will-call", "day-25", "month-11", "at", "number-9", "number-0", "number-5"])
        let noon = LocalTime(year: 2027, month: 2, day: 1, hour: 12, minute: 0)
        #expect(
            Speech(language: "uk").words(.dateAndTime(noon), startKey: nil).suffix(3)
                == ["number-12", "number-0", "number-0"])
    }

    @Test(arguments: [
        (0, "number-0 request-many"), (1, "number-1 request-one"), (2, "number-2 request-many"),
        (21, "number-20 number-1 request-many"), (101, "number-100 number-1 request-many"),
    ])
    func englishHasTwo(count: Int, sentence: String) {
        #expect(words(count, "en") == "reminder " + sentence)
    }

    @Test(arguments: [
        (Key("1"), " press-to-begin number-1"), (Key("*"), " press-to-begin star"),
        (Key("#"), " press-to-begin hash"), (nil, ""),
    ])
    func keyIsNamed(key: Key?, end: String) {
        #expect(words(1, key: key) == "reminder number-1 request-one" + end)
    }
}
