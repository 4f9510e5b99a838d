import Foundation
import Glibc

/// A private network: a server host in the middle and peers around it, each in a Linux network namespace of its own
/// with one address, joined to the server by a virtual cable. Nothing of it can be reached from, or reach, the machine.
///
/// Needs root and `ip` of iproute2. Loopback addresses would not do: baresip refuses to use them.
package final class NetworkNamespace: Sendable {
    /// The server's address, the same in each network.
    package static let serverAddress = "10.99.0.1"
    private static let folder = "/run/netns"
    private static let family = "burdock-"

    private let base: String
    package let server: Host

    /// Makes the network with its server host. What runs that died have left behind is removed first.
    package init(_ label: String) async throws {
        Self.sweep()
        base = "\(Self.family)\(getpid())-\(label)"
        server = Host(namespace: "\(base)-server", address: Self.serverAddress)
        LiveThings.shared.add(namespace: server.namespace)
        try await shell(["ip netns add \(server.namespace)", "ip -n \(server.namespace) link set lo up"])
    }

    /// Adds a host at 10.99.0.`number`, number in 2…250.
    package func host(_ name: String, number: Int) async throws -> Host {
        let host = Host(namespace: "\(base)-\(name)", address: "10.99.0.\(number)")
        LiveThings.shared.add(namespace: host.namespace)
        let cable = "v\(number)"
        let (near, far) = (server.namespace, host.namespace)
        try await shell(
            [
                "ip netns add \(far)", "ip -n \(far) link set lo up",
                "ip -n \(near) link add \(cable) type veth peer name eth0 netns \(far)",
                "ip -n \(near) addr add \(server.address)/32 peer \(host.address)/32 dev \(cable)",
                "ip -n \(far) addr add \(host.address)/32 peer \(server.address)/32 dev eth0",
                "ip -n \(near) link set \(cable) up", "ip -n \(far) link set eth0 up",
                "ip -n \(far) route add default via \(server.address)",
            ])
        return host
    }

    /// Removes all hosts. Programs in them must have ended.
    package func remove(_ hosts: [Host]) {
        for host in hosts + [server] {
            Self.removeNow(host.namespace)
            LiveThings.shared.remove(namespace: host.namespace)
        }
    }

    /// One shell for many short commands: starting a program costs more than any of them.
    private func shell(_ commands: [String]) async throws {
        try await Subprocess.run(["sh", "-ec", commands.joined(separator: "; ")], within: 10)
    }

    static func removeNow(_ namespace: String) {
        guard namespace.hasPrefix(family) else { return }
        _ = system("ip netns del '\(namespace)' 2>/dev/null")
    }

    /// Removes namespaces whose owner (the process id in their name) is gone, with whatever still runs in them.
    private static func sweep() {
        // No such folder: nobody has ever made a namespace here.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(family) {
            let owner = name.dropFirst(family.count).prefix { $0.isNumber }
            guard let pid = pid_t(owner), kill(pid, 0) != 0, errno == ESRCH else { continue }
            _ = system("ip netns pids '\(name)' 2>/dev/null | xargs -r kill -9")
            removeNow(name)
        }
    }
}

/// One machine of the private network.
package struct Host: Hashable, Sendable {
    package let namespace: String
    package let address: String

    /// What to put before a command so that it runs there.
    var prefix: [String] { ["ip", "netns", "exec", namespace] }
}
