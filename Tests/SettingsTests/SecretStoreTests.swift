import Foundation
import Testing

@testable import Settings

// Goal: secrets are strong, kept, and nobody else's business. Method: the store on folders of its own.

private func people(_ names: String...) -> [Configuration.Operator] { names.map { Configuration.Operator(name: $0) } }

private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
}

@Test func missingSecretsAreMadeOnceAndKept() throws {
    let folder = TemporaryFolder()
    let store = SecretStore(state: folder.path + "/state")
    let first = try store.secrets(for: people("anna", "ihor"))
    #expect(first.created == ["anna", "ihor"])
    let second = try store.secrets(for: people("ihor", "anna", "olena"))
    #expect(second.created == ["olena"])
    #expect(second.all["anna"] == first.all["anna"])
    #expect(second.all["ihor"] == first.all["ihor"])
    #expect(Set(second.all.values).count == 3)
}

@Test func secretOfTheConfigurationWinsAndIsNotStored() throws {
    let folder = TemporaryFolder()
    let store = SecretStore(state: folder.path + "/state")
    let secrets = try store.secrets(for: [Configuration.Operator(name: "anna", secret: "configured")])
    #expect(secrets.all == ["anna": "configured"])
    #expect(secrets.created.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: store.path))
}

@Test func secretOfAnOperatorWhoComesBackIsTheOldOne() throws {
    let folder = TemporaryFolder()
    let store = SecretStore(state: folder.path + "/state")
    let first = try store.secrets(for: people("anna"))
    _ = try store.secrets(for: people("ihor"))
    #expect(try store.secrets(for: people("anna")).all == first.all)
}

@Test func fileAndFolderBelongToTheUserAlone() throws {
    let folder = TemporaryFolder()
    let store = SecretStore(state: folder.path + "/state")
    _ = try store.secrets(for: people("anna"))
    #expect(try mode(folder.path + "/state") == 0o700)
    #expect(try mode(store.path) == 0o600)
    #expect(!FileManager.default.fileExists(atPath: store.path + ".new"))
    #expect(chmod(store.path, 0o644) == 0)
    _ = try store.secrets(for: people("anna"))
    #expect(try mode(store.path) == 0o600)
}

@Test func leftoverOfACrashIsNotInTheWay() throws {
    let folder = TemporaryFolder()
    folder.write("state/secrets.yaml.new", "half a fi")
    let store = SecretStore(state: folder.path + "/state")
    #expect(try store.secrets(for: people("anna")).created == ["anna"])
    #expect(try store.secrets(for: people("anna")).created == [])
}

@Test func secretHas140BitsOfUnambiguousCharacters() {
    var generator = SeededGenerator(state: 7)
    let secret = SecretStore.generate(using: &generator)
    #expect(secret.count == 34)
    #expect(secret.split(separator: "-").map(\.count) == [4, 4, 4, 4, 4, 4, 4])
    #expect(SecretStore.alphabet.count == 32 && Set(SecretStore.alphabet).count == 32)
    #expect(!SecretStore.alphabet.contains { "0O1Il".contains($0) })
    #expect(secret.allSatisfy { $0 == "-" || SecretStore.alphabet.contains($0) })
    #expect(SecretStore.generate(using: &generator) != secret)
}

@Test(arguments: [
    "operators: [", "operators: [anna]", "operators: {anna: }", "operators: {anna: [x]}", "people: {}", "anna: x",
    "operators: {anna: x}\nmore: 1", "operators: &a {anna: x}", "\u{1}",
])
func brokenFileIsRefusedAndNotOverwritten(text: String) {
    let folder = TemporaryFolder()
    folder.write("state/secrets.yaml", text)
    let store = SecretStore(state: folder.path + "/state")
    #expect(throws: SecretStoreError.broken(store.path)) { try store.secrets(for: people("anna")) }
    #expect(FileManager.default.contents(atPath: store.path) == Data(text.utf8))
}

@Test func secretsDeletedByHandAreMadeAnew() throws {
    let folder = TemporaryFolder()
    folder.write("state/secrets.yaml", "# all gone\noperators:\n")
    #expect(try SecretStore(state: folder.path + "/state").secrets(for: people("anna")).created == ["anna"])
}

@Test func folderThatCannotBeMadeIsAnErrorWithANextStep() {
    let folder = TemporaryFolder()
    folder.write("file", "x")
    let store = SecretStore(state: folder.path + "/file/state")
    let error = #expect(throws: SecretStoreError.self) { try store.secrets(for: people("anna")) }
    #expect(error?.description.contains("set state in the configuration") == true)
}
