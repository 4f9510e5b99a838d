/// Names that were given, where, and by whom they may be used.
struct Names {
    /// "operator", "queue".
    let what: String
    private var entries: [String: Entry] = [:]
    private(set) var inOrder: [String] = []

    init(_ what: String) {
        self.what = what
    }

    func contains(_ name: String) -> Bool { entries[name] != nil }

    /// Where the name was given.
    func span(of name: String, _ reading: Reading) -> SourceSpan {
        entries[name].map(reading.span(of:)) ?? .wholeFile
    }

    /// `false`, with a finding, if somebody has the name already.
    mutating func insert(_ name: String, _ entry: Entry, _ reading: Reading) -> Bool {
        if let first = entries[name] {
            reading.error(
                "\(what) \"\(reading.shown(name))\" is there twice, first in line \(first.line)", at: entry)
            return false
        }
        entries[name] = entry
        inOrder.append(name)
        return true
    }

    /// The name that the entry refers to, if there is one.
    func resolve(_ entry: Entry, _ reading: Reading) -> String? {
        guard let name = reading.name(entry) else { return nil }
        return resolve(name, at: reading.span(of: entry), reading) ? name : nil
    }

    func resolve(_ name: String, at span: @autoclosure () -> SourceSpan, _ reading: Reading) -> Bool {
        if contains(name) { return true }
        reading.error(
            "there is no \(what) \"\(reading.shown(name))\"", at: span(),
            suggestion: Suggestion.nearest(to: name, in: inOrder.prefix(1_000)),
            next: "correct the name, or add the \(what) under \(what)s")
        return false
    }
}

extension Reading {
    /// Operators, queues, dialers, lines and trunks each.
    static let maxElements = 10_000

    func trunks(_ root: inout Fields, names: inout Names) -> [Configuration.Trunk] {
        var addresses: [Address: String] = [:]
        return root.mappings("trunks", limit: Self.maxElements) { fields in
            guard let entry = fields.require("name"), let name = name(entry) else {
                fields.ignore(["addresses", "user", "secret", "outgoing"])
                return nil
            }
            fields.place = "in trunk \"\(name)\""
            let isNew = names.insert(name, entry, self)
            var trunk = Configuration.Trunk(name: name, addresses: [])
            let elements = fields.list("addresses", limit: 1_000)
            trunk.addresses = elements.compactMap { block($0, trunk: name, &addresses) }
            trunk.user = fields.optional("user", default: nil, text)
            let secretEntry = fields.take("secret")
            trunk.secret = secretEntry.flatMap { secret($0, not: trunk.user) }
            let sendsOut = outgoing(&fields, &trunk)
            if elements.isEmpty, trunk.user == nil, !sendsOut {
                error(
                    "trunk \"\(name)\" has neither addresses nor a user", at: entry,
                    next: "add addresses: [...], or user and secret, so that its calls can be told from a stranger's; "
                        + "or outgoing: {address: ...}, if it only carries ours")
            } else if let secretEntry, trunk.user == nil {
                error(
                    "trunk \"\(name)\" has a secret and no user", at: span(ofKey: secretEntry),
                    next: "add user, or delete secret")
            } else if trunk.user != nil, secretEntry == nil {
                error("trunk \"\(name)\" has a user and no secret", at: entry, next: "add secret, or delete user")
            }
            return isNew ? trunk : nil
        }
    }

    private func block(_ entry: Entry, trunk: String, _ taken: inout [Address: String]) -> String? {
        let text = entry.text ?? ""
        guard let address = Address(block: text) else {
            error(
                "\"\(shown(text))\" is not a numeric address or block", at: entry,
                next: "written 192.0.2.10, 192.0.2.0/24 or 2001:db8::/32")
            return nil
        }
        guard address == address.network else {
            error(
                "\"\(text)\" has bits beyond its prefix of \(address.prefix)", at: entry,
                suggestion: address.network.text)
            return nil
        }
        if let owner = taken[address] {
            error("\(address.text) belongs to trunk \"\(owner)\" already", at: entry)
            return nil
        }
        taken[address] = trunk
        return address.text
    }

    func operators(_ root: inout Fields, names: inout Names) -> [Configuration.Operator] {
        var emails = Names("e-mail")
        return root.mappings("operators", limit: Self.maxElements) { fields in
            guard let entry = fields.require("name"), let name = name(entry) else {
                fields.ignore(["email", "display", "secret", "groups"])
                return nil
            }
            fields.place = "in operator \"\(name)\""
            let isNew = names.insert(name, entry, self)
            var person = Configuration.Operator(name: name)
            if let entry = fields.take("email"), let email = email(entry), emails.insert(email, entry, self) {
                person.email = email
            }
            person.display = fields.value("display", default: name, text)
            person.secret = fields.take("secret").flatMap { secret($0, not: name) }
            for entry in fields.list("groups", limit: 100) {
                guard let group = self.name(entry) else { continue }
                if person.groups.contains(group) {
                    warning("group \"\(group)\" is listed twice", at: entry)
                } else {
                    person.groups.append(group)
                }
            }
            return isNew ? person : nil
        }
    }
}

extension Fields {
    /// Takes keys whose values are not looked at, because what they belong to has no name.
    mutating func ignore(_ keys: [String]) {
        for key in keys { _ = takeEvenEmpty(key) }
    }
}
