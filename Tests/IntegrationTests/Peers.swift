import PeerKit
import Testing

/// All tests with real peers, one after the other: they share the machine's two or four cores with each other's sound.
///
/// They are skipped on a machine without the tools, unless it says that it must have them (`CI`,
/// `BURDOCK_REQUIRE_PEERS=1`): there the first test fails and says what is missing.
@Suite(.serialized) struct Peers {
    @Test func machineHasWhatThePeersNeed() {
        let missing = PeerTools.missing
        guard !missing.isEmpty else { return }
        if PeerTools.required {
            Issue.record("real-peer tests cannot run: \(missing.joined(separator: "; "))")
        } else {
            print("Real-peer tests are skipped: \(missing.joined(separator: "; "))")
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs only where the peers can; see `Peers.machineHasWhatThePeersNeed` for where they must.
    static var needsPeers: Self {
        .enabled(if: PeerTools.missing.isEmpty, "\(PeerTools.missing.joined(separator: "; "))")
    }
}
