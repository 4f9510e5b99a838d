import Foundation
import Glibc
import Synchronization

/// A customer behind the trunk: one sipp with one call, who plays a tone and hangs up when told to.
package final class Customer: Sendable {
    /// Where its SDP offer is.
    package enum Offering: Sendable {
        /// In the INVITE.
        case early
        /// Nowhere: the server has to offer, and the ACK answers (RFC 3261 section 13.2.1).
        case late
    }

    package let name: String
    package let number: String
    package let party: Party
    package let folder: String
    private let place: SippPlace
    private let scenario: SippScenario
    private let dials: String
    private let display: String
    private let running = Mutex<Subprocess?>(nil)

    /// `law` is the one codec that the customer's network offers.
    package init(
        _ name: String, number: String, dials: String, tone: Tone, law: G711.Law = .mu, offers: Offering = .early,
        soundFile: String? = nil, place: SippPlace, folder: String
    ) throws {
        self.name = name
        self.number = number
        self.dials = dials
        self.place = place
        self.folder = folder
        display = name
        party = Party(
            name: name, address: place.host.address, ports: place.mediaPort...(place.mediaPort + 17), tone: tone)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let sound = soundFile ?? "\(folder)/tone.raw"
        if soundFile == nil { try tone.writeRaw(to: sound, law) }
        scenario = SippScenario(
            name: offers == .early ? "customer-calls-and-talks" : "customer-offers-late-and-talks",
            values: ["SOUND": sound, "TYPE": "\(law.rawValue)", "CODEC": law == .mu ? "PCMU" : "PCMA"])
    }

    /// Sends the INVITE.
    package func call() throws {
        let file = try scenario.write(to: folder)
        let process = try Subprocess(
            "customer \(name)",
            place.arguments(scenario: file, calls: 1, folder: folder)
                + ["-s", dials, "-key", "number", number, "-key", "display", display, "-cid_str", callID],
            on: place.host, folder: folder)
        running.withLock { $0 = process }
    }

    /// Sends BYE: a datagram tells sipp's scenario that its time has come.
    package func hangUp() throws {
        let text = [
            "INFO sip:hangup@\(place.host.address) SIP/2.0",
            "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-hang-up",
            "From: <sip:test@127.0.0.1>;tag=test", "To: <sip:customer@127.0.0.1>;tag=customer",
            "Call-ID: \(callID)", "CSeq: 1 INFO", "Content-Length: 0", "", "",
        ].joined(separator: "\r\n")
        try NamespaceSocket.send(Array(text.utf8), from: place.host, to: place.host.address, port: place.port)
    }

    /// Waits for the call's ordinary end, whoever hung up.
    @discardableResult
    package func waitForEnd(within limit: Double) async throws -> Moment {
        guard let process = running.withLock({ $0 }) else { throw PeerFailure("\(name) has not called") }
        guard let exit = try await process.waitForExit(within: limit) else {
            throw PeerFailure("\(name)'s call has not ended within \(limit) s")
        }
        guard exit == .status(0) else {
            throw PeerFailure("\(name)'s call went wrong (\(exit)):\n\(SippPlace.complaints(in: folder))")
        }
        return .now
    }

    package var isUp: Bool { running.withLock { $0 }.map { $0.exit == nil } ?? false }

    /// Vanishes without a word.
    package func kill() { running.withLock { $0 }?.signal(SIGKILL) }

    package func stop() async { await running.withLock { $0 }?.stop(within: 0.2) }

    package var log: String { SippPlace.complaints(in: folder) }

    /// Known beforehand, so that `hangUp` finds the call.
    private var callID: String { "\(party.ports.lowerBound)-\(number.filter(\.isNumber))-\(getpid())" }
}
