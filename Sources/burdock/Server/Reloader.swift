import ControlAPI
import Dispatch
import Logging
import Media
import NIOCore
import ServiceLifecycle
import Settings
import Signaling
import Switching
import Synchronization
import UnixSignals

/// Takes a changed configuration over while calls run, when SIGHUP or an administrator says so: the whole of it or,
/// if there is any error in it, nothing (product.md section 8).
final class Reloader: Service {
    private struct InForce {
        var configuration: Configuration
        var outline: ConfigurationOutline?
    }

    private let configuration: Configuration
    private let inForce: Mutex<InForce>
    private let loop: any EventLoop
    private let switchboard: Switchboard
    private let signaling: SIPUserAgent
    private let media: RTPEngine
    private let webhooks: WebhookService
    private let logger: Logger
    /// Files are read here, one reload after the other.
    private let queue = DispatchQueue(label: "burdock.reload")

    /// - Parameters:
    ///   - configuration: the one in force, and `outline` what stood in its file.
    ///   - loop: that of switchboard and signalling.
    init(
        configuration: Configuration, outline: ConfigurationOutline?, loop: any EventLoop, switchboard: Switchboard,
        signaling: SIPUserAgent, media: RTPEngine, webhooks: WebhookService, logger: Logger
    ) {
        self.configuration = configuration
        inForce = Mutex(InForce(configuration: configuration, outline: outline))
        self.loop = loop
        self.switchboard = switchboard
        self.signaling = signaling
        self.media = media
        self.webhooks = webhooks
        self.logger = logger
    }

    /// What was read last and taken over.
    var currentConfiguration: Configuration { inForce.withLock { $0.configuration } }

    /// Reloads at every SIGHUP until the server stops.
    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            _ = await reload(dryRun: false)
        }
    }

    /// - Parameter dryRun: says what would change, and changes nothing.
    func reload(dryRun: Bool) async -> ReloadDTO {
        await withCheckedContinuation { continuation in
            queue.async {
                let result = self.read(dryRun: dryRun)
                if !dryRun { self.tell(result) }
                continuation.resume(returning: result)
            }
        }
    }

    private func read(dryRun: Bool) -> ReloadDTO {
        let result = ConfigurationReader.read(path: configuration.path)
        let findings = result.diagnostics.map(ReloadDTO.Finding.init)
        guard let new = result.configuration, let outline = result.outline else {
            return ReloadDTO(outcome: .refused, configuration: configuration.path, findings: findings)
        }
        let changes = inForce.withLock { $0.outline.map { outline.changes(since: $0) } ?? [] }
        var report = ReloadDTO(
            outcome: dryRun ? .checked : .applied, configuration: configuration.path,
            changes: changes.map(ReloadDTO.Change.init), findings: findings)
        do {
            let switching = try SwitchboardSettings(new, now: Clocks.system.wall())
            if dryRun {
                if let broken = RTPEngine.brokenSounds(MediaSettings(new)).first { throw broken }
            } else {
                report.newSecrets = try apply(new, switching)
                inForce.withLock {
                    $0.configuration = new
                    $0.outline = $0.outline.map { outline.keepingFixed(of: $0) } ?? outline
                }
            }
        } catch {
            report.outcome = .refused
            report.findings.append(
                ReloadDTO.Finding(
                    file: configuration.path, line: 0, column: 0, isError: true, message: "\(error)", next: nil))
        }
        return report
    }

    /// What can fail first; then everything at once.
    ///
    /// - Returns: operators who got a new secret.
    private func apply(_ new: Configuration, _ switching: SwitchboardSettings) throws -> [String] {
        let secrets = try SecretStore(state: configuration.state).secrets(for: new.operators)
        try media.reconfigure(MediaSettings(new))
        let signalling = SignalingSettings(new, secrets: secrets.all)
        try loop.submit { [switchboard, signaling] in
            signaling.reconfigure(signalling)
            switchboard.assumeIsolated { $0.reconfigure(switching) }
        }.wait()
        webhooks.reconfigure(new)
        AdjustableLogHandler.setLevel(new.log)
        return secrets.created
    }

    private func tell(_ report: ReloadDTO) {
        guard report.outcome == .applied else {
            let first = report.findings.first { $0.isError }
            logger.error(
                "the changed configuration is not used; see: burdock check",
                metadata: [
                    "configuration": "\(configuration.path)",
                    "problem": "\(first.map { "line \($0.line): \($0.message)" } ?? "it cannot be read")",
                ])
            return
        }
        logger.notice("configuration reloaded", metadata: ["changes": "\(report.changes.count)"])
        for change in report.changes { logger.notice("\(ConfigurationChange(change))") }
        guard !report.newSecrets.isEmpty else { return }
        logger.notice(
            "new secrets are in \(configuration.state)/secrets.yaml",
            metadata: ["operators": "\(report.newSecrets.joined(separator: ", "))"])
    }
}

extension ReloadDTO.Change {
    init(_ change: ConfigurationChange) {
        self.init(key: change.key, old: change.old, new: change.new, needsRestart: change.needsRestart)
    }
}

extension ConfigurationChange {
    init(_ change: ReloadDTO.Change) {
        self.init(key: change.key, old: change.old, new: change.new, needsRestart: change.needsRestart)
    }
}

extension ReloadDTO.Finding {
    init(_ diagnostic: Diagnostic) {
        let suggestion = diagnostic.suggestion.map { "did you mean \"\($0)\"?" }
        self.init(
            file: diagnostic.file, line: diagnostic.line, column: diagnostic.column,
            isError: diagnostic.severity == .error, message: diagnostic.message,
            next: suggestion ?? diagnostic.nextStep)
    }
}
