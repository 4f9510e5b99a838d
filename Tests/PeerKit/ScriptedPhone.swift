import Foundation
import Glibc
import Synchronization

/// A phone that does what no well-made phone does: a sipp that follows a scenario for each call. An operator's registers
/// with digest before.
package final class ScriptedPhone: Sendable {
    /// What it does with each call.
    package enum Behaviour: Sendable {
        /// 180, then this final status.
        case refuses(status: Int)
        /// 180; picks up in the moment in which CANCEL comes.
        case answersJustAsCancelled
        /// A customer's: refuses with the status that the last three digits of the dialled number are, without ringing.
        case refusesByNumber
        /// A customer's: 180, until the caller gives up.
        case ringsForEver
        /// A customer's: 183 with a sound, a file as sipp plays them; answers after so many milliseconds.
        case isHeardEarly(sound: String, answersAfter: Int)
        /// Answers after `ringing` and talks for `talk` at most, both in milliseconds.
        case answers(ringing: Int, talk: Int)
        /// Answers, talks with a sound, a file as sipp plays them, and after `stays` milliseconds takes its own call over as
        /// another phone of `user` would.
        case moves(user: String, sound: String, stays: Int)

        fileprivate var scenario: SippScenario {
            switch self {
            case .refuses(let status):
                SippScenario(name: "operator-refuses", values: ["STATUS": "\(status)"])
            case .answersJustAsCancelled:
                SippScenario(name: "operator-answers-just-as-it-is-cancelled")
            case .refusesByNumber: SippScenario(name: "customer-answers-by-number")
            case .ringsForEver: SippScenario(name: "customer-rings-for-ever")
            case .isHeardEarly(let sound, let wait):
                SippScenario(
                    name: "customer-is-heard-before-answering", values: ["SOUND": sound, "EARLY": "\(wait)"])
            case .answers(let ringing, let talk):
                SippScenario(
                    name: "operator-answers-and-talks", values: ["RINGING": "\(ringing)", "TALK": "\(talk)"])
            case .moves(let user, let sound, let stay):
                SippScenario(
                    name: "operator-moves-to-another-phone",
                    values: [
                        "USER": user, "SECRET": ServerConfiguration.secret(of: user), "SOUND": sound, "STAY": "\(stay)",
                    ])
            }
        }
    }

    package let name: String
    package let place: SippPlace
    private let users: [(name: String, secret: String)]
    private let behaviour: Behaviour
    private let folder: String
    private let running = Mutex<Subprocess?>(nil)

    /// `users`: those who register from this one place; calls to any of them are treated alike. Nobody: a customer.
    package init(
        _ name: String, users: [(name: String, secret: String)], behaviour: Behaviour, place: SippPlace, folder: String
    ) throws {
        self.name = name
        self.users = users
        self.behaviour = behaviour
        self.place = place
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Registers, then waits for `calls` calls.
    package func start(calls: Int = 1_000) async throws {
        if !users.isEmpty { try await register() }
        let file = try behaviour.scenario.write(to: folder)
        let process = try Subprocess(
            "scripted phone \(name)",
            place.arguments(scenario: file, calls: calls, folder: folder), on: place.host,
            folder: folder)
        running.withLock { $0 = process }
        try await Task.sleep(for: .milliseconds(300))
        if let exit = process.exit {
            throw PeerFailure("\(name) ended at once: \(exit)\n\(SippPlace.complaints(in: folder))\n\(process.tail())")
        }
    }

    private func register() async throws {
        let list = users.map { "\($0.name);\($0.secret);[authentication username=\($0.name) password=\($0.secret)]" }
        try (["SEQUENTIAL"] + list).joined(separator: "\n").appending("\n")
            .write(toFile: "\(folder)/users.csv", atomically: true, encoding: .utf8)
        let register = try SippScenario(name: "operators-register-in-a-row").write(to: folder)
        do {
            try await Subprocess.run(
                place.arguments(scenario: register, calls: users.count, folder: folder)
                    + ["-inf", "\(folder)/users.csv", "-l", "1"],
                on: place.host, within: 15)
        } catch {
            throw PeerFailure("\(name) could not register: \(error)\n\(SippPlace.complaints(in: folder))")
        }
    }

    /// Waits until all calls it was started for are over, each as its scenario wants it.
    package func waitForEnd(within limit: Double) async throws {
        guard let process = running.withLock({ $0 }) else { throw PeerFailure("\(name) is not on") }
        let exit = try await process.waitForExit(within: limit)
        guard exit == .status(0) else {
            let how = exit.map { "\($0)" } ?? "still running"
            throw PeerFailure("\(name)'s calls went wrong (\(how)):\n\(SippPlace.complaints(in: folder))")
        }
    }

    package func stop() async { await running.withLock { $0 }?.stop(within: 0.2) }

    package var log: String { SippPlace.complaints(in: folder) }
}
