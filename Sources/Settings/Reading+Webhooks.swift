import Foundation

extension Reading {
    /// Webhooks at most: each is told of everything it wants, one by one.
    private static let mostWebhooks = 32
    /// What Standard Webhooks puts before a secret in base 64.
    private static let secretPrefix = "whsec_"

    func webhooks(_ root: inout Fields, names: inout Names) -> [Configuration.Webhook] {
        root.mappings("webhooks", limit: Self.mostWebhooks) { fields in
            guard let entry = fields.require("name"), let name = name(entry) else {
                fields.ignore(["url", "secret", "events", "timeout", "enabled"])
                return nil
            }
            fields.place = "in webhook \"\(name)\""
            let isNew = names.insert(name, entry, self)
            let url = fields.require("url").flatMap(url)
            let secret = fields.require("secret").flatMap(signingSecret)
            let events = fields.require("events").flatMap(events)
            let timeout = fields.value("timeout", default: Duration.seconds(10)) {
                duration($0, in: .seconds(1) ... .seconds(30))
            }
            let enabled = fields.value("enabled", default: true, boolean)
            guard isNew, let url, let secret, let events else { return nil }
            var webhook = Configuration.Webhook(name: name, url: url, secret: secret, events: events)
            webhook.timeout = timeout
            webhook.enabled = enabled
            return webhook
        }
    }

    /// `nil` (`none`, default): nobody is asked.
    func card(_ root: inout Fields) -> Configuration.Card? {
        guard let entry = root.take("card"), entry.text != "none" || !entry.isPlain else { return nil }
        var fields = Fields(entry, place: "in card", reading: self)
        defer { fields.finish() }
        guard entry.isMapping else { return nil }
        let url = fields.require("url").flatMap(url)
        let secret = fields.require("secret").flatMap(signingSecret)
        let budget = fields.value("budget", default: Duration.milliseconds(300)) {
            duration($0, in: .milliseconds(50) ... .seconds(2))
        }
        guard let url, let secret else { return nil }
        var card = Configuration.Card(url: url, secret: secret)
        card.budget = budget
        return card
    }

    // MARK: - Values

    /// An address of HTTP without user, password or fragment.
    private func url(_ entry: Entry) -> String? {
        let next = "written https://crm.example.com/burdock"
        guard let text = text(entry) else { return nil }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty, ["http", "https"].contains(scheme),
            parts.port.map({ (1...65_535).contains($0) }) ?? true
        else {
            error("\"\(shown(text))\" is no address of a web service", at: entry, next: next)
            return nil
        }
        guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
            error("\(label(entry)) must hold neither user nor password nor fragment", at: entry, next: next)
            return nil
        }
        if scheme == "http", !Self.isLoopback(host) {
            warning(
                "\(label(entry)) is not encrypted: customers' numbers can be read on the way", at: entry,
                next: "use https, unless the way there is yours")
        }
        return text
    }

    private static func isLoopback(_ host: String) -> Bool {
        let host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if host.lowercased() == "localhost" { return true }
        guard let address = Address(host) else { return false }
        return address.isIPv6
            ? address.bytes.dropLast().allSatisfy { $0 == 0 } && address.bytes.last == 1
            : address.bytes.first == 127
    }

    /// Never shown: findings point to its key.
    private func signingSecret(_ entry: Entry) -> String? {
        holdsSecrets = true
        let next = "make one with: openssl rand -base64 24"
        guard let text = entry.text, (16...128).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.isUnprintable || $0 == "\t" })
        else {
            error("\(label(entry)) must be 16 to 128 characters of text", at: span(ofKey: entry), next: next)
            return nil
        }
        guard text.hasPrefix(Self.secretPrefix) else { return text }
        guard let bytes = Data(base64Encoded: String(text.dropFirst(Self.secretPrefix.count))), bytes.count >= 16 else {
            error(
                "what follows whsec_ in \(label(entry)) must be at least 16 bytes in base 64", at: span(ofKey: entry),
                next: next)
            return nil
        }
        return text
    }

    /// `all`, or names.
    private func events(_ entry: Entry) -> Set<Configuration.Webhook.Event>? {
        if entry.text == "all" { return Set(Configuration.Webhook.Event.allCases) }
        guard let elements = entry.elements, !elements.isEmpty else {
            error(
                "events must be all, or a list that is not empty", at: entry,
                suggestion: entry.text.flatMap { Suggestion.nearest(to: $0, in: ["all"]) },
                next: "for example [call.ended, task.closed]")
            return nil
        }
        var events: Set<Configuration.Webhook.Event> = []
        for element in elements {
            guard let event = choice(element, of: Configuration.Webhook.Event.self) else { return nil }
            if !events.insert(event).inserted {
                warning("\(event.rawValue) is listed twice", at: element)
            }
        }
        return events
    }

    // MARK: - Afterwards

    /// A task that is handed over and of which nobody is told is a promise that nobody keeps.
    func checkHandedOver(_ dialers: [Configuration.Dialer], _ names: Names, _ webhooks: [Configuration.Webhook]) {
        guard !webhooks.contains(where: { $0.enabled && $0.events.contains(.taskHandedOver) }) else { return }
        for dialer in dialers where dialer.expiry == .handToCRM {
            warning(
                "dialer \"\(dialer.name)\" hands tasks to the CRM, and no webhook tells it",
                at: names.span(
                    of: dialer.name, self),
                next: "add a webhook with task.handed_over among its events; without one the CRM has to look among the "
                    + "closed tasks")
        }
    }
}
