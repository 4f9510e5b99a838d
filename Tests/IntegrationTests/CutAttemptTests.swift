import PeerKit
import Testing

/// A crash between any two steps of an attempt costs nobody their call, and rings nobody twice for one attempt
/// (product.md section 8).
extension Peers {
    @Suite(.needsPeers, .serialized) struct CutAttemptTests {
        /// How far the attempt has come when the process is killed.
        enum Step: String, CaseIterable {
            case asked = "the customer has asked, and nobody is there"
            case claimed = "the operator sees the card"
            case operatorRings = "the operator's phone rings"
            case customerRings = "the customer's phone rings"
            case talking = "both talk"

            var isClaimed: Bool { self != .asked }
            var hasRungCustomer: Bool { self == .customerRings || self == .talking }
        }

        private static let number = "+380501112201"

        /// A house that calls one customer back, from the moment of their request.
        private struct Scene {
            let centre: CallCentre
            let server: BurdockServer
            let home: Phone
            let olena: Phone
        }

        private func configuration(outside: Host, isPreviewed: Bool) -> ServerConfiguration {
            var configuration = ServerConfiguration.oneQueue(["olena"], settings: ["wrap_up": "0s"])
            configuration.outgoing = "{address: \"\(outside.address):5060\"}"
            configuration.extra = """
                dialers:
                  - name: back
                    queues: [sales]
                    trunks: [carrier]
                    preview: \(isPreviewed ? "2s" : "0s")
                    operators: {olena: 5}
                    retries: {interval: 1s}

                """
            return configuration
        }

        @Test(arguments: Step.allCases)
        func attemptThatACrashCutIsMadeAnewAndNoneIsMadeTwice(step: Step) async throws {
            try await CallCentre.run { centre in
                let outside = try await centre.host("outside")
                let server = try await centre.server(configuration(outside: outside, isPreviewed: step == .claimed))
                let home = try await centre.outsidePhone(Self.number, on: outside)
                let olena = try await centre.phone("olena", answering: step == .operatorRings ? .byHand : .auto)
                let scene = Scene(centre: centre, server: server, home: home, olena: olena)
                if step == .asked { _ = try await server.json(["operator", "pause", "olena"]) }
                let asked = Moment.now
                _ = try await server.json(["task", "add", "--dialer", "back", Self.number])
                try await waitFor(step, scene, since: asked)
                await server.kill()
                #expect(home.rings() == (step.hasRungCustomer ? 1 : 0))
                // Nobody tells the phones that the server is gone.
                try await home.hangUp()
                try await olena.hangUp()

                let restarted = Moment.now
                try await server.start()
                if step == .asked { _ = try await server.json(["operator", "ready", "olena"]) }
                try await talk(scene, since: restarted, byHand: step == .operatorRings)
                try await checkRecords(scene, step)
            }
        }

        private func waitFor(_ step: Step, _ scene: Scene, since: Moment) async throws {
            switch step {
            case .asked: break
            case .claimed:
                let limit = since + 2
                while try await scene.server.json(["operator", "show", "olena"])["state"].string != "previewing" {
                    try require(Moment.now < limit, "no card is shown")
                }
            case .operatorRings: try await scene.olena.waitForRing(since: since, within: 6)
            case .customerRings: try await scene.home.waitForRing(since: since, within: 6)
            case .talking:
                try await scene.home.waitForRing(since: since, within: 6)
                try await scene.home.answer()
                try await scene.centre.ear(of: scene.home)
                    .waits(for: [scene.olena.party.tone], within: 3, after: since)
            }
        }

        private func talk(_ scene: Scene, since: Moment, byHand: Bool) async throws {
            let (home, olena) = (scene.home, scene.olena)
            if byHand {
                try await olena.waitForRing(since: since, within: 10)
                try await olena.answer()
            }
            try await home.waitForRing(since: since, within: 10)
            try await home.answer()
            try await scene.centre.ear(of: home).waits(for: [olena.party.tone], within: 3, after: since)
            try await scene.centre.ear(of: olena).waits(for: [home.party.tone], within: 3, after: since)
            try await listen(1.2)
            try await home.hangUp()
        }

        /// The cut attempt is in the log as what it is, the task is done, and the phone rang for each attempt once.
        private func checkRecords(_ scene: Scene, _ step: Step) async throws {
            let rows = try await scene.server.attempts(step.isClaimed ? 2 : 1, within: 5)
            let outcomes = rows.map { $0["outcome"].string ?? "" }
            #expect(outcomes.count { $0 == "ANSWER" } == 1 && Set(outcomes).count == rows.count, "\(rows)")
            #expect(scene.home.rings() == (step.hasRungCustomer ? 2 : 1))
            try await listen(2)
            #expect(scene.home.rings() == (step.hasRungCustomer ? 2 : 1), "the task is done")
            let open = try await scene.server.json(["task", "list", "--state", "open"])["tasks"].elements
            #expect(open.isEmpty, "\(open)")
        }
    }
}
