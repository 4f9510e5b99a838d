import Foundation
import Synchronization

/// Every datagram that passes the server's interfaces, with the kernel's time stamps: the one witness of who said and
/// heard what and when. tcpdump writes it, and it is read while it grows.
package final class Capture: Sendable {
    private struct State {
        var reader = CaptureReader()
        var offset: UInt64 = 0
        var packets: [Packet] = []
    }

    package let began: Moment
    package let path: String
    private let tcpdump: Subprocess
    private let state = Mutex(State())

    /// Begins to capture on a host. `filter` is a tcpdump expression.
    package init(on host: Host, path: String, filter: String = "udp") async throws {
        self.path = path
        tcpdump = try Subprocess(
            "tcpdump",
            ["tcpdump", "-i", "any", "--immediate-mode", "-U", "-n", "-Z", "root"]
                + ["-B", "16384", "-y", "LINUX_SLL", "-w", path, filter],
            on: host)
        try await tcpdump.waitForLine(containing: "listening on", within: 10)
        began = Moment.now
    }

    /// All packets so far, in order.
    package var packets: [Packet] {
        state.withLock { state in
            update(&state)
            return state.packets
        }
    }

    /// Packets from index `start` on, and the index to go on from.
    package func packets(from start: Int) -> (packets: ArraySlice<Packet>, next: Int) {
        state.withLock { state in
            update(&state)
            return (state.packets.dropFirst(start), state.packets.count)
        }
    }

    package func stop() async {
        await tcpdump.stop()
    }

    /// "+3.27 s", reckoned from the begin of the capture.
    package func text(_ moment: Moment) -> String {
        let hundredths = Int(((moment - began) * 100).rounded())
        return "+\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(abs(hundredths % 100)) s"
    }

    private func update(_ state: inout State) {
        // The file appears with tcpdump's first write; until then there is nothing to read.
        guard let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)) else { return }
        defer { try? file.close() }
        // A failed read shows as missing packets, which the caller's expectation reports.
        guard (try? file.seek(toOffset: state.offset)) != nil, let data = try? file.readToEnd() else { return }
        state.offset += UInt64(data.count)
        state.packets += state.reader.take([UInt8](data))
    }
}
