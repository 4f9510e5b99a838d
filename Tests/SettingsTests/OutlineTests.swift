import Testing

@testable import Settings

/// What an administrator is told about a changed file.
@Suite struct OutlineTests {
    private static let base = """
        sip:
          listen: ["udp:0.0.0.0:5060"]
        operators:
          - {name: anna, secret: "one two", groups: [sales, vip]}
          - name: ihor
        queues:
          - name: sales
            max_wait: 5 min
            operators: {anna: 5, ihor: 3}
        lines:
          - {number: "700", queue: sales}
        trunks:
          - {name: carrier, addresses: [192.0.2.1]}

        """

    private func changes(_ edits: (String, String)...) -> [String] {
        var text = Self.base
        for (old, new) in edits {
            #expect(text.contains(old))
            text = text.replacing(old, with: new)
        }
        let before = read(Self.base)
        let after = read(text)
        #expect(before.configuration != nil && after.configuration != nil, "\(after.render(color: false))")
        return after.outline!.changes(since: before.outline!).map(\.description)
    }

    @Test func sameFileHasNoChanges() {
        #expect(changes().isEmpty)
    }

    @Test func orderCommentsAndQuotesAreNoChange() {
        #expect(changes(("name: ihor", "# late shift\n    name: \"ihor\"")).isEmpty)
        #expect(changes(("{number: \"700\", queue: sales}", "{queue: sales, number: '700'}")).isEmpty)
    }

    @Test func changedNewAndMissingValuesAreNamedByTheirKeys() {
        #expect(
            changes(("max_wait: 5 min", "max_wait: 3 min\n    wrap_up: 20s"), ("ihor: 3", "ihor: 4")) == [
                "~ queues.sales.max_wait: 5 min -> 3 min", "~ queues.sales.operators.ihor: 3 -> 4",
                "+ queues.sales.wrap_up: 20s",
            ])
        #expect(changes(("    max_wait: 5 min\n", "")) == ["- queues.sales.max_wait: 5 min"])
        #expect(changes(("[sales, vip]", "[vip]")) == ["~ operators.anna.groups: [sales, vip] -> [vip]"])
    }

    @Test func wholeOperatorIsOneLine() {
        #expect(
            changes(("  - name: ihor\n", "  - name: ihor\n  - {name: olena, groups: [sales]}\n")) == [
                "+ operators.olena: name: olena, groups: [sales]"
            ])
        #expect(
            changes(("  - name: ihor\n", ""), (", ihor: 3", "")) == [
                "- operators.ihor: name: ihor", "- queues.sales.operators.ihor: 3",
            ])
    }

    @Test func secretsAreNeverShown() {
        #expect(changes(("one two", "three")) == ["~ operators.anna.secret: (hidden) -> (hidden)"])
        let all = changes(("  - name: ihor\n", "  - name: ihor\n  - {name: olena, secret: \"four five\"}\n"))
        #expect(all == ["+ operators.olena: name: olena, secret: (hidden)"])
    }

    @Test func secretsOfOutgoingSidesAreNeverShown() {
        let plain = "[192.0.2.1]}"
        let way = "[192.0.2.1], outgoing: {address: 192.0.2.1, user: u, secret: \"one two three\"}}"
        let added = changes((plain, way))
        #expect(added.count == 3)
        #expect(added.contains("+ trunks.carrier.outgoing.secret: (hidden)"))
        #expect(!added.joined().contains("two"))
    }

    @Test(arguments: [
        ("udp:0.0.0.0:5060", "udp:0.0.0.0:5070", "sip.listen"),
        ("sip:", "state: elsewhere\nsip:", "state"), ("sip:", "media: {ports: 20000-21000}\nsip:", "media.ports"),
        ("sip:", "journal: {keep: 1d}\nsip:", "journal.keep"),
        ("sip:", "metrics: {listen: \"127.0.0.1:9100\"}\nsip:", "metrics.listen"),
        ("sip:", "api: {listen: \"127.0.0.1:8080\"}\nsip:", "api.listen"),
        ("sip:", "api: {burst: 5}\nsip:", "api.burst"),
    ])
    func whatNeedsARestartSaysSo(old: String, new: String, key: String) {
        let found = changes((old, new))
        #expect(found.count == 1)
        #expect(found[0].contains(key) && found[0].hasSuffix("(needs a restart)"))
    }

    @Test func whatNeedsARestartIsToldAgainUntilItComes() {
        let before = read(Self.base).outline!
        let after = read(Self.base.replacing("5060", with: "5070").replacing("5 min", with: "3 min")).outline!
        let inForce = after.keepingFixed(of: before)
        #expect(after.changes(since: inForce).map(\.key) == ["sip.listen"])
        #expect(before.changes(since: inForce).map(\.key) == ["queues.sales.max_wait"])
    }

    @Test func brokenFileWithKeysHasAnOutlineAndNoYAMLHasNone() {
        #expect(read("queus: []").outline != nil)
        #expect(read("a: [").outline == nil)
    }
}
