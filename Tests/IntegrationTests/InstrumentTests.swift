import PeerKit
import Testing

/// The instruments themselves, without the server: a sipp calls a baresip, and the ear must tell truth from error.
extension Peers {
    @Suite(.serialized) struct InstrumentTests {
        @Test func earHearsBothTonesOfACallAndNothingElse() async throws {
            try await CallCentre.run { centre in
                // A phone in the server's place, so that a customer's call reaches it directly.
                let tone = Tone("phone's voice", 910)
                let phone = try Phone(
                    "direct", secret: "none", on: centre.network.server, tone: tone, answering: .byHand,
                    registers: false, folder: centre.folder + "/direct")
                try await phone.start()
                let customer = try centre.customer("Ann", dials: "direct")
                let heard = Ear(customer.party, centre.capture, tones: Tone.house + [tone, customer.party.tone])
                let said = Ear(customer.party, centre.capture, .said, tones: Tone.house + [tone, customer.party.tone])

                let start = Moment.now
                try customer.call()
                try await phone.waitForRing(since: start, within: 3)
                try await phone.answer()
                let begin = try await heard.waits(for: [tone], within: 3, after: start)
                try await said.waits(for: [customer.party.tone], within: 3, after: start)
                try await Task.sleep(for: .seconds(1))
                let end = Moment.now
                try customer.hangUp()
                try await customer.waitForEnd(within: 3)
                try await phone.waitForEvent("CALL_CLOSED", since: end, within: 2)

                try heard.expect([tone], from: begin, until: end)
                try heard.expectPhases([[tone]], from: start)
                #expect(throws: PeerFailure.self) { try heard.expect([.hold], from: begin, until: end) }
                #expect(throws: PeerFailure.self) { try heard.expectNever(tone, from: begin) }
                #expect(centre.capture.sip().contains { $0.method == "BYE" && $0.isRequest })
                await phone.stop()
            }
        }

        @Test func probeTellsTonesApartEvenOneUnderAnother() {
            let loud = Tone("loud", 1_200)
            let low = Tone("low", 440)
            let probe = ToneProbe(tones: [loud, low] + [Tone.hold, Tone.customerNotice])
            let mixed = zip(loud.second, low.second).prefix(800).map { pair in
                let sample = Int16(pair.0) / 2 + Int16(pair.1) / 8
                return G711.decode(G711.encode(sample, .mu), .mu)
            }
            #expect(probe.heard(in: mixed) == [loud, low])
            #expect(probe.heard(in: [Float](repeating: 0, count: 800)).isEmpty)
        }

        @Test func bothLawsComeBackNearlyAsTheyWere() {
            for law in [G711.Law.mu, .a] {
                for sample in stride(from: -32_000, through: 32_000, by: 37) {
                    let back = Int(G711.decode(G711.encode(Int16(sample), law), law) * 32_768)
                    #expect(abs(back - sample) <= max(16, abs(sample) / 16), "\(law) \(sample) came back as \(back)")
                }
            }
        }
    }
}
