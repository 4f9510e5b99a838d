/// One queue in figures. Counts are those since the start of the server.
package struct QueueDTO: Codable, Hashable, Sendable {
    package var name: String
    package var vip: Bool
    /// `weighted`, `linear`, `round_robin`, `fewest_calls`, `random` or `ring_all`.
    package var strategy: String
    /// One more waiting call is refused.
    package var maxLength: Int
    /// Calls not talking to anybody yet.
    package var waiting: Int
    /// Absent if nobody waits.
    package var longestWaitSeconds: Double?
    package var talking: Int
    /// Calls on hold for a VIP call.
    package var held: Int
    package var entered: Int
    package var answered: Int
    package var lost: Int
    /// Operators assigned with a priority above 0, by what they do now.
    package var operators: StatusDTO.Operators
}

/// `GET /v1/queues`: all queues, by name.
package struct QueueListDTO: Codable, Hashable, Sendable {
    package var queues: [QueueDTO]
    /// What `cursor` has to be for the next page; absent: this is the last.
    package var next: String?
}

/// `GET /v1/queues/{name}`: a queue with its people.
package struct QueueDetailDTO: Codable, Hashable, Sendable {
    /// An operator in their place in this queue.
    package struct Member: Codable, Hashable, Sendable {
        package var `operator`: OperatorDTO
        /// 0…10. 10: most calls, 1: fewest, 0: none arrive.
        package var priority: Int
    }

    package var queue: QueueDTO
    /// By priority, highest first, then by id.
    package var members: [Member]
    /// All calls of the queue, the longest in the house first.
    package var callers: [LiveCallDTO]
}
