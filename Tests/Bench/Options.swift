/// What the bench was asked for on its command line.
struct Options {
    /// What can be measured alone with `--only`.
    enum Part: String, CaseIterable {
        case calls, register, conversation, queue, decisions
    }

    static let usage = """
        usage: scripts/bench [--runs N] [--json] [--soak] [--only PART,…] [--rate N] [--binary PATH]
          --runs N       repeat everything N times, 1 to 20 (default 3)
          --json         print one JSON document in place of the table
          --soak         also run 30,000 calls and compare the memory before and after (about 7 minutes)
          --only PARTS   of \(Part.allCases.map(\.rawValue).joined(separator: ", ")), or none
          --rate N       calls a second of the part calls, 1 to 200 (default 50)
          --binary PATH  the server (default .build/release/burdock)
        """

    var runs = 3
    var json = false
    var soak = false
    var help = false
    var parts = Set(Part.allCases)
    var rate = 50
    var binary = ".build/release/burdock"

    init(_ arguments: [String]) throws(BenchError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": json = true
            case "--soak": soak = true
            case "--help", "-h": help = true
            case "--binary": binary = try Self.value(argument, &rest)
            case "--runs":
                guard let runs = Int(try Self.value(argument, &rest)), 1...20 ~= runs else {
                    throw .usage("--runs must be 1 to 20")
                }
                self.runs = runs
            case "--rate":
                guard let rate = Int(try Self.value(argument, &rest)), 1...200 ~= rate else {
                    throw .usage("--rate must be 1 to 200")
                }
                self.rate = rate
            case "--only": parts = try Self.parts(try Self.value(argument, &rest))
            default: throw .usage("unknown argument \(argument)")
            }
        }
    }

    private static func value(_ name: String, _ rest: inout ArraySlice<String>) throws(BenchError) -> String {
        guard let value = rest.popFirst() else { throw .usage("\(name) needs a value") }
        return value
    }

    private static func parts(_ text: String) throws(BenchError) -> Set<Part> {
        if text == "none" { return [] }
        var parts: Set<Part> = []
        for word in text.split(separator: ",") {
            guard let part = Part(rawValue: String(word)) else { throw .usage("there is no part \"\(word)\"") }
            parts.insert(part)
        }
        return parts
    }
}
