import HTTPTypes
import IssuerKit
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Metadata, RFC 8414 §3 and OpenID Connect Discovery §4")
struct DiscoveryTests {
    @Test func `both well-known places say the same, and may be kept`() async throws {
        try await TestProvider.run { provider in
            let oauth = try await provider.get("/.well-known/oauth-authorization-server")
            let openID = try await provider.get("/.well-known/openid-configuration")
            #expect(oauth.status == 200 && oauth.text == openID.text)
            #expect(oauth.headers[.contentType] == "application/json")
            #expect(oauth.headers[.cacheControl] == "public, max-age=3600")
            #expect(oauth.json["issuer"]?.string == TestProvider.issuer)
        }
    }

    @Test func `every endpoint it names answers`() async throws {
        try await TestProvider.run { provider in
            let document = try await provider.get("/.well-known/openid-configuration").json
            let names = document.members.map(\.name).filter { $0.hasSuffix("_endpoint") || $0 == "jwks_uri" }
            #expect(names.count == 6)
            for name in names {
                let url = try #require(document[name]?.string)
                #expect(url.hasPrefix(TestProvider.issuer))
                let answer = try await provider.get(String(url.dropFirst(TestProvider.issuer.count)))
                // 405 is an answer too: the path is there, for POST.
                #expect(answer.status != 404, "\(name)")
            }
        }
    }

    @Test func `every grant it names is there, and no other`() async throws {
        try await TestProvider.run { provider in
            let document = try await provider.get("/.well-known/openid-configuration").json
            let named = try #require(document["grant_types_supported"]?.strings)
            #expect(Set(named) == Set(provider.parts.grants.keys.map(\.rawValue)))
        }
    }

    @Test func `clients are told of which algorithms their keys may be, RFC 9449 §5.1`() async throws {
        try await TestProvider.run { provider in
            let document = try await provider.get("/.well-known/oauth-authorization-server").json
            #expect(document["dpop_signing_alg_values_supported"]?.strings == ["ES256", "ES384", "Ed25519", "PS256"])
        }
    }

    @Test func `tokens of every kind verify with the published keys`() async throws {
        try await TestProvider.run { provider in
            let page = try await provider.get("/oauth2/jwks.json")
            let keys = FixedKeys(try KeySet(reading: Array(page.text.utf8)), issuer: TestProvider.issuer)
            let tokens = try await provider.redeem(provider.issueCode()).tokens()
            let access = TokenValidator<AccessTokenClaims>(
                issuers: [TestProvider.issuer],
                audience: TestProvider.orders,
                algorithms: [.es256],
                keys: keys,
                clock: provider.clock,
                revocations: NothingRevoked()
            )
            let verified = try await access.verify(tokens.accessToken)
            #expect(verified.claims.subject == (try provider.account("alice").id))
            let id = TokenValidator<IDTokenClaims>(
                issuers: [TestProvider.issuer],
                audience: "web",
                algorithms: [.rs256],
                keys: keys,
                clock: provider.clock,
                revocations: NothingRevoked()
            )
            let idToken = try #require(tokens.idToken)
            #expect(try await id.verify(idToken).claims.sessionID == verified.claims.sessionID)
            // Neither passes for the other.
            await #expect(throws: Refusal.tokenTypeMismatch) { try await access.verify(idToken) }
            await #expect(throws: Refusal.tokenTypeMismatch) { try await id.verify(tokens.accessToken) }
        }
    }

    @Test func `a token signed before a rotation verifies after it`() async throws {
        try await TestProvider.run { provider in
            let before = try await provider.logIn()
            let periods = provider.parts.settings.keyPeriods
            _ = try await provider.parts.ring.rotate(.es256)
            provider.clock.advance(bySeconds: periods.announceSeconds)
            try await provider.parts.ring.maintain()
            let after = try await provider.refresh(before.refreshToken).tokens()
            let keyIDs = try [before, after].map {
                try UnverifiedToken.decodeWithoutVerifying($0.accessToken).header["kid"]?.string
            }
            #expect(keyIDs[0] != keyIDs[1])
            #expect(try await provider.isActive(before.accessToken))
            #expect(try await provider.isActive(after.accessToken))
        }
    }
}
