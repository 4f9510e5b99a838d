import Foundation
import Glibc
import Synchronization

/// A softphone: a headless baresip with an account at the server, a host of its own and a tone that it plays.
package final class Phone: Sendable {
    /// What it does when it rings.
    package enum Answering: String, Sendable {
        /// Takes the call at once.
        case auto
        /// Rings until `answer()` or `decline()`.
        case byHand = "manual"
    }

    package enum Transport: String, Sendable {
        case udp, tcp
    }

    package let name: String
    package let host: Host
    package let party: Party
    /// Where its files are, among them the WAV files of what it heard (`dump-…-dec.wav`).
    package let folder: String
    private let secret: String
    private let answering: Answering
    private let registers: Bool
    private let transport: Transport
    private let running = Mutex<(process: Subprocess, control: PhoneControl)?>(nil)
    private static let controlPort: UInt16 = 4_444

    package init(
        _ name: String, secret: String, on host: Host, tone: Tone, answering: Answering, transport: Transport = .udp,
        soundFile: String? = nil, registers: Bool = true, folder: String
    ) throws {
        self.name = name
        self.secret = secret
        self.host = host
        self.folder = folder
        self.answering = answering
        self.registers = registers
        self.transport = transport
        party = Party(name: name, address: host.address, ports: 30_000...30_199, tone: tone)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if soundFile == nil { try tone.writeWAV(to: folder + "/tone.wav", seconds: 150) }
        try config(sound: soundFile ?? folder + "/tone.wav")
            .write(toFile: folder + "/config", atomically: true, encoding: .utf8)
        // The account comes over the remote control, so that nobody can call before its events are listened to.
        try "".write(toFile: folder + "/accounts", atomically: true, encoding: .utf8)
        try "".write(toFile: folder + "/contacts", atomically: true, encoding: .utf8)
    }

    /// Starts baresip and waits until the server has accepted its registration.
    package func start() async throws {
        let process = try Subprocess("phone \(name)", ["baresip", "-f", folder, "-v"], on: host, folder: folder)
        let control = try await Moment.poll(within: 5) {
            // Refused until baresip has opened its port.
            try? PhoneControl(on: host, port: Self.controlPort)
        }
        guard let control else { throw PeerFailure("phone \(name) did not start\n\(process.tail())") }
        running.withLock { $0 = (process, control) }
        try await control.command("uanew", account)
        guard registers else { return }
        try await waitForEvent("REGISTER_OK", within: 8)
    }

    /// Moments of the events of a kind, oldest first.
    package func moments(of type: String, since start: Moment? = nil) -> [Moment] {
        events.filter { $0.type == type && $0.at >= start ?? $0.at }.map(\.at)
    }

    /// How often it has been rung.
    package func rings(since start: Moment? = nil) -> Int { moments(of: "CALL_INCOMING", since: start).count }

    /// Waits until it rings, at most `limit` seconds.
    @discardableResult
    package func waitForRing(since start: Moment, within limit: Double) async throws -> Moment {
        try await waitForEvent("CALL_INCOMING", since: start, within: limit)
    }

    /// Waits for an event of baresip that is not older than `start`.
    @discardableResult
    package func waitForEvent(_ type: String, since start: Moment? = nil, within limit: Double) async throws -> Moment {
        let found = try await Moment.poll(within: limit, every: 0.01) { moments(of: type, since: start).first }
        guard let found else {
            let log = running.withLock { $0?.process.tail() } ?? ""
            let seen = events.map { "\($0.type) \($0.param)" }.joined(separator: ", ")
            throw PeerFailure("phone \(name) saw no \(type) within \(limit) s, but: \(seen)\n\(log)")
        }
        return found
    }

    package func answer() async throws { try await command("accept") }
    /// 486, or the end of a conversation.
    package func hangUp() async throws { try await command("hangup") }
    package func hold() async throws { try await command("hold") }
    package func resume() async throws { try await command("resume") }
    /// Sends the other party there by REFER.
    package func transfer(to user: String) async throws {
        try await command("transfer", "sip:\(user)@\(NetworkNamespace.serverAddress):5060")
    }
    /// Presses a key, as an RFC 4733 event.
    package func press(_ key: Character) async throws { try await command("sndcode", String(key)) }
    package func dial(_ number: String) async throws {
        try await command("dial", "sip:\(number)@\(NetworkNamespace.serverAddress):5060")
    }

    /// From now on it takes packets and never answers one, like a phone whose network is gone.
    package func freeze() { process?.signal(SIGSTOP) }
    package func thaw() { process?.signal(SIGCONT) }
    /// Ends without a word to anybody.
    package func kill() { process?.signal(SIGKILL) }

    /// Takes its registration back and ends.
    package func stop() async {
        guard let (process, control) = running.withLock({ $0 }) else { return }
        control.close()
        await process.stop()
    }

    /// Ends it at once, frozen or not.
    func end() async {
        guard let (process, control) = running.withLock({ $0 }) else { return }
        control.close()
        process.signal(SIGKILL)
        // A cancelled wait: it is dying anyway.
        _ = try? await process.waitForExit(within: 2)
    }

    package var log: String { process?.tail() ?? "" }

    private var process: Subprocess? { running.withLock { $0?.process } }
    private var events: [PhoneControl.Event] { running.withLock { $0?.control }?.events ?? [] }

    private func command(_ command: String, _ params: String? = nil) async throws {
        guard let control = running.withLock({ $0?.control }) else { throw PeerFailure("phone \(name) is not on") }
        try await control.command(command, params)
    }

    private var account: String {
        "<sip:\(name)@\(NetworkNamespace.serverAddress):5060;transport=\(transport)>"
            + ";auth_user=\(name);auth_pass=\(secret);regint=\(registers ? 60 : 0);answermode=\(answering.rawValue)"
            + ";audio_codecs=PCMU/8000/1,PCMA/8000/1;dtmfmode=rtpevent"
    }

    private func config(sound: String) -> String {
        """
        poll_method epoll
        sip_listen \(host.address):5060
        audio_source aufile,\(sound)
        audio_player aufile,nil
        audio_alert aufile,none.wav
        call_local_timeout 120
        call_max_calls 4
        ausrc_srate 8000
        auplay_srate 8000
        audio_txmode thread
        rtp_tos 184
        rtp_ports \(party.ports.lowerBound)-\(party.ports.upperBound - 1)
        rtcp_mux no
        jitter_buffer_delay 1-5
        module_path \(PeerTools.baresipModules)
        module g711.so
        module aufile.so
        module sndfile.so
        module_tmp uuid.so
        module_tmp account.so
        module_app menu.so
        module_app ctrl_tcp.so
        module cons.so
        ctrl_tcp_listen 127.0.0.1:\(Self.controlPort)
        snd_path \(folder)

        """
    }
}
