import Foundation
import IssuerKit
import Storage
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Schema") struct SchemaTests {
    /// What the release before the last migration has left behind: one account, and a family with a refresh token.
    private static func writeOldDatabase(_ path: String, token: Credential) async throws {
        let database = try await SQLiteDatabase.open(
            path: path,
            migrations: KeyRing.migrations + Schema.migrations.prefix(3)
        )
        let epoch = TestProvider.epoch
        try await database.transaction { connection in
            try connection.run(
                "INSERT INTO accounts VALUES ('a', 'alice', 'Alice', NULL, 'none', '', 0, $1)",
                [epoch]
            )
            try connection.run(
                """
                INSERT INTO refresh_families (id, account_id, client_id, session_id, scope, resources, authenticated_at,
                    created_at, expires_at) VALUES ('f', 'a', 'gatehouse-demo', 's', 'orders:read', $1, $2, $2, $3)
                """,
                [TestProvider.orders, epoch, epoch + 86_400]
            )
            try connection.run(
                "INSERT INTO refresh_tokens VALUES ($1, 'f', 0, $2, $3, NULL)",
                [token.digest, epoch, epoch + 86_400]
            )
        }
        await database.close()
    }

    @Test func `a data folder of before there were keys goes on, its tokens unbound`() async throws {
        let token = Credential.random()
        try await TestProvider.run(preparing: { folder in
            try FileManager.default.removeItem(at: folder.appending(path: "provider.sqlite"))
            try await Self.writeOldDatabase(folder.appending(path: "provider.sqlite").path, token: token)
        }) { provider in
            let thief = try ClientKey(at: provider)
            #expect(try await provider.refresh(token, proof: thief.proof()).error == "invalid_grant")
            let next = try await provider.refresh(token).tokens()
            #expect(next.tokenType == .bearer && next.refreshToken != nil)
        }
    }

    @Test func `a thumbprint that cannot be read is a fault, and not no binding`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let token = try await provider.logIn(proof: key.proof(for: "/auth/login")).refreshToken
            try await provider.parts.database.transaction { connection in
                try connection.run("UPDATE refresh_families SET key_thumbprint = 'torn'")
            }
            #expect(try await provider.refresh(token).status == 500)
        }
    }
}
