import Logging
package import Media
import Routing
import Signaling

/// Media events to routing events.
extension Switchboard {
    /// Takes a batch of events of the media engine. Called on the shared executor.
    package func receive(_ events: [MediaEvent]) {
        for event in events {
            switch event {
            case .soundEnded(_, let playback, let completed):
                submit(.soundEnded(PlaybackID(rawValue: playback), completed: completed))
            case .keyPressed(let stream, let character):
                guard let leg = legs.leg(of: stream) else { continue }
                press(character, on: leg.id)
            case .fellSilent(let stream):
                guard let leg = legs.leg(of: stream) else { continue }
                legs.markSilent(leg.id)
                logger.warning(
                    "no RTP from the peer, leg ended",
                    metadata: [.legID: "\(leg.id)", .party: "\(leg.party.map { "\($0)" } ?? "none yet")"]
                )
                end(leg.id)
            case .closed(_, let statistics): rtpTotals.add(statistics)
            }
        }
    }
}

extension StreamStatistics {
    fileprivate mutating func add(_ other: StreamStatistics) {
        packetsReceived &+= other.packetsReceived
        packetsSent &+= other.packetsSent
        packetsFromStrangers &+= other.packetsFromStrangers
        packetsLost &+= other.packetsLost
    }
}
