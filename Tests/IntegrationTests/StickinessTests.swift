import PeerKit
import Testing

/// Customers come back to the operator who last helped them (product.md section 3).
extension Peers {
    @Suite(.needsPeers, .serialized) struct StickinessTests {
        @Test func customerReturnsToTheSameOperatorThoughAnotherHasBeenIdleLonger() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena", "petro"], settings: ["wrap_up": "0s"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                let petro = try await centre.phone("petro")
                try await listen(0.6)
                try await centre.end(ann, olena)

                // Petro has been idle since before Olena was free again. A stranger goes to him, Ann to Olena.
                let again = try centre.customer("Ann")
                try await centre.connect(again, olena)
                try await listen(1.2)
                #expect(petro.rings() == 0)
                let bob = try centre.customer("Bob")
                try await centre.connect(bob, petro)
                try await centre.end(bob, petro)
                try await centre.end(again, olena)
                let row = try await server.logged(again)
                #expect(row.stage == "own", "\(row)")
            }
        }

        @Test func tiesAndLogOutliveKillNineAndTheCutCallIsLoggedAsLost() async throws {
            try await CallCentre.run { centre in
                let server = try await centre.server(.oneQueue(["olena", "petro"]))
                let olena = try await centre.phone("olena")
                let ann = try centre.customer("Ann")
                try await centre.connect(ann, olena)
                try await listen(1.2)
                try await centre.end(ann, olena)
                _ = try await server.logged(ann)
                try await listen(1.3)
                let cut = try centre.customer("Bob")
                try await centre.connect(cut, olena)

                await server.kill()
                cut.kill()
                await olena.stop()
                try await server.start()
                let petro = try await centre.phone("petro")
                try await listen(0.5)
                try await olena.start()

                let rows = try await server.callLog()
                #expect(rows.map(\.outcome).sorted() == ["answered", "lost_by_restart"], "\(rows)")
                let queue = try await server.json(["queue", "show"])["queues"].elements.first
                #expect(queue?["entered"].number == 2 && queue?["answered"].number == 2, "\(String(describing: queue))")
                let operators = try await server.json(["operator", "show"])["operators"].elements
                #expect(operators.map { $0["calls"].number } == [2, 0], "\(operators)")
                let again = try centre.customer("Ann")
                try await centre.connect(again, olena)
                #expect(petro.rings() == 0)
                try await centre.end(again, olena)
            }
        }

        @Test func busyResponsibleWithoutWaitMeansStraightToAnother() async throws {
            try await withBusyResponsible(wait: "0s") { centre, ann, _, petro in
                let start = Moment.now
                try ann.call()
                let rung = try await petro.waitForRing(since: start, within: 3)
                #expect(rung - start < 1, "Petro rang after \(rung - start) s")
            }
        }

        @Test func busyResponsibleIsWaitedForAndThenAnotherRings() async throws {
            try await withBusyResponsible(wait: "5s") { centre, ann, _, petro in
                let start = Moment.now
                try ann.call()
                let rung = try await petro.waitForRing(since: start, within: 7)
                #expect((4.8...5.7).contains(rung - start), "Petro rang after \(rung - start) s")
                try centre.ear(of: ann).expect([.hold], from: start + 0.3, until: rung)
            }
        }

        @Test func responsibleWhoBecomesFreeWithinTheWaitGetsTheirCustomerAtOnce() async throws {
            try await withBusyResponsible(wait: "5s") { centre, ann, conversation, petro in
                let start = Moment.now
                try ann.call()
                try await listen(3)
                let free = Moment.now
                try conversation.customer.hangUp()
                let rung = try await conversation.phone.waitForRing(since: free, within: 2)
                #expect(rung - free < 0.5, "Olena rang \(rung - free) s after she was free")
                #expect(petro.rings(since: start) == 0)
            }
        }

        /// Ann is tied to Olena, who talks with Bob; Petro is ready.
        private func withBusyResponsible(
            wait: String, _ body: (CallCentre, Customer, Conversation, Phone) async throws -> Void
        ) async throws {
            try await CallCentre.run { centre in
                let settings = ["responsible_wait": wait, "wrap_up": "0s"]
                _ = try await centre.server(.oneQueue(["olena", "petro"], settings: settings))
                let olena = try await centre.phone("olena")
                let first = try centre.customer("Ann")
                try await centre.connect(first, olena)
                try await listen(1.2)
                try await centre.end(first, olena)
                let conversation = try await centre.connect(try centre.customer("Bob"), olena)
                let petro = try await centre.phone("petro")
                try await body(centre, try centre.customer("Ann"), conversation, petro)
            }
        }
    }
}
