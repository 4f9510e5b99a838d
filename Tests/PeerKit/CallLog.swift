/// A row of the call log, as `burdock call list --json` prints it.
package struct LoggedCall: Sendable, CustomStringConvertible {
    package struct Ring: Sendable {
        package let `operator`: String
        package let outcome: String
        package let status: Int?
    }

    package let json: JSONValue

    package var id: String { json["call"].string ?? "" }
    package var number: String { json["number"].string ?? "" }
    package var queue: String { json["queue"].string ?? "" }
    package var outcome: String { json["outcome"].string ?? "" }
    package var endedBy: String? { json["ended_by"].string }
    package var stage: String? { json["stage"].string }
    package var vip: Bool { json["vip"].bool ?? false }
    package var interrupted: Bool { json["interrupted"].bool ?? false }
    package var announced: Bool { json["announced"].bool ?? false }
    package var wasInterrupted: Bool { json["was_interrupted"].bool ?? false }
    package var rings: [Ring] {
        json["rings"].elements.map { ring in
            Ring(
                operator: ring["operator"].string ?? "", outcome: ring["outcome"].string ?? "",
                status: ring["status"].number.map { Int($0) })
        }
    }
    /// Kinds of its stretches in order: waiting, talking, held.
    package var segments: [String] { json["segments"].elements.map { $0["kind"].string ?? "" } }

    package var description: String { json.description }
}

extension BurdockServer {
    /// The call log, newest first.
    package func callLog(limit: Int = 1_000) async throws -> [LoggedCall] {
        let answer = try await json(["call", "list", "--limit", "\(limit)"])
        return answer["calls"].elements.map { LoggedCall(json: $0) }
    }

    /// The attempts log, oldest first, once so many rows of it are as wanted.
    package func attempts(
        _ count: Int, within limit: Double, _ isWanted: (JSONValue) -> Bool = { _ in true }
    ) async throws -> [JSONValue] {
        let deadline = Moment.now + limit
        while true {
            let text = try await command(["report", "attempts", "--json", "--database", stateFolder + "/burdock.db"])
            let rows = try text.split(separator: "\n").map { try JSONValue(String($0)) }
            if rows.count(where: isWanted) >= count { return rows }
            guard Moment.now < deadline else {
                throw PeerFailure("\(count) attempts should have ended within \(limit) s: \(rows)")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Waits until the newest ended call of a customer is in the log.
    package func logged(_ customer: Customer, within limit: Double = 3) async throws -> LoggedCall {
        let end = Moment.now + limit
        while true {
            let rows = try await callLog()
            if let row = rows.first(where: { $0.number == customer.number }) { return row }
            guard Moment.now < end else {
                throw PeerFailure("\(customer.name)'s call is not in the log within \(limit) s: \(rows)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// The server's figures, as `burdock status --json` prints them.
package struct LoggedStatus: Sendable, CustomStringConvertible {
    package let json: JSONValue

    package var portsInUse: Int { json["rtp_ports"]["in_use"].number.map { Int($0) } ?? -1 }
    package var registered: Int { json["operators"]["registered"].number.map { Int($0) } ?? -1 }
    package var listeners: [String] { json["listeners"].elements.compactMap(\.string) }
    package var description: String { json.description }
}

extension BurdockServer {
    package func status() async throws -> LoggedStatus { LoggedStatus(json: try await json(["status"])) }

    /// The calls of a queue that are up now, the longest in the house first.
    package func callers(in queue: String) async throws -> [JSONValue] {
        try await json(["queue", "show", queue])["callers"].elements
    }
}
