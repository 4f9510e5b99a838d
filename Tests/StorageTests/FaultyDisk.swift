import Foundation
import GRDBSQLite
import Synchronization

/// A disk that fails when it is told to: all files below one directory. It sits below SQLite, so that everything above is
/// as in the field: SQLite's own reaction, GRDB's, and the store's.
final class FaultyDisk: Sendable {
    enum Operation: Sendable {
        case write, sync
    }

    struct Fault: Sendable {
        var operation: Operation
        /// Which of them fails, from 1, counted from `arm` on.
        var number: Int
        /// So many in a row fail.
        var times = 1
        /// What SQLite is told: `SQLITE_FULL`, `SQLITE_IOERR_WRITE`, …
        var code: Int32
        /// A failing write leaves its first bytes behind: so many hundredths of them.
        var tornPercent = 0
    }

    private struct State {
        var fault: Fault?
        var counted = 0
        var failed = 0
    }

    private let state = Mutex(State())

    init(below directory: String) {
        FaultyFiles.install()
        FaultyFiles.disks.withLock { $0[directory] = self }
    }

    func arm(_ fault: Fault) {
        state.withLock { $0 = State(fault: fault) }
    }

    func repair() {
        state.withLock { $0.fault = nil }
    }

    /// How often it has failed since it was armed.
    var failures: Int { state.withLock(\.failed) }

    fileprivate func fault(of operation: Operation) -> Fault? {
        state.withLock { state in
            guard let fault = state.fault, fault.operation == operation else { return nil }
            state.counted += 1
            guard state.counted >= fault.number, state.counted - fault.number < fault.times else { return nil }
            state.failed += 1
            return fault
        }
    }
}

/// SQLite's file system layer with two calls on the way: it is the ordinary one but for files of a `FaultyDisk`.
private enum FaultyFiles {
    typealias Methods = UnsafePointer<sqlite3_io_methods>

    struct OpenFile: Sendable {
        let disk: FaultyDisk
        /// Where the ordinary methods are.
        private let address: UInt

        init(disk: FaultyDisk, methods: Methods) {
            self.disk = disk
            address = UInt(bitPattern: methods)
        }

        var methods: sqlite3_io_methods? { Methods(bitPattern: address)?.pointee }
    }

    /// By directory.
    static let disks = Mutex<[String: FaultyDisk]>([:])
    /// By the address of SQLite's file.
    private static let files = Mutex<[UInt: OpenFile]>([:])
    // Pointers into SQLite, set once by `install` and never changed.
    nonisolated(unsafe) private static var ordinary: UnsafeMutablePointer<sqlite3_vfs>?
    nonisolated(unsafe) private static var wrapped: UnsafeMutablePointer<sqlite3_io_methods>?
    private static let tableLock = NSLock()

    private static let installation: Void = {
        guard let found = sqlite3_vfs_find(nil) else { return }
        ordinary = found
        let layer = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        layer.initialize(to: found.pointee)
        layer.pointee.zName = UnsafePointer(strdup("faulty"))
        layer.pointee.pNext = nil
        layer.pointee.xOpen = { _, name, file, flags, outFlags in
            FaultyFiles.open(name, file, flags, outFlags)
        }
        sqlite3_vfs_register(layer, 1)
    }()

    static func install() {
        installation
    }

    static func open(
        _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let ordinary, let ordinaryOpen = ordinary.pointee.xOpen else { return SQLITE_ERROR }
        let result = ordinaryOpen(ordinary, name, file, flags, outFlags)
        guard result == SQLITE_OK, let name, let file, let methods = file.pointee.pMethods else { return result }
        let path = String(cString: name)
        let known = disks.withLock { $0 }
        guard let disk = known.first(where: { path.hasPrefix($0.key + "/") })?.value else { return result }
        let (address, open) = (UInt(bitPattern: file), OpenFile(disk: disk, methods: methods))
        files.withLock { $0[address] = open }
        file.pointee.pMethods = UnsafePointer(table(like: methods))
        return result
    }

    /// One for all: files of the ordinary layer have the same methods.
    private static func table(like methods: Methods) -> UnsafeMutablePointer<sqlite3_io_methods> {
        tableLock.lock()
        defer { tableLock.unlock() }
        if let wrapped { return wrapped }
        let table = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        table.initialize(to: methods.pointee)
        table.pointee.xWrite = { FaultyFiles.write($0, $1, $2, $3) }
        table.pointee.xSync = { FaultyFiles.sync($0, $1) }
        table.pointee.xClose = { FaultyFiles.close($0) }
        wrapped = table
        return table
    }

    private static func file(_ file: UnsafeMutablePointer<sqlite3_file>?) -> OpenFile? {
        let address = UInt(bitPattern: file)
        return files.withLock { $0[address] }
    }

    private static func write(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64
    ) -> Int32 {
        guard let open = self.file(file), let write = open.methods?.xWrite else { return SQLITE_MISUSE }
        guard let fault = open.disk.fault(of: .write) else { return write(file, bytes, count, offset) }
        let torn = count * Int32(fault.tornPercent) / 100
        if torn > 0 { _ = write(file, bytes, torn, offset) }
        return fault.code
    }

    private static func sync(_ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32) -> Int32 {
        guard let open = self.file(file), let sync = open.methods?.xSync else { return SQLITE_MISUSE }
        return open.disk.fault(of: .sync)?.code ?? sync(file, flags)
    }

    private static func close(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Int32 {
        guard let open = files.withLock({ $0.removeValue(forKey: UInt(bitPattern: file)) }) else {
            return SQLITE_MISUSE
        }
        return open.methods?.xClose(file) ?? SQLITE_MISUSE
    }
}
