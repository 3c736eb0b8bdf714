import HTTPTypes
import IssuerKit
import ResourceServerKit
import TestKit
import Testing
import Tokens

@testable import ServiceKit
@testable import TokenExchange

@Suite("token-exchange as a service")
struct ServiceTests {
    @Test func `its metadata names its endpoints, RFC 8414 §2`() async throws {
        let answer = try await ExchangeHouse().send(.get, "/.well-known/oauth-authorization-server")
        #expect(
            answer.body == [
                "issuer": "https://localhost:8441", "token_endpoint": "https://localhost:8441/oauth2/token",
                "jwks_uri": "https://localhost:8441/oauth2/jwks.json", "response_types_supported": [],
                "grant_types_supported": ["urn:ietf:params:oauth:grant-type:token-exchange"],
                "token_endpoint_auth_methods_supported": ["tls_client_auth"],
            ]
        )
    }

    @Test func `it starts without the provider, and is ready when it has its keys and its revocations`() async throws {
        let house = try await ExchangeHouse()
        try await house.service.readiness()
        let lonely = try await ExchangeHouse(isProviderUp: false)
        await #expect(throws: DependencyUnavailable.self) { try await lonely.service.readiness() }
    }

    @Test func `the settings file in the repository is complete but for what the data folder decides`() async throws {
        let settings = try Settings(reading: try await Self.fileSettings())
        #expect(settings.issuer == "https://localhost:8441")
        #expect(settings.audience == "https://exchange.gatehouse.local")
        #expect(settings.provider.keySetURL == "https://localhost:8440/oauth2/jwks.json")
        #expect(settings.keyPeriods.keySetCacheSeconds == 120)
        #expect(settings.keyPeriods.longestTokenLifetimeSeconds == 60)
    }

    @Test(arguments: [
        ("ISSUER", "http://localhost:8441", "issuer"), ("ISSUER", "https://localhost:8441/tenant", "issuer"),
        ("ISSUER", "https://localhost:8440", "trust.provider.issuer"),
        ("AUDIENCE", "", "audience"), ("POLICY_FILE", "/nowhere.yaml", "policyFile"),
        ("KEYS_ACTIVE_SECONDS", "200", "keys.activeSeconds"), ("KEY_SET_CACHE_SECONDS", "0", "keySetCacheSeconds"),
        ("KEYS_ENCRYPTION_KEY_FILE", "/nowhere.kek", "keys.encryptionKeyFile"),
        ("KEYS_ENCRYPTION_KEY_FILE", "", "keys.encryptionKeyFile"),
        ("KEYS_ENCRYPTION_KEY_URI", "pkcs11:token=t;object=k", "keys.encryptionKeyURI"),
    ])
    func `one bad setting stops the start and is named`(variable: String, value: String, key: String) async throws {
        let reader = try await Self.fileSettings(["GATEHOUSE_\(variable)": value])
        let error = #expect(throws: SettingsError.self) { try Settings(reading: reader) }
        #expect(error?.key == key)
    }

    private static func fileSettings(_ changes: [String: String] = [:]) async throws -> SettingsReader {
        let environment = [
            "GATEHOUSE_SETTINGS_FILE": House.composeFile("settings/token-exchange.yaml"),
            "GATEHOUSE_POLICY_FILE": House.composeFile("exchange-policy.yaml"),
            "GATEHOUSE_DATABASE_FILE": "/tmp/exchange.sqlite",
            // Any readable file: it is opened later.
            "GATEHOUSE_KEYS_ENCRYPTION_KEY_FILE": House.composeFile("exchange-policy.yaml"),
        ]
        return try await SettingsReader.of(environment: environment.merging(changes) { $1 })
    }
}
