let fuzzTargets: [String: @Sendable ([UInt8]) -> Void] = ["Configuration": fuzzConfiguration]

/// A configuration file with its scenario: it is read, or it is said why not, and where.
@Sendable func fuzzConfiguration(_ input: [UInt8]) {
    let result = ConfigurationReader.read(input, paths: Paths(file: "fuzz.yaml", workingDirectory: "/nonexistent"))
    let errors = result.diagnostics.filter { $0.severity == .error }
    precondition((result.configuration == nil) == !errors.isEmpty)
    for diagnostic in result.diagnostics {
        precondition(diagnostic.line >= 0 && diagnostic.column >= 0 && diagnostic.length >= 0)
        precondition(!diagnostic.message.isEmpty)
    }
    precondition(!result.render(color: false).isEmpty || result.diagnostics.isEmpty)
}
