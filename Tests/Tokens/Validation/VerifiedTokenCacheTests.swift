import TestKit
import Testing

@testable import Tokens

@Suite("The cache of verified tokens")
struct VerifiedTokenCacheTests {
    private let issuer: TestIssuer
    private let keys: TestKeys
    private let clock = House.clock()
    private let cache = VerifiedTokenCache<AccessTokenClaims>(entriesMax: 8)
    private let validator: TokenValidator<AccessTokenClaims>

    init() throws {
        issuer = try TestIssuer()
        keys = TestKeys(issuer.keySet)
        validator = issuer.validator(clock: clock, keys: keys, cache: cache)
    }

    private func remembers(_ token: Credential) -> Bool {
        cache.find(TokenDigest(of: token.exposed)) != nil
    }

    @Test func `only a good token is remembered, and a hit gives the same claims`() async throws {
        let token = try issuer.mint()
        let forged = try issuer.forge(header: issuer.header, payload: issuer.payload, signedBy: .signature([1]))
        #expect(!remembers(token))
        let first = try await validator.verify(token)
        #expect(remembers(token))
        #expect(try await validator.verify(token).claims == first.claims)
        await #expect(throws: Refusal.signatureInvalid) { try await validator.verify(forged) }
        #expect(!remembers(forged))
    }

    @Test func `it counts how often it has helped`() async throws {
        let token = try issuer.mint()
        for _ in 0..<3 { _ = try await validator.verify(token) }
        #expect(cache.lookups == (hits: 2, misses: 1))
    }

    @Test func `a hit still expires`() async throws {
        let token = try issuer.mint { $0.lifetimeSeconds = 60 }
        _ = try await validator.verify(token)
        clock.advance(bySeconds: 69)
        _ = try await validator.verify(token)
        clock.advance(bySeconds: 1)
        #expect(remembers(token))
        await #expect(throws: Refusal.tokenExpired) { try await validator.verify(token) }
    }

    @Test func `a hit still needs the certificate`() async throws {
        let own = CertificateThumbprint(ofDER: [1])
        let token = try issuer.mint { $0.confirmation = .certificate(own) }
        _ = try await validator.verify(token, from: Sender(certificate: own))
        await #expect(throws: Refusal.certificateMissing) { try await validator.verify(token) }
        await #expect(throws: Refusal.certificateMismatch) {
            try await validator.verify(token, from: Sender(certificate: CertificateThumbprint(ofDER: [2])))
        }
        await #expect(throws: Never.self) { try await validator.verify(token, from: Sender(certificate: own)) }
    }

    @Test func `a hit ends with its key, and a successor under the same id does not bring it back`() async throws {
        let token = try issuer.mint()
        _ = try await validator.verify(token)
        keys.publish(KeySet([]))
        await #expect(throws: Refusal.keyUnknown) { try await validator.verify(token) }
        let successor = try SigningKey.generate(.es256).verificationKey.jwk.with("kid", .string(issuer.key.keyID))
        keys.publish(KeySet([try #require(VerificationKey(jwk: successor))]))
        await #expect(throws: Refusal.signatureInvalid) { try await validator.verify(token) }
        keys.publish(issuer.keySet)
        await #expect(throws: Never.self) { try await validator.verify(token) }
    }

    @Test func `a cache that is shared carries no verdict to a validator with other rules`() async throws {
        let token = try issuer.mint()
        _ = try await validator.verify(token)
        func other(_ issuers: [String], _ audience: String, _ algorithms: [Algorithm]) -> TokenValidator<
            AccessTokenClaims
        > {
            TokenValidator(
                issuers: issuers,
                audience: audience,
                algorithms: algorithms,
                keys: keys,
                clock: clock,
                revocations: NothingRevoked(),
                cache: cache
            )
        }
        await #expect(throws: Never.self) { try await other([House.issuer], House.orders, [.es256]).verify(token) }
        await #expect(throws: Refusal.audienceMismatch) {
            try await other([House.issuer], House.users, [.es256]).verify(token)
        }
        await #expect(throws: Refusal.issuerNotTrusted) {
            try await other(["https://another.example"], House.orders, [.es256]).verify(token)
        }
        await #expect(throws: Refusal.algorithmNotAccepted) {
            try await other([House.issuer], House.orders, [.rs256]).verify(token)
        }
    }

    @Test func `it never holds more than it may, and keeps the newest`() async throws {
        var tokens: [Credential] = []
        for index in 0..<50 {
            tokens.append(try issuer.mint { $0.tokenID = "token-\(index)" })
            _ = try await validator.verify(tokens[index])
            #expect(tokens.filter(remembers).count <= 8)
            #expect(tokens.suffix(4).allSatisfy(remembers))
        }
        for token in tokens { await #expect(throws: Never.self) { try await validator.verify(token) } }
    }

    @Test func `many callers at once agree`() async throws {
        let good = try issuer.mint()
        let bad = try issuer.mint { $0.audience = House.users }
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask { _ = try await validator.verify(good) }
                group.addTask { await #expect(throws: Refusal.audienceMismatch) { try await validator.verify(bad) } }
            }
            try await group.waitForAll()
        }
    }
}

@Suite("What a remembered token still has to hold")
struct RememberedTokenTests {
    @Test func `a hit ends when its key comes back for another algorithm`() async throws {
        let rsa = try SharedKeys.own(.rs256)
        let issuer = TestIssuer(House.issuer, key: rsa)
        let keys = TestKeys(issuer.keySet)
        let validator = issuer.validator(keys: keys, cache: VerifiedTokenCache())
        let token = try issuer.mint()
        keys.publish(issuer.keySet)
        _ = try await validator.verify(token)
        let probabilistic = rsa.verificationKey.jwk.with("alg", "PS256")
        keys.publish(KeySet([try #require(VerificationKey(jwk: probabilistic))]))
        await #expect(throws: Refusal.keyMismatch) { try await validator.verify(token) }
        keys.publish(issuer.keySet)
        await #expect(throws: Never.self) { try await validator.verify(token) }
    }

    @Test func `a text beyond the bound is not even hashed into the cache`() async throws {
        let issuer = try TestIssuer()
        let validator = issuer.validator(cache: VerifiedTokenCache())
        let long = Credential(String(repeating: "A", count: Bounds.tokenBytesMax + 1))
        await #expect(throws: Refusal.tokenTooLarge) { try await validator.verify(long) }
    }

    @Test func `all that the token says can be read, also what the claims type does not know`() async throws {
        let issuer = try TestIssuer()
        let token = try issuer.forge(header: issuer.header, payload: issuer.payload.with("roles", ["admin"]))
        let verified = try await issuer.validator(cache: VerifiedTokenCache()).verify(token)
        #expect(verified.payload["roles"] == ["admin"])
        #expect(verified.payload["sub"] == .string(verified.claims.subject))
    }

    @Test
    func `a session is revoked for one issuer: what another minted from its tokens is revoked under that one too`()
        async throws
    {
        let (provider, exchange) = (try TestIssuer(), try TestIssuer("https://exchange.example"))
        let clock = House.clock()
        let index = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: clock)
        index.confirm(issuer: exchange.issuer, at: clock.now())
        let exchanged = try exchange.mint { $0.sessionID = "s" }
        let validator = exchange.validator(clock: clock, revocations: index)
        try index.revoke(.session("s"), issuer: provider.issuer, at: clock.now())
        await #expect(throws: Never.self) { try await validator.verify(exchanged) }
        try index.revoke(.session("s"), issuer: exchange.issuer, at: clock.now())
        await #expect(throws: Refusal.tokenRevoked) { try await validator.verify(exchanged) }
    }
}
