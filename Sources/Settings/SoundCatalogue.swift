import Foundation

/// The sounds that the configuration can name, and those it does name.
///
/// A name listed under `sounds.files` means that file; any other name means NAME.wav in the folder of the language,
/// else in the sound folder itself. A class for the sake of `used`, which grows wherever a name is read.
final class SoundCatalogue {
    /// Tones that the media engine makes itself.
    static let builtIn = ["beep"]
    static let maxFiles = 10_000

    /// Absolute paths of what was named, by name.
    private(set) var used: [String: String] = [:]
    private let paths: Paths
    private var folder = "sounds"
    private(set) var language = "uk"
    private var files: [String: String] = [:]
    /// The folder is missing and reported: nothing more is said about what should be in it.
    private var isHopeless = false
    private var checked: [String: SoundFile.Problem?] = [:]
    private var reportedDefaults: Set<String> = []

    init(paths: Paths) {
        self.paths = paths
    }

    func read(_ fields: inout Fields) {
        let reading = fields.reading
        let folderEntry = fields.take("folder")
        folder = folderEntry.flatMap(reading.text) ?? folder
        let languageEntry = fields.take("language")
        language = languageEntry.flatMap(reading.name) ?? language
        let files = fields.takeEvenEmpty("files")
        if !Self.isFolder(paths.beside(folder)) {
            reading.error(
                "the sound folder \(reading.shown(paths.shown(folder))) does not exist",
                at: folderEntry.map(reading.span(of:)) ?? fields.span,
                next: "set folder under sounds; it is relative to the folder of this file")
            isHopeless = true
        } else if let languageEntry, !Self.isFolder(paths.beside("\(folder)/\(language)")) {
            reading.error(
                "there is no folder \"\(language)\" among the sounds", at: languageEntry,
                suggestion: Suggestion.nearest(to: language, in: folders))
            isHopeless = true
        }
        readFiles(files, reading)
    }

    private func readFiles(_ entry: Entry?, _ reading: Reading) {
        var fields = Fields(entry, place: "in files of sounds", reading: reading)
        let entries = fields.takeAll()
        guard entries.count <= Self.maxFiles else {
            return reading.error("files has more than \(Self.maxFiles) sounds", at: fields.span)
        }
        for item in entries {
            guard reading.name(item.asName) != nil else { continue }
            guard !Self.builtIn.contains(item.key) else {
                reading.error(
                    "\(item.key) is a tone of the program and cannot be a file", at: reading.span(ofKey: item))
                continue
            }
            guard !item.isEmpty, let path = item.text, !path.isEmpty else {
                reading.error("sound \"\(item.key)\" needs a file", at: item)
                continue
            }
            files[item.key] = path
            if let problem = use(item.key, path: inFolder(path)) {
                reading.error(
                    "sound \"\(item.key)\": \(reading.shown(shown(path))) \(problem.text)", at: item,
                    suggestion: problem == .missing ? Suggestion.nearest(to: path, in: fileNames) : nil,
                    next: problem.nextStep)
            }
        }
    }

    /// The sound that a value names; reported if it cannot be played.
    func named(_ entry: Entry, _ reading: Reading) -> String? {
        guard let name = reading.name(entry) else { return nil }
        guard name != "none" || !entry.isPlain else {
            reading.error("\(entry.key) cannot be none", at: entry, next: "delete the key to get its default")
            return nil
        }
        guard let problem = problem(of: name) else { return name }
        let next = problem == .missing ? "add \(shown(language + "/" + name + ".wav")), or correct the name" : nil
        reading.error(
            "sound \"\(name)\" \(problem == .missing ? "does not exist" : problem.text)", at: entry,
            suggestion: problem == .missing ? Suggestion.nearest(to: name, in: names) : nil,
            next: next ?? problem.nextStep)
        return nil
    }

    /// A sound that nobody named and that is used all the same. Each is reported once.
    func useDefault(_ name: String, key: String, at span: @autoclosure () -> SourceSpan, _ reading: Reading) {
        guard let problem = problem(of: name), reportedDefaults.insert(name).inserted else { return }
        reading.error(
            "\(key) is sound \"\(name)\" by default, which \(problem == .missing ? "does not exist" : problem.text)",
            at: span(), next: "add \(shown(language + "/" + name + ".wav")), or set \(key)")
    }

    /// Uses those of the words that can be played.
    ///
    /// - Returns: the others.
    func useWords(_ words: [String]) -> [String] {
        isHopeless ? [] : words.filter { problem(of: $0) != nil && !SpokenWords.optional.contains($0) }
    }

    /// Where the file of a sound belongs, as people read it.
    func file(of name: String) -> String { shown(language + "/" + name + ".wav") }

    private func problem(of name: String) -> SoundFile.Problem? {
        if Self.builtIn.contains(name) { return nil }
        if let path = files[name] { return use(name, path: inFolder(path)) == nil ? nil : .reported }
        if isHopeless { return nil }
        let own = inFolder("\(language)/\(name).wav")
        let problem = use(name, path: own)
        return problem == .missing ? use(name, path: inFolder("\(name).wav")) : problem
    }

    private func use(_ name: String, path: String) -> SoundFile.Problem? {
        let problem = checked[path] ?? SoundFile.check(path)
        checked[path] = .some(problem)
        if problem == nil { used[name] = path }
        return problem
    }

    private func inFolder(_ path: String) -> String {
        path.hasPrefix("/") ? paths.absolute(path) : paths.beside("\(folder)/\(path)")
    }

    private func shown(_ path: String) -> String {
        path.hasPrefix("/") ? path : paths.shown("\(folder)/\(path)")
    }
}

// MARK: - What there is, for suggestions

extension SoundCatalogue {
    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// In order of the alphabet; nothing if the folder cannot be listed, since this only feeds suggestions.
    private func list(_ path: String) -> [String] {
        // Losing the error is right: the folder's absence is reported where it matters.
        ((try? FileManager.default.contentsOfDirectory(atPath: inFolder(path))) ?? []).sorted().prefix(1_000).map(
            \.self)
    }

    private var folders: [String] {
        list(".").filter { Self.isFolder(inFolder($0)) }
    }

    private var fileNames: [String] {
        let own = list(language).map { "\(language)/\($0)" }
        return (list(".") + own).filter { $0.hasSuffix(".wav") }
    }

    private var names: [String] {
        files.keys.sorted()
            + (list(language) + list(".")).filter { $0.hasSuffix(".wav") }.map { String($0.dropLast(4)) }
    }
}
