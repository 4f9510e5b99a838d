import Foundation

@testable import Settings

/// The repository, where the sample and the sounds are.
let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

/// Reads a text as if it were `test.yaml` at the top of the repository, so that the default sound folder is there.
func read(_ yaml: String) -> ConfigurationResult {
    ConfigurationReader.read(Array(yaml.utf8), paths: Paths(file: "test.yaml", workingDirectory: repository))
}

/// A configuration that has to be there.
func configuration(_ yaml: String) -> Configuration {
    let result = read(yaml)
    return result.configuration ?? { fatalError(result.render(color: false)) }()
}

/// `line:column+length severity message`, and after bars the suggestion and the next step.
func brief(_ diagnostic: Diagnostic) -> String {
    let place = "\(diagnostic.line):\(diagnostic.column)+\(diagnostic.length)"
    let mended = diagnostic.suggestion.map { " | \($0)" } ?? ""
    return "\(place) \(diagnostic.severity) \(diagnostic.message)\(mended)"
}

func brief(_ yaml: String) -> [String] { read(yaml).diagnostics.map(brief) }

/// An empty folder that is removed with its content.
final class TemporaryFolder {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/burdock-\(UUID().uuidString)"
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // What is left in the temporary folder harms no test.
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        let file = path + "/" + name
        let folder = (file as NSString).deletingLastPathComponent
        try! FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try! Data(bytes).write(to: URL(filePath: file))
    }

    func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }
}

/// SplitMix64: a seed gives the same numbers everywhere.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
