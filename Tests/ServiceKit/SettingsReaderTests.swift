import Foundation
import Testing
import Tokens

@testable import ServiceKit

@Suite("Settings")
struct SettingsReaderTests {
    @Test func `a dotted key is read from its variable`() throws {
        let settings = SettingsReader(values: ["tokens.accessLifetimeSeconds": "600"])
        #expect(try settings.integer("tokens.accessLifetimeSeconds", in: 1...900) == 600)
    }

    @Test func `an abbreviation at the end of a key is one word of its variable`() async throws {
        let settings = try await SettingsReader.of(environment: ["GATEHOUSE_KEYS_ENCRYPTION_KEY_URI": "pkcs11:"])
        #expect(try settings.string("keys.encryptionKeyURI") == "pkcs11:")
        #expect(
            settings.fail("keys.encryptionKeyURI", "", fix: "").description.contains(
                "(GATEHOUSE_KEYS_ENCRYPTION_KEY_URI)"
            )
        )
    }

    @Test func `a missing setting without default names itself, its variable and the fix`() {
        let error = #expect(throws: SettingsError.self) {
            try SettingsReader(values: [:]).string("provider.tokenEndpoint")
        }
        #expect(
            error?.description
                == "setting provider.tokenEndpoint (GATEHOUSE_PROVIDER_TOKEN_ENDPOINT): it has no value. To fix it: set it."
        )
    }

    @Test(arguments: ["0", "901", "ten", "1e2", " 5"])
    func `a number out of form or range never becomes the default`(text: String) {
        let settings = SettingsReader(values: ["lifetime": text])
        #expect(throws: SettingsError.self) { try settings.integer("lifetime", default: 600, in: 1...900) }
    }

    @Test(arguments: [("600", true), ("[600]", false), ("[]", false)])
    func `a list never becomes the default of one value`(text: String, isTaken: Bool) async throws {
        let settings = try await Self.settings(inFile: "lifetime: \(text)")
        if isTaken {
            #expect(try settings.integer("lifetime", default: 300, in: 1...900) == 600)
        } else {
            #expect(throws: SettingsError.self) { try settings.integer("lifetime", default: 300, in: 1...900) }
        }
    }

    @Test(arguments: [
        ("tokens:\n  lifetimeSeconds: 600", nil), ("tokens:\n  lifetimeSeconds: 600\nlimits:\n  # seconds: 3", nil),
        ("tokens:\n  lifetimeSecond: 600", "tokens.lifetimeSecond"),
        ("tokens:\n  lifetimeSeconds:\n    max: 9", "tokens.lifetimeSeconds.max"),
        ("tokens:\n  lifetimeSeconds: 600\nlimits: [3]", "limits"), ("tokens.lifetimeSeconds: 600\n1: 2", "1"),
    ])
    func `a line that means nothing is named, whatever the others say`(text: String, unknown: String?) async throws {
        let settings = try await Self.settings(inFile: text)
        _ = try settings.integer("tokens.lifetimeSeconds", default: 300, in: 1...900)
        if let unknown {
            let error = #expect(throws: SettingsError.self) { try settings.requireAllRead() }
            #expect(error?.key == unknown)
        } else {
            try settings.requireAllRead()
        }
    }

    private static func settings(inFile text: String) async throws -> SettingsReader {
        let file = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString).yaml")
        try Data("\(text)\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await SettingsReader.of(environment: ["GATEHOUSE_SETTINGS_FILE": file.path])
    }

    @Test func `an absent number becomes the default`() throws {
        #expect(try SettingsReader(values: [:]).integer("lifetime", default: 600, in: 1...900) == 600)
    }

    @Test(arguments: [
        "http://localhost:8440", "https://localhost:8440/", "https://localhost?x=1", "https://localhost#f", "localhost",
        "https://",
    ])
    func `an issuer that is no plain https URL is refused`(text: String) {
        let settings = SettingsReader(values: ["issuer": text])
        #expect(throws: SettingsError.self) { try settings.httpsURL("issuer") }
    }

    @Test(arguments: ["https://localhost:8440", "https://id.example/tenant"])
    func `an issuer that is a plain https URL is taken as it is`(text: String) throws {
        #expect(try SettingsReader(values: ["issuer": text]).httpsURL("issuer") == text)
    }

    @Test func `the environment is production unless somebody says otherwise`() throws {
        #expect(try SettingsReader(values: [:]).choice("environment", default: Environment.production) == .production)
        let test = SettingsReader(values: ["environment": "test"])
        #expect(try test.choice("environment", default: Environment.production) == .test)
        let typo = SettingsReader(values: ["environment": "prod"])
        #expect(throws: SettingsError.self) { try typo.choice("environment", default: Environment.production) }
    }

    @Test func `a file that is not there is named`() {
        let settings = SettingsReader(values: ["policyFile": "/nowhere/policy.yaml"])
        let error = #expect(throws: SettingsError.self) { try settings.file("policyFile") }
        #expect(error?.problem == "/nowhere/policy.yaml cannot be read")
    }

    @Test(arguments: [
        ("", false), (" \n", false), ("changeme", false), (String(repeating: "k", count: 32) + "\n", true),
    ])
    func `a secret that could be guessed is refused, and not repeated`(text: String, isTaken: Bool) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "gatehouse-secret-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let settings = SettingsReader(values: ["keyFile": file.path])
        if isTaken {
            #expect(try settings.secret("keyFile").exposed == String(repeating: "k", count: 32))
        } else {
            let error = #expect(throws: SettingsError.self) { try settings.secret("keyFile") }
            #expect(error?.description.contains("changeme") == false)
        }
    }
}
