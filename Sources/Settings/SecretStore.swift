import Foundation
import Yams

/// Secrets of operators whose configuration names none: made once, kept in `secrets.yaml` of the state folder.
///
/// The file belongs to the process's user alone (0600, folder 0700) and is replaced as a whole, so a crash leaves the
/// old one or the new one. Secrets of operators who are gone stay in it: whoever comes back finds their phone working.
package struct SecretStore: Sendable {
    /// Secrets by operator name.
    package struct Secrets: Hashable, Sendable {
        /// One for every operator, configured or generated.
        package var all: [String: String]
        /// Names whose secret was made just now, in the order of the configuration: to be shown once.
        package var created: [String]
    }

    /// Letters and digits that nobody mistakes for each other, 32 of them: five bits each.
    static let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
    /// Seven groups of four characters: 140 bits.
    static let groups = 7
    static let maxBytes = 4 * 1_048_576

    /// Absolute path of the file.
    package let path: String
    private let folder: String

    /// - Parameter state: `Configuration.state`.
    package init(state: String) {
        folder = state
        path = state + "/secrets.yaml"
    }

    /// Reads what there is, makes what is missing, and writes the file if anything was made.
    package func secrets(for operators: [Configuration.Operator]) throws(SecretStoreError) -> Secrets {
        var generator = SystemRandomNumberGenerator()
        return try secrets(for: operators, using: &generator)
    }

    /// The same with a source of chance for tests.
    func secrets(
        for operators: [Configuration.Operator], using generator: inout some RandomNumberGenerator
    ) throws(SecretStoreError) -> Secrets {
        try makeFolder()
        var kept = try read()
        var secrets = Secrets(all: [:], created: [])
        for person in operators {
            if let secret = person.secret ?? kept[person.name] {
                secrets.all[person.name] = secret
            } else {
                let secret = Self.generate(using: &generator)
                kept[person.name] = secret
                secrets.all[person.name] = secret
                secrets.created.append(person.name)
            }
        }
        if !secrets.created.isEmpty { try write(kept) }
        return secrets
    }

    static func generate(using generator: inout some RandomNumberGenerator) -> String {
        (0..<groups).map { _ in
            String((0..<4).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
        }
        .joined(separator: "-")
    }
}

// MARK: - The file

extension SecretStore {
    private func makeFolder() throws(SecretStoreError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .folder(folder, why: error.localizedDescription)
        }
    }

    /// Nothing if there is no file yet. A file that others can read is closed to them first.
    private func read() throws(SecretStoreError) -> [String: String] {
        let bytes: [UInt8]
        do throws(FileReader.Failure) {
            bytes = try FileReader.read(path, limit: Self.maxBytes)
        } catch {
            if error == .missing { return [:] }
            throw .unreadable(path, why: error.text)
        }
        guard chmod(path, 0o600) == 0 else { throw .unwritable(path, why: Self.lastError()) }
        guard let text = String(validating: bytes, as: UTF8.self), YAMLGuard.check(text) == nil else {
            throw .broken(path)
        }
        let node: Node?
        do {
            node = try compose(yaml: text, .basic, .default, .utf8)
        } catch {
            throw .broken(path)
        }
        guard let mapping = node?.mapping, mapping.count == 1, let value = mapping["operators"] else {
            throw .broken(path)
        }
        // Every line deleted by hand: all secrets are made anew.
        if value.string?.isEmpty == true { return [:] }
        guard let people = value.mapping else { throw .broken(path) }
        var secrets: [String: String] = [:]
        for (name, secret) in people {
            guard let name = name.string, let secret = secret.string, !secret.isEmpty else { throw .broken(path) }
            secrets[name] = secret
        }
        return secrets
    }

    private func write(_ secrets: [String: String]) throws(SecretStoreError) {
        var text = """
            # Secrets that were generated on a start, because the configuration gives none. Delete a line to have a new
            # secret made on the next start; the operator's phone must then be told.
            operators:

            """
        for (name, secret) in secrets.sorted(by: { $0.key < $1.key }) {
            text += "  \"\(name)\": \"\(secret)\"\n"
        }
        let temporary = path + ".new"
        // Left over from a crash, if it is there; a failure shows up in the next line.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .unwritable(temporary, why: Self.lastError()) }
        let problem = Self.write(Array(text.utf8), to: descriptor)
        close(descriptor)
        if let problem { throw .unwritable(temporary, why: problem) }
        guard rename(temporary, path) == 0 else { throw .unwritable(path, why: Self.lastError()) }
        syncFolder()
    }

    /// Everything, and on the disk; what went wrong otherwise.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> String? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return lastError() }
            rest = rest.dropFirst(max(0, count))
        }
        return fsync(descriptor) == 0 ? nil : lastError()
    }

    /// Makes the new name durable. The secrets are in place even where the file system cannot do it.
    private func syncFolder() {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}

/// Why secrets could not be had. The server does not start without them.
package enum SecretStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The state folder is not there and cannot be made.
    case folder(String, why: String)
    /// The file is there and cannot be read.
    case unreadable(String, why: String)
    /// The file cannot be written or closed to others.
    case unwritable(String, why: String)
    /// Not what `SecretStore` writes. It is never overwritten.
    case broken(String)

    package var description: String {
        switch self {
        case .folder(let path, let why):
            "the state folder \(path) cannot be made: \(why); set state in the configuration"
        case .unreadable(let path, let why):
            "the file of generated secrets \(path) \(why)"
        case .unwritable(let path, let why):
            "the file of generated secrets \(path) cannot be written: \(why)"
        case .broken(let path):
            "the file of generated secrets \(path) is not as it was written; mend it, or move it away to have all "
                + "secrets made anew"
        }
    }
}
