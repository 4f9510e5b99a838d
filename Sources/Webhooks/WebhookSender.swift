package import Logging
package import Routing
package import Storage
import Synchronization

/// Delivers the letters of the outbox to their endpoints, each endpoint for itself: a slow one holds up no other.
///
/// `run` has the shape of a ServiceLifecycle service. Each letter is delivered at least once: it is removed when the
/// endpoint has taken it and not before, and what is left at a stop is sent by the next process.
package final class WebhookSender: Sendable {
    package struct Limits: Hashable, Sendable {
        /// Requests to one endpoint at once. Default 4.
        package var underWay = 4
        package var outbox = OutboxLimits()
        /// How often the outbox is tidied; `nil`: never.
        package var tidyEvery: Duration? = .seconds(60)
        /// How long requests that are under way have at a stop.
        package var grace: Duration = .seconds(5)

        package init() {}
    }

    /// What every lane needs.
    struct Parts: Sendable {
        let subscriptions: Subscriptions
        let outbox: any Outbox
        let poster: Poster
        let time: SenderTime
        let rule: RetryRule
        let limits: Limits
        let logger: Logger

        /// One request, signed with the present time.
        func send(_ body: String, id: String, to endpoint: WebhookEndpoint) async -> Reply {
            let headers = Signature.headers(id: id, at: time.wall(), body: body, key: endpoint.key)
            let request = Poster.Request(
                url: endpoint.url, contentType: EventJSON.contentType, body: body, headers: headers,
                timeout: endpoint.timeout)
            do {
                let answer = try await poster.post(request, wantsBody: false)
                let retryAfter = RetryAfter.parse(answer.retryAfter, now: time.wall())
                return .answered(status: answer.status, retryAfter: retryAfter)
            } catch {
                return .failed(Poster.words(error, endpoint.timeout))
            }
        }
    }

    private enum Order: Sendable {
        case replace, stop
    }

    private let parts: Parts
    private let orders: AsyncStream<Order>
    private let inbox: AsyncStream<Order>.Continuation
    private let lanes = Mutex<[String: EndpointLane]>([:])

    package init(
        subscriptions: Subscriptions, outbox: any Outbox, poster: Poster, time: SenderTime,
        rule: RetryRule = RetryRule(), limits: Limits = Limits(), logger: Logger
    ) {
        parts = Parts(
            subscriptions: subscriptions, outbox: outbox, poster: poster, time: time, rule: rule, limits: limits,
            logger: logger)
        (orders, inbox) = AsyncStream.makeStream()
    }

    /// Until `stop`, or until its task is cancelled, which cuts what is under way.
    package func run() async {
        parts.subscriptions.onWritten { [weak self] in self?.ring() }
        await withDiscardingTaskGroup { group in
            if let interval = parts.limits.tidyEvery { group.addTask { await self.tidy(every: interval) } }
            setLanes(&group)
            for await order in orders {
                guard order == .replace else { break }
                setLanes(&group)
            }
            await stopLanes()
            group.cancelAll()
        }
    }

    /// Nothing is sent any more; what is under way has a moment to end.
    package func stop() {
        inbox.yield(.stop)
    }

    /// Takes over other endpoints. What waits for one that has only changed is sent as it is configured now.
    package func reconfigure(_ endpoints: [WebhookEndpoint]) {
        parts.subscriptions.replace(endpoints)
        inbox.yield(.replace)
    }

    private func ring() {
        for lane in lanes.withLock({ Array($0.values) }) { lane.ring() }
    }

    // MARK: - Lanes

    /// Begins and ends lanes as the endpoints want it. The lane of a changed endpoint begins when the old one has ended,
    /// so that no letter is sent by both.
    private func setLanes(_ group: inout DiscardingTaskGroup) {
        let wanted = parts.subscriptions.endpoints.filter(\.isEnabled)
        let begun = lanes.withLock { lanes in
            var begun: [(EndpointLane, after: EndpointLane?)] = []
            var next: [String: EndpointLane] = [:]
            for endpoint in wanted {
                if let lane = lanes[endpoint.name], lane.endpoint == endpoint {
                    next[endpoint.name] = lane
                } else {
                    let lane = EndpointLane(endpoint, parts)
                    begun.append((lane, lanes[endpoint.name]))
                    next[endpoint.name] = lane
                }
            }
            for (name, lane) in lanes where next[name] !== lane { lane.stop() }
            lanes = next
            return begun
        }
        for (lane, before) in begun {
            group.addTask {
                await before?.waitForEnd()
                await lane.run()
            }
        }
        // One that had been switched off may be on again.
        ring()
    }

    private func stopLanes() async {
        let lanes = lanes.withLock { Array($0.values) }
        for lane in lanes { lane.stop() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for lane in lanes { await lane.waitForEnd() } }
            group.addTask { [parts] in
                // Whichever comes first ends the other.
                try? await parts.time.sleep(parts.limits.grace)
            }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: - Tidying

    private func tidy(every interval: Duration) async {
        repeat {
            do throws(StorageError) {
                tell(try await parts.outbox.tidyLetters(parts.limits.outbox, at: parts.time.wall()))
            } catch {
                parts.logger.error("the outbox cannot be tidied", metadata: [.problem: "\(error)"])
            }
        } while (try? await parts.time.sleep(interval)) != nil
    }

    private func tell(_ tidied: TidiedLetters) {
        if tidied.droppedDead > 0 {
            parts.logger.error(
                "the outbox is full: the oldest dead letters were removed",
                metadata: [.count: "\(tidied.droppedDead)"])
        }
        if tidied.droppedWaiting > 0 {
            parts.logger.critical(
                "the outbox is full: events that nobody has taken yet are lost; mend the webhooks that do not take them",
                metadata: [LogKey.count.rawValue: "\(tidied.droppedWaiting)"])
        }
        if tidied.buried > 0 {
            parts.logger.warning(
                "events for webhooks that are switched off or not configured any more are dead letters now",
                metadata: [.count: "\(tidied.buried)"])
        }
    }
}

// MARK: - What people ask

extension WebhookSender {
    /// How an endpoint stands.
    package struct Standing: Hashable, Sendable {
        package var endpoint: WebhookEndpoint
        /// It has said that it wants nothing any more.
        package var isOff: Bool
        package var letters: LetterCounts
        /// In a row; 0: all is well.
        package var failures: Int
        /// Since the start, or since the endpoint was changed.
        package var delivered: Int
        package var lastDeliveredAt: WallTime?
        package var lastProblem: String?
        package var lastProblemAt: WallTime?
    }

    /// What came of trying an endpoint.
    package struct Trial: Hashable, Sendable {
        package var wasTaken: Bool
        package var status: Int?
        package var problem: String?
        package var took: Duration
    }

    /// In the order of the configuration.
    package func standings() async throws(StorageError) -> [Standing] {
        let counts = try await parts.outbox.letterCounts()
        let lanes = lanes.withLock { $0 }
        return parts.subscriptions.endpoints.map { endpoint in
            let condition = lanes[endpoint.name]?.present ?? EndpointLane.Condition()
            return Standing(
                endpoint: endpoint, isOff: parts.subscriptions.isOff(endpoint.name),
                letters: counts[endpoint.name] ?? LetterCounts(), failures: condition.failures,
                delivered: condition.delivered, lastDeliveredAt: condition.lastDeliveredAt,
                lastProblem: condition.lastProblem, lastProblemAt: condition.lastProblemAt)
        }
    }

    /// The last to die first; `nil`: there is no such endpoint, and no letter to it.
    package func deadLetters(
        to name: String, after cursor: PageCursor?, limit: Int
    ) async throws(StorageError) -> Page<DeadLetter>? {
        let page = try await parts.outbox.deadLetters(to: name, after: cursor, limit: limit)
        return page.rows.isEmpty && !isKnown(name) ? nil : page
    }

    /// Dead letters are sent again, all or one. An endpoint that was switched off by its own wish is on again.
    ///
    /// - Returns: how many; `nil`: there is no such endpoint.
    package func resend(to name: String, event: String?) async throws(StorageError) -> Int? {
        guard isKnown(name) else { return nil }
        parts.subscriptions.setOff(name, false)
        let count = try await parts.outbox.resend(to: name, event: event, at: parts.time.wall())
        ring()
        return count
    }

    /// Sends an event that tells nothing, at once and past the outbox. If it is taken, an endpoint that was switched off
    /// by its own wish is on again. `nil`: there is no such endpoint.
    package func test(_ name: String) async -> Trial? {
        guard let endpoint = parts.subscriptions.endpoints.first(where: { $0.name == name }),
            let event = parts.subscriptions.maker.test(of: name, at: parts.time.wall())
        else { return nil }
        let began = parts.time.now()
        let reply = await parts.send(event.body, id: event.id, to: endpoint)
        let took = parts.time.now() - began
        switch parts.rule.verdict(on: reply, attempts: 0, waited: .zero, chance: 0) {
        case .delivered:
            parts.subscriptions.setOff(name, false)
            ring()
            guard case .answered(let status, _) = reply else { return nil }
            return Trial(wasTaken: true, status: status, problem: nil, took: took)
        case .gone(let problem):
            return Trial(wasTaken: false, status: 410, problem: problem, took: took)
        case .retry(_, _, let problem, let status), .dead(let problem, let status):
            return Trial(wasTaken: false, status: status, problem: problem, took: took)
        }
    }

    private func isKnown(_ name: String) -> Bool { parts.subscriptions.endpoints.contains { $0.name == name } }
}
