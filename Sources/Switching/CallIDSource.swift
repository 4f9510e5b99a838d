package import Routing

/// Makes call identities that no other node and no later start of this one makes again.
///
/// Bits from the top: node (8), seconds since 2026-01-01 at the start of the process (36), counter (20). A process
/// would have to take a million calls a second, and restart, to meet one of its earlier identities.
package struct CallIDSource: Sendable {
    private static let secondsAt2026: Int64 = 1_767_225_600

    private var next: UInt64

    /// - Parameters:
    ///   - node: 0…255, different for each node that shares a database.
    ///   - startedAtSeconds: wall clock, seconds since 1970.
    package init(node: UInt8 = 0, startedAtSeconds: Int64) {
        let seconds = UInt64(clamping: startedAtSeconds &- Self.secondsAt2026) & 0xF_FFFF_FFFF
        next = UInt64(node) << 56 | seconds << 20
    }

    package mutating func make() -> CallID {
        next &+= 1
        return CallID(rawValue: next)
    }
}
