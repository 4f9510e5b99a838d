import ArgumentParser
import ControlAPI
import Foundation
import Logging
import Routing
import Storage

/// The records of a server, read from its files, and the times that people name.
enum Records {
    static var now: WallTime { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }

    /// A date, or how long ago. Throws for whoever typed neither.
    static func moment(_ text: String) throws -> WallTime {
        if let timestamp = Timestamp(text) { return timestamp.wall }
        if let ago = TimeSpan.parse(text) { return now.adding(milliseconds: -(ago.wholeNanoseconds / 1_000_000)) }
        throw ValidationError(
            "\"\(text.printable)\" is neither a time nor a span: write 10m, 12h, 7d, or 2026-11-21T09:00:00Z")
    }

    /// Without `since` from this midnight on, without `until` to this moment.
    static func period(since: String?, until: String?) throws -> Period {
        let midnight = Calendar.current.startOfDay(for: Date(timeIntervalSince1970: Double(now.milliseconds) / 1_000))
        let from = try since.map(moment) ?? WallTime(milliseconds: Int64(midnight.timeIntervalSince1970 * 1_000))
        let end = try until.map(moment) ?? now
        guard from < end else { throw ValidationError("--since must be before --until") }
        return Period(from: from, until: end)
    }

    static func open(_ database: String) throws -> SQLiteCallStore {
        guard FileManager.default.fileExists(atPath: database) else {
            throw fail(
                "\(database): no such file. It is \"burdock.db\" below \"state\" of the configuration; name it with "
                    + "--database")
        }
        do {
            return try SQLiteCallStore(reading: database, logger: Logger(label: "burdock.report"))
        } catch {
            throw fail(error.description)
        }
    }

    /// What storage says goes wrong, for people.
    static func reading<Value>(_ body: () async throws(StorageError) -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw fail(error.description)
        }
    }

    /// Throws if there is no such folder.
    ///
    /// - Parameter advice: how to name another one.
    static func check(journal directory: String, advice: String = "name it with --directory") throws {
        guard !FileManager.default.fileExists(atPath: directory) else { return }
        throw fail(
            "\(directory): no such folder. The journal is in the folder \"journal\" below \"state\" of the "
                + "configuration; \(advice)")
    }

    private static func fail(_ text: String) -> ExitCode {
        Terminal.printError(text)
        return .failure
    }
}
