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
    }

    var wait = Wait.nothing
    var rest: [ScenarioStep]

    /// The sound whose end it waits for.
    var playback: PlaybackID? {
        switch wait {
        case .sound(let playback), .question(_, let playback, _): playback
        case .nothing, .key, .answer: nil
        }
    }

    var nextDeadline: Instant? {
        switch wait {
        case .key(_, let until, _), .answer(let until): until
        case .nothing, .sound, .question: nil
        }
    }
}
