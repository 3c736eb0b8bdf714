import IssuerKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("A signing key is revoked")
struct KeyRevocationTests {
    private func revokeSigningKey(_ algorithm: Algorithm, _ provider: TestProvider) async throws -> String {
        let keyID = try provider.parts.ring.signingKey(algorithm).keyID
        let answer = try await provider.operate("keys/revoke", ["kid": .string(keyID)])
        #expect(answer.status == 200)
        return keyID
    }

    @Test func `its tokens are dead everywhere, and every session goes on under its successor`() async throws {
        try await TestProvider.run { provider in
            let scope = "openid offline_access"
            let tokens = try await provider.logIn(scope: scope, resource: TestProvider.issuer)
            let elsewhere = try await provider.logIn("ada")
            #expect(try await provider.get("/oauth2/userinfo", bearer: tokens.accessToken).status == 200)
            let keyID = try await revokeSigningKey(.es256, provider)
            #expect(try await provider.told().map(\.target) == [.key(keyID)])
            #expect(try await provider.told().map(\.cause) == [.keyRevoked])

            #expect(try await provider.get("/oauth2/userinfo", bearer: tokens.accessToken).status == 401)
            #expect(try await !provider.isActive(elsewhere.accessToken))
            let next = try await provider.refresh(tokens.refreshToken).tokens()
            #expect(try await provider.get("/oauth2/userinfo", bearer: next.accessToken).status == 200)
            let other = try await provider.refresh(elsewhere.refreshToken).tokens()
            #expect(try await provider.isActive(other.accessToken))
        }
    }

    @Test func `who was in the middle of signing in goes on, in the browser and with a code`() async throws {
        try await TestProvider.run { provider in
            let session = try await provider.parts.sessions.begin(for: provider.account("alice"), decision: .unheard())
            let code = try await provider.issueCode()
            _ = try await revokeSigningKey(.es256, provider)
            #expect(try await provider.parts.sessions.find(cookie: #require(session.cookie)) != nil)
            #expect(try await provider.isActive(provider.redeem(code).tokens().accessToken))
        }
    }

    @Test(arguments: [Algorithm.es256, .rs256])
    func `its ID tokens verify with no published key any more`(algorithm: Algorithm) async throws {
        try await TestProvider.run { provider in
            let keyID = try provider.parts.ring.signingKey(algorithm).keyID
            #expect(provider.parts.ring.published[keyID] != nil)
            _ = try await revokeSigningKey(algorithm, provider)
            #expect(provider.parts.ring.published[keyID] == nil)
            #expect(try provider.parts.ring.signingKey(algorithm).keyID != keyID)
        }
    }
}
