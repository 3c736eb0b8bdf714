import Foundation
import ServiceKit
import TestKit
import Testing

@testable import IdentityProvider

@Suite("Fail-closed start")
struct SettingsTests {
    /// Reads settings whose files are all there, in a folder that is gone afterwards.
    private func read(
        in environment: ServiceKit.Environment = .production,
        _ overrides: @Sendable (URL) -> [String: String] = { _ in [:] }
    ) async throws -> Settings {
        let template = try await Template.shared.value
        return try await withTemporaryFolder { path in
            let folder = URL(filePath: path)
            try template.write(to: folder)
            let values = TestProvider.values(in: folder).merging(overrides(folder)) { $1 }
            return try Settings(reading: SettingsReader(values: values), in: environment)
        }
    }

    @Test func `the defaults are those of the plan`() async throws {
        let settings = try await read()
        #expect(settings.tokens.accessSeconds == 600 && settings.tokens.serviceSeconds == 300)
        #expect(
            settings.refresh.lifetimeSeconds == 30 * 86_400 && settings.refresh.familyLifetimeSeconds == 90 * 86_400
        )
        #expect(settings.refresh.graceSeconds == 30 && settings.refresh.reuseRevokes == .user)
        #expect(settings.codeLifetimeSeconds == 60)
        #expect(settings.risk == RiskPolicy(medium: .stepUp, high: .deny))
    }

    @Test func `the settings file of the house says the defaults`() async throws {
        // Any file will do for those that lie in the data folder.
        let clients = House.composeFile("clients.yaml")
        let fileOnly = try await SettingsReader.of(environment: [
            "GATEHOUSE_SETTINGS_FILE": House.composeFile("settings/identity-provider.yaml"),
            "GATEHOUSE_DATABASE_FILE": "provider.sqlite",
            "GATEHOUSE_KEYS_ENCRYPTION_KEY_FILE": clients,
            "GATEHOUSE_RESOURCES_FILE": House.composeFile("resources.yaml"),
            "GATEHOUSE_CLIENTS_FILE": clients,
        ])
        let written = try Settings(reading: fileOnly, in: .development)
        let defaults = try await read()
        #expect(written.issuer == "https://localhost:8440")
        #expect(written.tokens == defaults.tokens && written.refresh == defaults.refresh)
        #expect(written.risk == defaults.risk)
        #expect(written.keyPeriods == defaults.keyPeriods)
        #expect(written.codeLifetimeSeconds == defaults.codeLifetimeSeconds)
        #expect(written.sessionLifetimeSeconds == defaults.sessionLifetimeSeconds)
        #expect(written.housekeepingIntervalSeconds == defaults.housekeepingIntervalSeconds)
    }

    @Test(arguments: [
        ("issuer", "http://localhost:8440"), ("issuer", "https://localhost:8440/"), ("issuer", ""),
        ("issuer", "https://localhost:8440/tenant"),
        ("refresh.graceSeconds", "600"), ("refresh.graceSeconds", "-1"), ("refresh.graceSeconds", "soon"),
        ("refresh.lifetimeSeconds", "600"), ("refresh.familyLifetimeSeconds", "86400"),
        ("refresh.reuseRevokes", "nobody"), ("refresh.keyMismatchesMax", "1"), ("risk.medium", "maybe"),
        ("risk.high", "allow"), ("refresh.keyMismatchSeconds", "59"),
        ("codes.lifetimeSeconds", "601"), ("codes.lifetimeSeconds", "9"),
        ("tokens.accessLifetimeSeconds", "3601"), ("tokens.accessLifetimeSeconds", "0"),
        ("keys.encryptionKeyFile", "/nowhere/kek"), ("keys.encryptionKeyMount", "kek"),
        ("keys.encryptionKeyURI", "pkcs11:token=t;object=k?module-path=/m&pin-source=file:/p"),
        ("resourcesFile", "/nowhere.yaml"),
        ("clientsFile", "/nowhere.yaml"),
        ("database.file", ""), ("keys.activeSeconds", "60"),
    ])
    func `an unsafe or contradictory setting is named with its fix`(key: String, value: String) async throws {
        let error = await #expect(throws: SettingsError.self) { try await read { _ in [key: value] } }
        #expect(error?.key == key)
        #expect(error?.fix.isEmpty == false)
    }

    @Test func `in production the key-encryption key lies elsewhere than the data`() async throws {
        let together: @Sendable (URL) -> [String: String] = { folder in
            ["database.file": folder.appending(path: "secrets/provider.sqlite").path]
        }
        let error = await #expect(throws: SettingsError.self) { try await read(together) }
        #expect(error?.key == "keys.encryptionKeyFile")
        _ = try await read(in: .development, together)
    }
}
