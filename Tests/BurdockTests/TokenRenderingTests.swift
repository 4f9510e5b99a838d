import ArgumentParser
import ControlAPI
import Testing

@testable import burdock

@Suite struct TokenRenderingTests {
    private let now = Timestamp("2026-11-21T19:05:02Z")!

    private func token(_ name: String, expires: String? = nil, used: String? = nil) -> TokenDTO {
        let expiry = expires.map { ",\"expires_at\":\"\($0)\"" } ?? ""
        let use = used.map { ",\"last_used_on\":\"\($0)\"" } ?? ""
        let json =
            "{\"name\":\"\(name)\",\"scopes\":[\"read\",\"tasks\"],\"created_at\":\"2026-11-01T10:00:00Z\"\(expiry)\(use)}"
        return try! ControlClient.decode(TokenDTO.self, from: json)
    }

    @Test func tokensAreListedWithWhatTheyAreGoodFor() {
        let list = try! ControlClient.decode(TokenListDTO.self, from: #"{"tokens":[]}"#)
        #expect(TokenRendering.list(list, now: now, color: false).contains("burdock token add"))
        var full = list
        full.tokens = [token("crm", used: "2026-11-20"), token("desk", expires: "2026-11-20T00:00:00Z")]
        let lines = TokenRendering.list(full, now: now, color: false).split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        #expect(lines[1].contains("crm") && lines[1].contains("read tasks") && lines[1].hasSuffix("2026-11-20"))
        #expect(lines[2].contains("desk") && lines[2].hasSuffix("never"))
    }

    @Test func scopesAreChecked() {
        #expect(throws: (any Error).self) { try TokenCommand.Add.parse(["crm", "--scope", "all"]) }
        #expect(throws: (any Error).self) { try TokenCommand.Add.parse(["crm"]) }
        #expect(throws: Never.self) { try TokenCommand.Add.parse(["crm", "--scope", "read", "--scope", "tasks"]) }
    }
}
