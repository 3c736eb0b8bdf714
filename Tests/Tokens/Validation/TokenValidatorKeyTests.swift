import TestKit
import Testing
import Tokens

@Suite("Keys, and when they are asked for, RFC 8725 §3.1")
struct TokenValidatorKeyTests {
    private let issuer: TestIssuer
    private let keys: TestKeys

    init() throws {
        issuer = try TestIssuer()
        keys = TestKeys(issuer.keySet)
    }

    @Test func `a key id that the issuer does not publish is unknown`() async throws {
        let other = try TestIssuer()
        for kid in [other.key.keyID, "", issuer.key.keyID + "A", "../jwks", issuer.key.keyID.lowercased()] {
            let token = try issuer.forge(header: issuer.header.with("kid", .string(kid)), payload: issuer.payload)
            await #expect(throws: Refusal.keyUnknown) { try await issuer.validator().verify(token) }
        }
        await #expect(throws: Refusal.keyUnknown) { try await issuer.validator().verify(other.mint()) }
        await #expect(throws: Never.self) { try await issuer.validator().verify(issuer.mint()) }
    }

    @Test func `the key's algorithm counts, not the header's`() async throws {
        let rsa = try TestIssuer(algorithm: .rs256)
        await #expect(throws: Never.self) { try await rsa.validator().verify(rsa.mint()) }
        // The issuer's key id, with an RSA key behind it.
        let disguised = rsa.key.verificationKey.jwk.with("kid", .string(issuer.key.keyID))
        let confused = FixedKeys(KeySet([try #require(VerificationKey(jwk: disguised))]), issuer: issuer.issuer)
        await #expect(throws: Refusal.keyMismatch) { try await issuer.validator(keys: confused).verify(issuer.mint()) }
        // The header claims RSA, the key is elliptic.
        let header = issuer.header.with("alg", "RS256")
        let token = try issuer.forge(header: header, payload: issuer.payload, signedBy: .key(rsa.key))
        await #expect(throws: Refusal.keyMismatch) { try await issuer.validator().verify(token) }
    }

    @Test func `no key takes the name of another algorithm, not even one of its own kind`() async throws {
        for (own, other) in Algorithm.all.flatMap({ own in Algorithm.all.map { (own, $0) } }) {
            let issuer = TestIssuer(key: try SharedKeys.own(own))
            let header = issuer.header.with("alg", .string(other.name))
            let token = try issuer.forge(header: header, payload: issuer.payload)
            let outcome = await Result { try await issuer.validator().verify(token) }
            #expect(outcome.refusal == (own == other ? nil : .keyMismatch), "\(own.name) as \(other.name)")
        }
        // The one algorithm that has two names.
        let issuer = TestIssuer(key: try SharedKeys.own(.ed25519))
        let token = try issuer.forge(header: issuer.header.with("alg", "EdDSA"), payload: issuer.payload)
        await #expect(throws: Never.self) { try await issuer.validator().verify(token) }
    }

    @Test func `one RSA key under two algorithms signs for the one that it has`() async throws {
        let issuer = TestIssuer(key: try SharedKeys.own(.rs256))
        let posing = issuer.key.verificationKey.jwk.with("alg", "PS256")
        let keys = FixedKeys(KeySet([try #require(VerificationKey(jwk: posing))]), issuer: issuer.issuer)
        await #expect(throws: Refusal.keyMismatch) { try await issuer.validator(keys: keys).verify(issuer.mint()) }
        let token = try issuer.forge(header: issuer.header.with("alg", "PS256"), payload: issuer.payload)
        await #expect(throws: Refusal.signatureInvalid) { try await issuer.validator(keys: keys).verify(token) }
    }

    @Test func `an algorithm that this validator does not list is refused, with the right key as well`() async throws {
        let rsa = try TestIssuer(algorithm: .rs256)
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: [rsa.issuer],
            audience: House.orders,
            algorithms: [.es256],
            keys: rsa.keys,
            clock: House.clock(),
            revocations: NothingRevoked()
        )
        await #expect(throws: Refusal.algorithmNotAccepted) { try await validator.verify(rsa.mint()) }
    }

    @Test func `a known key is not asked for again`() async throws {
        let validator = issuer.validator(keys: keys)
        _ = try await validator.verify(issuer.mint())
        _ = try await validator.verify(issuer.mint { $0.tokenID = "token-2" })
        #expect(keys.fetches == 1)
    }

    @Test func `keys that cannot be had are a fault of ours, not a refusal`() async throws {
        keys.goDown()
        let validator = issuer.validator(keys: keys)
        await #expect(throws: DependencyUnavailable.self) { try await validator.verify(issuer.mint()) }
        await #expect(throws: DependencyUnavailable.self) { try await validator.explain(issuer.mint()) }
        keys.publish(issuer.keySet)
        await #expect(throws: Never.self) { try await validator.verify(issuer.mint()) }
    }

    @Test func `a token that is bad by itself makes nobody fetch a key`() async throws {
        let (header, payload) = (issuer.header, issuer.payload)
        let bad: [(Refusal, JSONObject, JSONObject)] = [
            (.issuerNotTrusted, header, payload.with("iss", "https://evil.example")),
            (.audienceMismatch, header, payload.with("aud", .string(House.users))),
            (.claimMissing, header, payload.without("sub")),
            (.tokenTypeMismatch, header.with("typ", "JWT"), payload),
            (.algorithmNotAccepted, header.with("alg", "none"), payload),
            (.headerParameterForbidden, header.with("jku", "https://evil.example/jwks.json"), payload),
        ]
        let validator = issuer.validator(keys: keys)
        for (refusal, header, payload) in bad {
            let token = try issuer.forge(header: header, payload: payload)
            await #expect(throws: refusal) { try await validator.verify(token) }
            #expect(keys.fetches == 0)
        }
        let stranger = try issuer.forge(header: header, payload: payload.with("iss", "https://evil.example"))
        _ = try await validator.explain(stranger)
        #expect(keys.fetches == 0)
        _ = try await validator.verify(issuer.mint())
        #expect(keys.fetches == 1)
    }
}
