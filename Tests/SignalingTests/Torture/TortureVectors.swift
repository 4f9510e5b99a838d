import Foundation
import Testing

/// The messages of RFC 4475 and RFC 5118, byte for byte, with what the RFCs ask for. They are not part of the project:
/// `BURDOCK_TORTURE` names the directory, else it lies in `../shared/torture` beside the repository.
struct TortureVector: Sendable, CustomTestStringConvertible {
    enum Expectation: String {
        /// Some answer that does not call the message malformed; one of `codes` is best.
        case accept
        /// One of `codes`; `tolerated` are weaker and safe.
        case reject
        /// The RFC leaves it open: anything but acting on what is broken.
        case either
        /// Nothing may be sent.
        case drop
    }

    var file: String
    var bytes: [UInt8]
    var expectation: Expectation
    var codes: Set<Int>
    var tolerated: Set<Int>
    var toleratesSilence: Bool

    var testDescription: String { file }
    var isRequest: Bool { !bytes.starts(with: Array("SIP/".utf8)) }
    /// The bytes end before the body does.
    var isCut: Bool { file == "clerr.dat" }
    /// Where the top Via wants its answer, when it does not ask for the port that the request came from.
    var viaPort: UInt16 {
        ["quotbal.dat": 5_050, "v6-ipv4-mapped-ipv6.dat": 19_823, "v6-mult-ip-in-header.dat": 6_050][file] ?? 5_060
    }

    static let directory: URL = {
        if let named = ProcessInfo.processInfo.environment["BURDOCK_TORTURE"] { return URL(fileURLWithPath: named) }
        // The repository is four up from this file, and the directory beside it.
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        return here.appendingPathComponent("../../../../../shared/torture").standardizedFileURL
    }()

    static let all: [TortureVector] = {
        guard let data = try? Data(contentsOf: directory.appendingPathComponent("manifest.json")),
            let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let rows = json["messages"] as? [[String: Any]]
        else { return [] }
        return rows.compactMap(TortureVector.init)
    }()

    private init?(_ row: [String: Any]) {
        guard let file = row["file"] as? String,
            let data = try? Data(contentsOf: Self.directory.appendingPathComponent(file)),
            let expectation = (row["expect"] as? String).flatMap(Expectation.init),
            let codes = row["codes"] as? [Int], let tolerated = row["tolerate"] as? [Any]
        else { return nil }
        self.file = file
        bytes = Array(data)
        self.expectation = expectation
        self.codes = Set(codes)
        self.tolerated = Set(tolerated.compactMap { $0 as? Int })
        toleratesSilence = tolerated.contains { $0 as? String == "silent" }
    }
}
