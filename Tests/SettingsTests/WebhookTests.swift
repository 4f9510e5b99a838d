import Foundation
import Testing

@testable import Settings

// Goal: webhooks are read as they are meant, and one that could not work, or would be unsafe, is refused or warned of
// with the place and the reason.

private let secret = "secret: sixteen-letters-"

/// In line 1, from column 12 on.
private func webhook(_ rest: String) -> String { "webhooks: [{name: crm, \(rest)}]" }

private func findings(_ yaml: String) -> [String] { brief(yaml).filter { !$0.contains("every user of this machine") } }

@Test func webhookNeedsLittle() {
    let found = configuration(webhook("url: \"https://crm.example.com/hook?x=1\", \(secret), events: all"))
    let plain = Configuration.Webhook(
        name: "crm", url: "https://crm.example.com/hook?x=1", secret: "sixteen-letters-",
        events: Set(Configuration.Webhook.Event.allCases))
    #expect(found.webhooks == [plain])
    #expect(plain.timeout == .seconds(10) && plain.enabled)
    #expect(configuration("{}").webhooks.isEmpty && configuration("{}").card == nil)
    #expect(configuration("card: none").card == nil)
}

@Test func rulesOfAWebhookAndOfTheCardAreRead() {
    let found = configuration(
        webhook("url: \"http://127.0.0.1:8080/\", \(secret), events: [call.ended], timeout: 3s, enabled: false")
            + "\ncard: {url: \"https://[2001:db8::1]/card\", \(secret), budget: 50ms}")
    #expect(found.webhooks[0].events == [.callEnded])
    #expect(found.webhooks[0].timeout == .seconds(3) && !found.webhooks[0].enabled)
    #expect(found.card?.url == "https://[2001:db8::1]/card" && found.card?.budget == .milliseconds(50))
}

@Test(arguments: [
    ("url: \"ftp://a/\", \(secret), events: all", "is no address of a web service"),
    ("url: crm.example.com, \(secret), events: all", "is no address of a web service"),
    ("url: \"https://\", \(secret), events: all", "is no address of a web service"),
    ("url: \"https://a:70000/\", \(secret), events: all", "is no address of a web service"),
    ("url: \"https://u:p@a/\", \(secret), events: all", "url must hold neither user nor password nor fragment"),
    ("url: \"https://a/\", secret: fifteen-letters, events: all", "secret must be 16 to 128 characters of text"),
    ("url: \"https://a/\", secret: whsec_not-base64, events: all", "what follows whsec_ in secret must be"),
    ("url: \"https://a/\", \(secret), events: []", "events must be all, or a list that is not empty"),
    ("url: \"https://a/\", \(secret), events: al", "events must be all, or a list that is not empty | all"),
    ("url: \"https://a/\", \(secret), events: [call.endd]", "| call.ended"),
    ("url: \"https://a/\", \(secret), events: all, timeout: 31s", "timeout must be 1s to 30s, not 31s"),
    ("url: \"https://a/\", events: all", "secret is missing in webhook \"crm\""),
    ("url: \"https://a/\", \(secret)", "events is missing in webhook \"crm\""),
    ("url: \"https://a/\", \(secret), events: all, urll: x", "unknown key \"urll\" in webhook \"crm\""),
])
func whatCannotWorkIsRefused(rest: String, finding: String) {
    let result = read(webhook(rest))
    #expect(result.configuration == nil)
    #expect(result.diagnostics.map(brief).contains { $0.contains(finding) }, "\(result.render(color: false))")
    #expect(!result.render(color: false).contains("fifteen-letters\""))
}

@Test func namesOfWebhooksAreUnique() {
    let one = "{name: crm, url: \"https://a/\", \(secret), events: all}"
    let found = findings("webhooks: [\(one), \(one)]")
    #expect(found.count == 1 && found[0].contains("webhook \"crm\" is there twice"))
}

@Test(arguments: ["49ms", "3s"]) func budgetOfTheCardIsBounded(budget: String) {
    let found = findings("card: {url: \"https://a/\", \(secret), budget: \(budget)}")
    #expect(found.count == 1 && found[0].contains("budget must be 50ms to 2s"))
}

@Test func whatGoesInClearTextOverANetworkIsWarnedOf() {
    for url in ["http://crm.example.com/", "http://10.0.0.1/", "http://[2001:db8::1]/"] {
        let found = findings(webhook("url: \"\(url)\", \(secret), events: all"))
        #expect(found.count == 1 && found[0].contains("warning url is not encrypted"), "\(url)")
    }
    for url in ["http://localhost/", "http://127.1.2.3:80/", "http://[::1]/", "https://crm.example.com/"] {
        #expect(findings(webhook("url: \"\(url)\", \(secret), events: all")).isEmpty, "\(url)")
    }
}

@Test func handingTasksToNobodyIsWarnedOf() {
    let house = """
        operators: [{name: anna}]
        queues: [{name: q, operators: {anna: 1}}]
        lines: [{number: 1, queue: q}]
        trunks: [{name: t, outgoing: {address: 192.0.2.1}}]
        dialers: [{name: d, queues: [q], trunks: [t], operators: {anna: 5}, expiry: hand_to_crm}]

        """
    func hook(_ rest: String) -> String { house + webhook("url: \"https://a/\", \(secret), \(rest)") }
    #expect(findings(house).map { $0.contains("and no webhook tells it") } == [true])
    #expect(findings(hook("events: [call.ended]")).count == 1)
    #expect(findings(hook("events: all, enabled: false")).count == 1)
    #expect(findings(hook("events: [task.handed_over]")).isEmpty)
}

@Test func secretsOfWebhooksAreNeverShownAndNothingNeedsARestart() {
    func outline(_ letters: String) -> ConfigurationOutline {
        let hook = webhook("url: \"https://a/\", secret: \(letters), events: all")
        return read(hook + "\ncard: {url: \"https://a/\", secret: \(letters)}").outline!
    }
    let changes = outline("another-of-sixteen").changes(since: outline("sixteen-letters-"))
    #expect(
        changes.map(\.description) == [
            "~ webhooks.crm.secret: (hidden) -> (hidden)", "~ card.secret: (hidden) -> (hidden)",
        ])
    let added = outline("sixteen-letters-").changes(since: read("{}").outline!).map(\.description)
    #expect(added.count == 3 && !added.joined().contains("sixteen"), "\(added)")
}

@Test func webhooksOfTheSampleAreRightAndSayTheDefaults() throws {
    let path = repository + "etc/burdock.yaml"
    var isHook = false
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
    let text = lines.map { line -> Substring in
        isHook = line == "#webhooks:" || line == "#card:" || isHook && line.hasPrefix("#")
        return isHook ? line.dropFirst() : line
    }
    let result = ConfigurationReader.read(
        Array(text.joined(separator: "\n").utf8), paths: Paths(file: "etc/burdock.yaml", workingDirectory: repository))
    let configuration = try #require(result.configuration, "\(result.render(color: false))")
    #expect(result.diagnostics.allSatisfy { $0.message.contains("every user of this machine") })
    let secret = "make one: openssl rand -base64 24"
    let crm = Configuration.Webhook(
        name: "crm", url: "https://crm.example.com/burdock/events", secret: secret,
        events: [.callEnded, .taskClosed, .taskHandedOver])
    #expect(configuration.webhooks == [crm])
    #expect(configuration.card == Configuration.Card(url: "https://crm.example.com/burdock/card", secret: secret))
    for event in Configuration.Webhook.Event.allCases { #expect(text.joined().contains(event.rawValue)) }
}
