/// A large value that many copies of something refer to. It never changes.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

extension Shared<QueuePolicy> {
    /// Stands where the policy of something that is just being read belongs.
    static let noPolicy = Shared(QueuePolicy(id: QueueID("")))
}
