import Foundation
import GRDB

extension SQLiteCallStore {
    static func open(_ path: String) throws(StorageError) -> DatabasePool {
        try explaining(path) { try openAndMigrate(path) }
    }

    /// For another process that only reads, whether the server runs or not.
    static func openForReading(_ path: String) throws(StorageError) -> DatabasePool {
        try explaining(path) {
            var configuration = Configuration()
            configuration.label = "burdock.reader"
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let pool = try DatabasePool(path: path, configuration: configuration)
            let migrator = Schema.migrator()
            guard try !pool.read(migrator.hasBeenSuperseded) else { throw SchemaMismatch.newer }
            guard try pool.read(migrator.hasCompletedMigrations) else { throw SchemaMismatch.older }
            return pool
        }
    }

    private static func explaining(_ path: String, _ open: () throws -> DatabasePool) throws(StorageError)
        -> DatabasePool
    {
        do {
            return try open()
        } catch let error as SchemaMismatch {
            throw .cannotOpen(path: path, problem: error.rawValue)
        } catch let error as DatabaseError {
            throw .cannotOpen(path: path, problem: error.message ?? String(describing: error))
        } catch {
            throw .cannotOpen(path: path, problem: error.localizedDescription)
        }
    }

    private static func openAndMigrate(_ path: String) throws -> DatabasePool {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        // The log holds numbers of customers: a directory that is made here is closed to strangers.
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])

        var configuration = Configuration()
        configuration.label = "burdock"
        configuration.foreignKeysEnabled = true
        // Another program that looks into the file (a backup, the sqlite3 shell) may hold it for a moment.
        configuration.busyMode = .timeout(1)
        configuration.maximumReaderCount = 4
        // Made before SQLite opens it: the files beside it take over its mode. An empty file is an empty database.
        if !FileManager.default.fileExists(atPath: path) {
            let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o640]
            guard FileManager.default.createFile(atPath: path, contents: nil, attributes: mode) else {
                throw CocoaError(.fileWriteNoPermission)
            }
        }
        let pool = try DatabasePool(path: path, configuration: configuration)

        // After a power cut everything that was acknowledged is there, which WAL alone does not promise. Setting up
        // WAL mode chooses NORMAL, so this comes after it; only the writer's connection counts.
        // With a hundred thousand tasks the indexes are larger than SQLite's own 2 MiB of memory, and pages that are
        // written again and again should not be read again each time, nor copied into the file after each megabyte.
        try pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA synchronous = FULL")
            try $0.execute(sql: "PRAGMA cache_size = -\(cacheKiB)")
            try $0.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
        }

        let migrator = Schema.migrator()
        guard try !pool.read(migrator.hasBeenSuperseded) else { throw SchemaMismatch.newer }
        try migrator.migrate(pool)
        return pool
    }

    /// Of the writer.
    private static let cacheKiB = 32_768
    /// Of 4 KiB each.
    private static let checkpointPages = 8_000

    private enum SchemaMismatch: String, Error {
        case newer = "it was made by a newer version of Burdock; run that version, or restore a backup"
        case older = "an older version of Burdock made it; start the server once, which brings it up to date"
    }
}
