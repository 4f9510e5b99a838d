import Foundation
import Glibc
import PeerKit
import Testing

/// A configuration that changes while calls run: all of it or nothing, and nobody in a call notices.
extension Peers {
    @Suite(.needsPeers, .serialized) struct ReloadTests {
        @Test func changedConfigurationIsTakenOverAndARunningCallGoesOn() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                let talk = try await centre.connect(ann, olena)

                let (sounds, state) = (server.folder + "/sounds", server.stateFolder)
                var changed = ServerConfiguration.oneQueue(["ihor", "olena"], settings: ["max_wait": "40s"])
                changed.lines.append(("300", "sales"))
                try server.write(changed.yaml(soundFolder: sounds, state: state))
                let looked = try await server.command(["reload", "--dry-run", "--socket", server.socket])
                #expect(looked.contains("+ operators.ihor: name: ihor"), "\(looked)")
                let before = try await server.json(["queue", "show"])["queues"].elements
                #expect(before.first?["operators"]["total"].number == 1, "a dry run changes nothing: \(before)")

                let told = try await server.command(["reload", "--socket", server.socket])
                #expect(told.contains("+ queues.sales.max_wait: 40s") && told.contains("+ lines.300"), "\(told)")
                try await listen(1)
                let end = Moment.now
                try centre.ear(of: ann).expect([olena.party.tone], from: talk.began, until: end)
                try centre.ear(of: olena).expect([ann.party.tone], from: talk.began, until: end)
                let after = try await server.json(["queue", "show"])["queues"].elements
                #expect(after.first?["operators"]["total"].number == 2, "\(after)")
                #expect(after.first?["entered"].number == 1 && after.first?["answered"].number == 1, "\(after)")

                // The new operator's phone registers and takes a call to the new number.
                let ihor = try await centre.phone("ihor")
                let bob = try centre.customer("Bob", dials: "300")
                try await centre.connect(bob, ihor)
                try await centre.end(bob, ihor)
                try await centre.end(ann, olena)
            }
        }

        @Test func operatorWhoIsGoneFinishesTheCallAndGetsNoMore() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["ihor", "olena"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                let talk = try await centre.connect(ann, olena)
                try server.write(
                    ServerConfiguration.oneQueue(["ihor"]).yaml(
                        soundFolder: server.folder + "/sounds", state: server.stateFolder))
                _ = try await server.command(["reload", "--socket", server.socket])
                try await listen(1)
                try centre.ear(of: ann).expect([olena.party.tone], from: talk.began, until: Moment.now)
                try await centre.end(ann, olena)
                let ihor = try await centre.phone("ihor")
                let since = Moment.now
                try await centre.connect(try centre.customer("Bob"), ihor)
                #expect(olena.rings(since: since) == 0)
            }
        }

        @Test func brokenConfigurationChangesNothing() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena"]))
                let olena = try await centre.phone("olena")
                let good = try String(contentsOfFile: server.configurationFile, encoding: .utf8)
                try server.write(
                    good.replacingOccurrences(of: "wrap_up", with: "wrap_upp")
                        .replacingOccurrences(of: "queue: sales", with: "queue: sale"))
                server.process?.signal(SIGHUP)
                try await server.process?.waitForLine(containing: "the changed configuration is not used", within: 3)
                let report = try? await server.json(["reload"])
                #expect(report == nil, "burdock reload must fail")
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                try await centre.end(ann, olena)

                // Mended, with a line more, it is taken over by the signal as well.
                try server.write(good + "  - number: \"301\"\n    queue: sales\n")
                server.process?.signal(SIGHUP)
                try await server.process?.waitForLine(containing: "+ lines.301", within: 3)
                try await centre.connect(try centre.customer("Bob", dials: "301"), olena)
            }
        }
    }
}
