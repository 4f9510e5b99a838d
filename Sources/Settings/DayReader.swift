import Foundation

/// Reads and checks the description of a day, with the configuration that it names. Never throws: what is wrong is in
/// the findings, all of it at once.
package enum DayReader {
    /// - Parameters:
    ///   - configuration: path of a configuration in place of the one that the day names.
    ///   - workingDirectory: what both paths are relative to; the process's own by default.
    package static func read(
        path: String, configuration: String? = nil, workingDirectory: String? = nil
    ) -> DayResult {
        let directory = workingDirectory ?? FileManager.default.currentDirectoryPath
        let paths = Paths(file: path, workingDirectory: directory)
        do throws(FileReader.Failure) {
            let bytes = try FileReader.read(paths.absolute(path), limit: ConfigurationReader.maxBytes)
            return read(bytes, paths: paths, configuration: configuration)
        } catch {
            let next = error == .missing ? "give the path of a day: burdock simulate etc/day.yaml" : nil
            return DayResult(
                diagnostics: [
                    Diagnostic(
                        file: path, span: .wholeFile, severity: .error, message: "the file \(error.text)",
                        nextStep: next)
                ])
        }
    }

    static func read(_ bytes: [UInt8], paths: Paths, configuration: String? = nil) -> DayResult {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return DayResult(diagnostics: ConfigurationReader.notUTF8(bytes[...], file: paths.file).diagnostics)
        }
        let source = SourceText(text)
        do throws(YAMLDocument.Failure) {
            let document = try YAMLDocument(text, source: source)
            let reading = Reading(file: paths.file, source: source, renamed: document.renamed)
            return reading.day(document, paths: paths, configuration: configuration)
        } catch {
            let reading = Reading(file: paths.file, source: source)
            reading.error(error.message, at: error.span, next: error.nextStep)
            return DayResult(diagnostics: reading.result(nil).diagnostics)
        }
    }
}

/// What came of reading a day.
package struct DayResult: Sendable {
    /// Both are `nil` if there is any error.
    package var day: DayDescription?
    package var configuration: Configuration?
    /// In the order of the day's file; errors of the configuration after them.
    package var diagnostics: [Diagnostic]

    init(day: DayDescription? = nil, configuration: Configuration? = nil, diagnostics: [Diagnostic]) {
        self.day = day
        self.configuration = configuration
        self.diagnostics = diagnostics
    }

    /// For people, and for programs, in the same form as those of a configuration.
    package var findings: ConfigurationResult { ConfigurationResult(configuration: nil, diagnostics: diagnostics) }
}
