import Foundation

/// The programs that the peers are made of, and whether this machine has them.
package enum PeerTools {
    /// Where Debian's baresip-core keeps its modules.
    package static let baresipModules = "/usr/lib/baresip/modules"
    private static let programs = [
        ("sipp", "sip-tester"), ("baresip", "baresip-core"), ("tcpdump", "tcpdump"), ("ip", "iproute2"),
    ]

    /// What is missing, in words with the remedy; empty if all is there.
    package static let missing: [String] = {
        let folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin"]
        var missing = programs.filter { program, _ in
            !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
        }.map { "\($0) is not installed (apt-get install \($1))" }
        if getuid() != 0 { missing.append("network namespaces need root") }
        if serverBinary == nil { missing.append("the burdock executable is not built (swift build)") }
        return missing
    }()

    /// A machine on which the peers must be there: a missing one is a failure then, not a reason to skip.
    package static let required: Bool = {
        let environment = ProcessInfo.processInfo.environment
        return environment["CI"] != nil || environment["BURDOCK_REQUIRE_PEERS"] == "1"
    }()

    /// The server's executable: `BURDOCK_BINARY`, or the one built beside the running program.
    package static let serverBinary: String? = {
        if let named = ProcessInfo.processInfo.environment["BURDOCK_BINARY"] { return named }
        var folders = [Bundle.main.bundleURL.path, root + "/.build/debug", root + "/.build/release"]
        folders += CommandLine.arguments.prefix(1).map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        return folders.map { $0 + "/burdock" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// The top folder of the package.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// sipp's scenario files.
    package static let scenarios = root + "/Tests/IntegrationTests/Scenarios"
}
