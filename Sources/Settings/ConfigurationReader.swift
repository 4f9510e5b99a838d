import Foundation

/// Reads and checks a configuration file. Never throws: what is wrong is in the diagnostics, all of it at once.
package enum ConfigurationReader {
    /// Larger files are refused.
    package static let maxBytes = 1_048_576

    /// Reads the file, and looks at the sounds and lists it names.
    ///
    /// - Parameter workingDirectory: what `state` is relative to; the process's own by default.
    package static func read(path: String, workingDirectory: String? = nil) -> ConfigurationResult {
        let paths = Paths(
            file: path, workingDirectory: workingDirectory ?? FileManager.default.currentDirectoryPath)
        do throws(FileReader.Failure) {
            let bytes = try FileReader.read(paths.absolute(path), limit: maxBytes)
            return read(bytes, paths: paths)
        } catch {
            let next = error == .missing ? "give the path of a configuration: burdock check etc/burdock.yaml" : nil
            let diagnostic = Diagnostic(
                file: path, span: .wholeFile, severity: .error, message: "the file \(error.text)", nextStep: next)
            return ConfigurationResult(configuration: nil, diagnostics: [diagnostic])
        }
    }

    static func read(_ bytes: [UInt8], paths: Paths) -> ConfigurationResult {
        // A byte order mark is what some editors leave; it is no part of the first key.
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else {
            return notUTF8(body, file: paths.file)
        }
        let source = SourceText(text)
        do throws(YAMLDocument.Failure) {
            let document = try YAMLDocument(text, source: source)
            let reading = Reading(file: paths.file, source: source, renamed: document.renamed)
            var result = reading.configuration(document, paths: paths)
            result.outline = ConfigurationOutline(document)
            return result
        } catch {
            let reading = Reading(file: paths.file, source: source)
            reading.error(error.message, at: error.span, next: error.nextStep)
            return reading.result(nil)
        }
    }

    static func notUTF8(_ bytes: ArraySlice<UInt8>, file: String) -> ConfigurationResult {
        let source = SourceText(String(decoding: bytes, as: UTF8.self))
        let reading = Reading(file: file, source: source)
        let line = (1...max(1, source.lineCount)).first { source.line($0).contains("\u{FFFD}") } ?? 1
        let column = source.line(line).prefix { $0 != "\u{FFFD}" }.count + 1
        reading.error(
            "the file is not UTF-8 text", at: SourceSpan(line: line, column: column, length: 1),
            next: "save it as UTF-8, for example: iconv -f windows-1251 -t utf-8 OLD > NEW")
        return reading.result(nil)
    }
}

/// What came of a reading.
package struct ConfigurationResult: Sendable {
    /// `nil` if there is any error.
    package var configuration: Configuration?
    /// In the order of the file; those of list files after it.
    package var diagnostics: [Diagnostic]
    /// To be compared with a later reading; `nil` if the file is no YAML.
    package var outline: ConfigurationOutline?

    /// Findings for people, with a last line that counts them; "" if there is nothing to say.
    package func render(color: Bool) -> String {
        guard !diagnostics.isEmpty else { return "" }
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return (diagnostics.map { $0.render(color: color) } + [counts.joined(separator: ", ")])
            .joined(separator: "\n")
    }

    /// An array of objects with `file`, `line`, `column`, `length`, `severity`, `message`, and where there are such
    /// `suggestion` and `next_step`.
    package func json() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Strings and integers always encode; there is no error to lose.
        return (try? encoder.encode(diagnostics)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }
}

extension Reading {
    func configuration(_ document: YAMLDocument, paths: Paths) -> ConfigurationResult {
        guard let node = document.root else {
            error("the file is empty", at: .wholeFile, next: "start from etc/burdock.yaml")
            return result(nil)
        }
        var root = Fields(Entry(key: "", keyMark: nil, node: node), place: "", reading: self)
        var configuration = Configuration(path: paths.absolute(paths.file), state: paths.absolute("state"))
        configuration.sip = root.section("sip", sip)
        configuration.media = root.section("media") { media(&$0, sip: configuration.sip) }
        if let entry = root.take("state"), let state = text(entry) { configuration.state = paths.absolute(state) }
        configuration.log = root.section("log", log)
        configuration.journal = root.section("journal", journal)
        configuration.metrics = root.section("metrics", metrics)
        configuration.api = root.section("api", api)
        configuration.numbers = root.section("numbers", numbers)
        configuration.limits = root.section("limits", limits)
        configuration.routing = root.section("routing", routing)
        let sounds = SoundCatalogue(paths: paths)
        root.section("sounds") { sounds.read(&$0) }
        configuration.codes = root.section("codes") { codes(&$0, sounds: sounds) }
        var trunks = Names("trunk")
        configuration.trunks = self.trunks(&root, names: &trunks)
        var operators = Names("operator")
        configuration.operators = self.operators(&root, names: &operators)
        var queues = Names("queue")
        configuration.queues = self.queues(&root, names: &queues, operators: operators, sounds: sounds)
        var dialerNames = Names("dialer")
        configuration.dialers = dialers(
            &root, names: &dialerNames, queues: queues, operators: operators, trunks: configuration.trunks,
            trunkNames: trunks)
        configuration.reminder = root.section("reminder") {
            reminder(&$0, sounds: sounds, isNeeded: !configuration.dialers.isEmpty)
        }
        var webhookNames = Names("webhook")
        configuration.webhooks = webhooks(&root, names: &webhookNames)
        configuration.card = card(&root)
        configuration.lines = lines(
            &root, queues: configuration.queues, queueNames: queues, codes: configuration.codes, paths: paths,
            calledBack: Set(configuration.dialers.flatMap(\.queues)))
        // With broken lines or queues nobody knows what leads where.
        if !failed {
            checkReached(configuration.queues, configuration.lines, queues)
            checkCalledBack(configuration.queues, configuration.dialers, queues)
            checkHandedOver(configuration.dialers, dialerNames, configuration.webhooks)
        }
        root.finish()
        reportUnseenDoubles()
        configuration.sounds = sounds.used
        configuration.language = sounds.language
        if holdsSecrets, FileReader.isReadableByAll(configuration.path) {
            warning(
                "the file holds secrets, and every user of this machine can read it", at: .wholeFile,
                next: "chmod 640 \(paths.file)")
        }
        return result(configuration)
    }

    /// Puts the findings in order and withholds a configuration with errors.
    func result(_ configuration: Configuration?) -> ConfigurationResult {
        var all = diagnostics.sorted { left, right in
            if left.file != right.file { return left.file == file || right.file != file && left.file < right.file }
            return (left.line, left.column) < (right.line, right.column)
        }
        if omitted > 0 {
            all.append(
                Diagnostic(
                    file: file, span: .wholeFile, severity: .error, message: "\(omitted) more findings are not shown"))
        }
        return ConfigurationResult(configuration: failed ? nil : configuration, diagnostics: all)
    }
}
