import ControlAPI
import Foundation
import Settings
import Storage
import Testing
import Webhooks

@testable import burdock

// Goal: what the file says of webhooks reaches those who send, and what they say reaches people.

@Suite struct WebhookMappingTests {
    @Test func everyEventOfTheConfigurationIsOneThatCanBeSent() {
        #expect(
            Configuration.Webhook.Event.allCases.map(\.rawValue).sorted()
                == EventKind.allCases.map(\.rawValue).sorted())
        var webhook = Configuration.Webhook(
            name: "crm", url: "https://a/", secret: "sixteen-letters-", events: [.taskHandedOver, .vipMissed])
        webhook.timeout = .seconds(7)
        webhook.enabled = false
        let endpoint = WebhookEndpoint(webhook)
        #expect(
            endpoint
                == WebhookEndpoint(
                    name: "crm", url: "https://a/", key: SigningKey("sixteen-letters-"),
                    events: [.taskHandedOver, .vipMissed], timeout: .seconds(7), isEnabled: false))
    }

    @Test func cardShowsAsMuchOfWhatTheCRMSaysAsItHolds() throws {
        let fields = (1...64).map { CustomerCard.Field(key: "field \($0)", value: "\($0)") }
        let plain = try #require(TaskCard(CustomerCard(name: "Oksana", fields: fields)))
        #expect(plain.name == "Oksana" && plain.fields.count == 50 && plain.fields.last?.value == "50")
        let noted = try #require(TaskCard(CustomerCard(fields: fields, note: String(repeating: "a", count: 4_096))))
        #expect(
            noted.fields.count == 50 && noted.fields.last?.name == "note" && noted.fields.last?.value.count == 2_000)
    }

    @Test func rulesOfTheCardReachTheClient() {
        var card = Configuration.Card(url: "https://a/", secret: "sixteen-letters-")
        card.budget = .milliseconds(70)
        let settings = CardClient.Settings(card)
        #expect(
            settings
                == CardClient.Settings(
                    url: "https://a/", key: SigningKey("sixteen-letters-"), budget: .milliseconds(70)))
    }

    @Test func whatCameOfATestIsSaidInOneLine() throws {
        func text(_ json: String) throws -> String {
            let test = try ControlJSON.decoder().decode(WebhookTestDTO.self, from: Data(json.utf8))
            return WebhookRendering.tested(test, color: false)
        }
        #expect(
            try text(#"{"webhook": "crm", "taken": true, "status": 204, "seconds": 0.012}"#)
                == "taken after 12 ms, HTTP status 204")
        #expect(
            try text(#"{"webhook": "crm", "taken": false, "problem": "no answer within 10.0 s", "seconds": 10}"#)
                == "not taken after 10000 ms: no answer within 10.0 s")
    }
}
