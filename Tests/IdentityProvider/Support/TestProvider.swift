import Audit
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import TestKit
import Tokens

@testable import IdentityProvider
@testable import ServiceKit

/// A whole provider in a folder of its own: no sockets, a clock that stands still until it is moved, a peer of the test's choice.
struct TestProvider: Sendable {
    static let issuer = "https://provider.test"
    static let orders = "https://orders.gatehouse.local"
    static let users = "https://users.gatehouse.local"
    static let exchange = "https://exchange.gatehouse.local"
    static let epoch: Int64 = 1_800_000_000
    static let password = Credential("correct horse battery")

    let parts: Parts
    let client: any TestClientProtocol
    let clock: MovableClock
    let template: Template
    /// What it has written down.
    let audit: TestAudit
    let wire = Wire()
    var address = TestAddress()

    /// Runs `body` against a fresh provider.
    ///
    /// - Parameters:
    ///   - spiffeID: of the certificate that every request of this test shows; nil for none.
    ///   - settings: what differs from the defaults.
    ///   - limits: what strangers may ask, where that is not the default.
    ///   - address: from where requests come.
    ///   - prepare: is given the data folder before the provider is started on it.
    static func run(
        spiffeID: String? = nil,
        settings: [String: String] = [:],
        limits: LimitSettings = LimitSettings(),
        from address: TestAddress = TestAddress(),
        preparing prepare: (URL) async throws -> Void = { _ in },
        _ body: @Sendable (TestProvider) async throws -> Void
    ) async throws {
        let template = try await Template.shared.value
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-idp-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try template.write(to: folder)
        try await prepare(folder)
        let clock = MovableClock(base: FixedClock(NumericDate(epoch)))
        let audit = TestAudit()
        let peer = spiffeID.map { PeerCertificate(thumbprint: CertificateThumbprint(ofDER: [1]), spiffeID: $0) }
        let runtime = Runtime.test(
            name: "identity-provider",
            clock: clock,
            peer: peer,
            audit: audit,
            limits: RateLimiter(limits, clock: clock) { _ in address.value }
        )
        let parts = try await open(testSettings(in: folder, settings), runtime, sender: TestNetwork())
        let assembled = try service(parts)
        do {
            try await Application(router: assembled.router, logger: runtime.logger).test(.router) { client in
                let provider = TestProvider(
                    parts: parts,
                    client: client,
                    clock: clock,
                    template: template,
                    audit: audit,
                    address: address
                )
                try await body(provider)
            }
        } catch {
            await assembled.shutdown()
            throw error
        }
        await assembled.shutdown()
    }

    static func testSettings(in folder: URL, _ overrides: [String: String] = [:]) throws -> Settings {
        try Settings(reading: SettingsReader(values: values(in: folder).merging(overrides) { $1 }), in: .test)
    }

    /// The settings that have no default.
    static func values(in folder: URL) -> [String: String] {
        [
            "issuer": issuer,
            "database.file": folder.appending(path: "provider.sqlite").path,
            "keys.encryptionKeyFile": folder.appending(path: "secrets/kek").path,
            "resourcesFile": House.composeFile("resources.yaml"),
            "clientsFile": folder.appending(path: "clients.yaml").path,
        ]
    }
}

/// Folder, keys, accounts and clients are made once: an RSA key and two password hashes for each of a hundred tests would take
/// longer than all of them. Kept in memory, so that nothing is left behind when the tests end.
struct Template: Sendable {
    private static let secretFile = "secrets/kek"
    private static let otherFiles = ["clients.yaml", "provider.sqlite"]

    private let files: [String: Data]
    /// By user name: `alice`, and `ada`, who is an administrator.
    let accounts: [String: Account]
    /// By client id.
    let secrets: [String: Credential]
    /// With which the client `signer` proves itself.
    let signerKey: SigningKey

    static let shared = Task { try await make() }

    private static func make() async throws -> Template {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "gatehouse-idp-template-\(UUID().uuidString)"
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        let signerKey = try SigningKey.generate(.es256)
        try writeFiles(in: folder, signerKey)
        let clock = FixedClock(NumericDate(TestProvider.epoch))
        let runtime = Runtime.test(name: "identity-provider", clock: clock)
        let parts = try await open(TestProvider.testSettings(in: folder), runtime, sender: TestNetwork())
        var accounts: [String: Account] = [:]
        for (name, roles) in [("alice", []), ("ada", ["admin"])] as [(String, Set<String>)] {
            accounts[name] = try await parts.accounts.add(
                username: name,
                password: TestProvider.password,
                displayName: name.capitalized,
                email: "\(name)@example.com",
                roles: roles
            )
        }
        var secrets: [String: Credential] = [:]
        for registration in TestClients.withSecret {
            let (client, secret) = try await parts.clients.add(registration, decision: .unheard())
            secrets[client.id] = secret
        }
        await parts.close()
        let files = try (otherFiles + [secretFile]).map { ($0, try Data(contentsOf: folder.appending(path: $0))) }
        return Template(
            files: Dictionary(uniqueKeysWithValues: files),
            accounts: accounts,
            secrets: secrets,
            signerKey: signerKey
        )
    }

    func write(to folder: URL) throws {
        let secrets = folder.appending(path: "secrets")
        try FileManager.default.createDirectory(at: secrets, withIntermediateDirectories: true)
        for (name, bytes) in files {
            _ = FileManager.default.createFile(
                atPath: folder.appending(path: name).path,
                contents: bytes,
                attributes: [.posixPermissions: 0o600]
            )
        }
    }

    private static func writeFiles(in folder: URL, _ signerKey: SigningKey) throws {
        let secrets = folder.appending(path: "secrets")
        try FileManager.default.createDirectory(at: secrets, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(
            atPath: secrets.appending(path: "kek").path,
            contents: Data(Credential.random().exposed.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        let ours = try String(contentsOfFile: House.composeFile("clients.yaml"), encoding: .utf8)
        let clients = ours + TestClients.declared(signer: signerKey.verificationKey)
        try Data(clients.utf8).write(to: folder.appending(path: "clients.yaml"))
    }
}
