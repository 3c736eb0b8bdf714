import Foundation
import ServiceKit
import Testing

@testable import IdentityProvider

@Suite("Fail-closed start")
struct SettingsTests {
    private func read(
        _ overrides: [String: String],
        in environment: ServiceKit.Environment = .production
    ) async throws -> Settings {
        let values = TestProvider.values(in: try await Template.shared.value.folder).merging(overrides) { $1 }
        return try Settings(reading: SettingsReader(values: values), in: environment)
    }

    @Test func `the defaults are those of the plan`() async throws {
        let settings = try await read([:])
        #expect(settings.tokens.accessSeconds == 600 && settings.tokens.serviceSeconds == 300)
        #expect(
            settings.refresh.lifetimeSeconds == 30 * 86_400 && settings.refresh.familyLifetimeSeconds == 90 * 86_400
        )
        #expect(settings.refresh.graceSeconds == 30 && settings.refresh.reuseRevokes == .user)
        #expect(settings.codeLifetimeSeconds == 60)
    }

    @Test func `the settings file of the house says the defaults`() async throws {
        let folder = try await Template.shared.value.folder
        let fileOnly = try await SettingsReader.of(environment: [
            "GATEHOUSE_SETTINGS_FILE": TestProvider.composeFile("settings/identity-provider.yaml"),
            "GATEHOUSE_DATABASE_FILE": folder.appending(path: "provider.sqlite").path,
            "GATEHOUSE_KEYS_ENCRYPTION_KEY_FILE": folder.appending(path: "secrets/kek").path,
            "GATEHOUSE_RESOURCES_FILE": TestProvider.composeFile("resources.yaml"),
            "GATEHOUSE_CLIENTS_FILE": TestProvider.composeFile("clients.yaml"),
        ])
        let written = try Settings(reading: fileOnly, in: .development)
        let defaults = try await read([:])
        #expect(written.issuer == "https://localhost:8440")
        #expect(written.tokens == defaults.tokens && written.refresh == defaults.refresh)
        #expect(written.keyPeriods == defaults.keyPeriods)
        #expect(written.codeLifetimeSeconds == defaults.codeLifetimeSeconds)
        #expect(written.sessionLifetimeSeconds == defaults.sessionLifetimeSeconds)
        #expect(written.housekeepingIntervalSeconds == defaults.housekeepingIntervalSeconds)
    }

    @Test(arguments: [
        ("issuer", "http://localhost:8440"), ("issuer", "https://localhost:8440/"), ("issuer", ""),
        ("refresh.graceSeconds", "600"), ("refresh.graceSeconds", "-1"), ("refresh.graceSeconds", "soon"),
        ("refresh.lifetimeSeconds", "600"), ("refresh.familyLifetimeSeconds", "86400"),
        ("refresh.reuseRevokes", "nobody"), ("codes.lifetimeSeconds", "601"), ("codes.lifetimeSeconds", "9"),
        ("tokens.accessLifetimeSeconds", "3601"), ("tokens.accessLifetimeSeconds", "0"),
        ("keys.encryptionKeyFile", "/nowhere/kek"), ("resourcesFile", "/nowhere.yaml"),
        ("clientsFile", "/nowhere.yaml"),
        ("database.file", ""), ("keys.activeSeconds", "60"),
    ])
    func `an unsafe or contradictory setting is named with its fix`(key: String, value: String) async throws {
        let error = await #expect(throws: SettingsError.self) { try await read([key: value]) }
        #expect(error?.key == key)
        #expect(error?.fix.isEmpty == false)
    }

    @Test func `in production the key-encryption key lies elsewhere than the data`() async throws {
        let folder = try await Template.shared.value.folder
        let together = ["database.file": folder.appending(path: "secrets/provider.sqlite").path]
        let error = await #expect(throws: SettingsError.self) { try await read(together) }
        #expect(error?.key == "keys.encryptionKeyFile")
        _ = try await read(together, in: .development)
    }
}
