/// One step of a scenario (product.md section 7), as the router takes it. Whatever interprets the graph of nodes yields
/// these; steps that nobody knows beforehand come as the answer to `check`.
package enum ScenarioStep: Hashable, Codable, Sendable {
    /// Plays a sound to its end, then goes on. Keys mean nothing meanwhile.
    case play(Sound)
    /// Asks for a key.
    case ask(Question)
    /// Asks the outside (a list, a webhook) by name and goes on with the steps it answers; without an answer in time, or
    /// with an empty one, with the next step. The customer hears the queue's hold audio meanwhile.
    case check(String)
    /// Sends the call to a queue or an operator. The steps after it are not taken.
    case route(Destination)
    /// Promises a callback and ends the call. Goes on to the next step if the number is withheld.
    case callback
    /// Asks by keys for a date and a time, and promises a callback then. Goes on to the next step if the customer comes to
    /// no decision, if the number is withheld, or if nobody calls back the customers of the queue.
    case askTime(TimeQuestion)
    /// A hang-up line: refuses the call with a SIP status and has the customer called back at once. Only refuses it if
    /// the number is withheld. Where in a scenario it may stand is said at `reject`.
    case rejectAndCallBack(status: Int)
    /// Refuses the call with a SIP status. As the first step: unanswered, so that the customer pays nothing. Later the
    /// call is only ended.
    case reject(status: Int)
    case hangUp
}

/// A menu: a sound, and what each key means. A key counts while the sound plays, too.
package struct Question: Hashable, Codable, Sendable {
    package struct Answer: Hashable, Codable, Sendable {
        package var key: Key
        /// Taken before the rest of the scenario.
        package var steps: [ScenarioStep]

        package init(_ key: Key, _ steps: [ScenarioStep]) {
            self.key = key
            self.steps = steps
        }
    }

    package var sound: Sound
    package var answers: [Answer]
    /// From the end of the sound.
    package var timeout: Duration
    /// The question is asked so many times more when no key came, or one that means nothing.
    package var repeats: Int
    /// Taken when no answer came at all, before the rest of the scenario.
    package var otherwise: [ScenarioStep]

    package init(
        _ sound: Sound, answers: [Answer], timeout: Duration = .seconds(5), repeats: Int = 2,
        otherwise: [ScenarioStep] = []
    ) {
        self.sound = sound
        self.answers = answers
        self.timeout = timeout
        self.repeats = repeats
        self.otherwise = otherwise
    }
}

/// How a customer is asked for a date and a time. The date is one digit and `#` (`0` today, `1` tomorrow) or four digits, day
/// and month; the time is four digits. `*` begins the number anew. What was entered is spoken back and confirmed by a key; any
/// other key, and whatever makes no sense, asks from the beginning.
package struct TimeQuestion: Hashable, Codable, Sendable {
    /// Asks for the date.
    package var date: Sound
    package var time: Sound
    /// Follows the spoken date: which key confirms it.
    package var confirm: Sound
    /// Before the question is asked again, because nobody could be called then; `nil`: nothing is said of that.
    package var invalid: Sound?
    /// When they have confirmed it, before the call is ended; `nil`: it is ended at once.
    package var promised: Sound?
    package var confirmKey: Key
    /// From the end of a sound, and from one key to the next.
    package var timeout: Duration
    package var tries: Int

    package init(
        date: Sound = Sound("enter-date"), time: Sound = Sound("enter-time"), confirm: Sound = Sound("confirm-time"),
        invalid: Sound? = Sound("time-invalid"), promised: Sound? = Sound("callback-promised"), confirmKey: Key,
        timeout: Duration = .seconds(5), tries: Int = 3
    ) {
        self.date = date
        self.time = time
        self.confirm = confirm
        self.invalid = invalid
        self.promised = promised
        self.confirmKey = confirmKey
        self.timeout = timeout
        self.tries = tries
    }
}

/// How far a customer has come with a date and a time.
struct TimeEntry: Hashable, Codable, Sendable {
    enum Field: Hashable, Codable, Sendable {
        case date, time
    }

    enum Step: Hashable, Codable, Sendable {
        /// The question plays; the first key ends that.
        case asking(Field, PlaybackID)
        /// The customer hears that nobody can be called then, before they are asked again.
        case refusing(PlaybackID)
        /// The next digit is due, until then.
        case entering(Field, until: Instant)
        /// The shell finds out which moment that is, until then.
        case resolving(until: Instant)
        /// The customer hears what they have entered.
        case saying(PlaybackID, ChosenTime)
        /// And which key confirms it.
        case confirming(PlaybackID, ChosenTime)
        case choosing(until: Instant, ChosenTime)
        /// They have confirmed it by that key, and hear that they will be called.
        case promising(PlaybackID, Key)
    }

    static let mostDigits = 4

    let question: TimeQuestion
    var step = Step.resolving(until: Instant(nanoseconds: .max))
    var date = ""
    /// Of the present field, `mostDigits` at most.
    var digits = ""
    /// How often it came to nothing.
    var tries = 0

    init(question: TimeQuestion) {
        self.question = question
    }

    func isComplete(_ field: Field) -> Bool {
        digits.utf8.count == Self.mostDigits || field == .date && ["0", "1"].contains(digits)
    }

    var playback: PlaybackID? {
        switch step {
        case .asking(_, let playback), .refusing(let playback), .saying(let playback, _), .confirming(let playback, _),
            .promising(let playback, _):
            playback
        case .entering, .resolving, .choosing: nil
        }
    }

    var nextDeadline: Instant? {
        switch step {
        case .entering(_, let until), .resolving(let until), .choosing(let until, _): until
        case .asking, .refusing, .saying, .confirming, .promising: nil
        }
    }
}

/// Where a call is in its scenario: what it waits for, and the steps after that.
struct Scenario: Hashable, Codable, Sendable {
    enum Wait: Hashable, Codable, Sendable {
        /// Not begun yet, or about to take the next step.
        case nothing
        /// The end of a sound.
        case sound(PlaybackID)
        /// The end of a question's sound, or a key before.
        case question(Question, PlaybackID, asked: Int)
        /// A key, until then.
        case key(Question, until: Instant, asked: Int)
        /// An answer from outside, until then.
        case answer(until: Instant)
        /// A date and a time.
        case time(TimeEntry)
    }

    var wait = Wait.nothing
    var rest: [ScenarioStep]

    /// The sound whose end it waits for.
    var playback: PlaybackID? {
        switch wait {
        case .sound(let playback), .question(_, let playback, _): playback
        case .time(let entry): entry.playback
        case .nothing, .key, .answer: nil
        }
    }

    var nextDeadline: Instant? {
        switch wait {
        case .key(_, let until, _), .answer(let until): until
        case .time(let entry): entry.nextDeadline
        case .nothing, .sound, .question: nil
        }
    }
}
