extension Configuration {
    /// An entry of `webhooks`: a program outside that is told of what happens (product.md section 6).
    package struct Webhook: Hashable, Sendable {
        /// What it may be told of.
        package enum Event: String, Hashable, Sendable, CaseIterable {
            case callArrived = "call.arrived"
            case callAnswered = "call.answered"
            case callEnded = "call.ended"
            case taskOpened = "task.opened"
            case taskClosed = "task.closed"
            case taskHandedOver = "task.handed_over"
            case attemptEnded = "attempt.ended"
            case responsibleWaitExpired = "responsible_wait.expired"
            case operatorMissed = "operator.missed"
            case vipInterrupted = "vip.interrupted"
            case vipMissed = "vip.missed"
        }

        /// Unique.
        package var name: String
        /// `http` or `https`, with a host.
        package var url: String
        /// Signs what is sent. 16 to 128 characters. Never logged.
        package var secret: String
        /// Not empty; `all` in the file stands for every event, those of later versions too.
        package var events: Set<Event>
        /// For a whole request. 1 to 30 s, default 10 s.
        package var timeout: Duration = .seconds(10)
        /// Default true. Off: nothing is kept for it and nothing is sent.
        package var enabled = true

        package init(name: String, url: String, secret: String, events: Set<Event>) {
            self.name = name
            self.url = url
            self.secret = secret
            self.events = events
        }
    }

    /// Key `card`: who is asked for the customer's card before a task's preview.
    package struct Card: Hashable, Sendable {
        /// `http` or `https`, with a host.
        package var url: String
        /// Signs the request. 16 to 128 characters. Never logged.
        package var secret: String
        /// For everything; without an answer by then there is no card. 50 ms to 2 s, default 300 ms.
        package var budget: Duration = .milliseconds(300)

        package init(url: String, secret: String) {
            self.url = url
            self.secret = secret
        }
    }
}
