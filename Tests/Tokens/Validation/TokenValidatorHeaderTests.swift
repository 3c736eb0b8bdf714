import Crypto
import TestKit
import Testing
import Tokens

@Suite("Headers that try to steer the verifier, RFC 8725 §3.1 and §3.10")
struct TokenValidatorHeaderTests {
    private let issuer: TestIssuer

    init() throws { issuer = try TestIssuer() }

    private func verify(_ token: Credential) async throws { _ = try await issuer.validator().verify(token) }

    @Test(
        arguments: [
            ("b64", false), ("crit", ["b64"]), ("crit", []), ("jku", "https://evil.example/jwks.json"),
            ("jwk", ["kty": "EC"]),
            ("x5c", ["MIIB"]), ("x5u", "https://evil.example/chain.pem"), ("zip", "DEF"), ("jku", .null),
        ] as [(String, JSONValue)]
    )
    func `a parameter that chooses keys or rules is refused`(name: String, value: JSONValue) async throws {
        try await verify(issuer.forge(header: issuer.header, payload: issuer.payload))
        let token = try issuer.forge(header: issuer.header.with(name, value), payload: issuer.payload)
        await #expect(throws: Refusal.headerParameterForbidden) { try await verify(token) }
    }

    @Test func `a parameter that only informs is passed over`() async throws {
        let header = issuer.header.with("cty", "JSON").with("x5t", "abc").with("made-up", ["a": 1])
        try await verify(issuer.forge(header: header, payload: issuer.payload))
    }

    @Test(arguments: ["alg", "kid"])
    func `a required parameter must be there, as text`(name: String) async throws {
        for header in [issuer.header.without(name), issuer.header.with(name, 1), issuer.header.with(name, .null)] {
            let token = try issuer.forge(header: header, payload: issuer.payload)
            await #expect(throws: Refusal.tokenMalformed) { try await verify(token) }
        }
    }

    @Test func `a parameter that stands twice is refused`() async throws {
        let key = issuer.key.keyID
        func header(_ more: String) -> String { #"{"alg":"ES256","kid":"\#(key)","typ":"at+jwt"\#(more)}"# }
        let payload = JSONWriter.text(issuer.payload)
        try await verify(issuer.forge(header: header(#","alh":"none""#), payload: payload))
        for twin in [#","alg":"none""#, #","alg":"ES256""#, #","\u0061lg":"none""#, #","kid":"x""#] {
            let token = try issuer.forge(header: header(twin), payload: payload)
            await #expect(throws: Refusal.duplicateMember) { try await verify(token) }
        }
    }

    @Test(arguments: ["none", "None", "NONE", "nOnE", "", "HS256", "HS512", "ES512", "PS384", "es256", "ES256 "])
    func `an algorithm that is not ours is refused, whatever is signed`(algorithm: String) async throws {
        let header = issuer.header.with("alg", .string(algorithm))
        for forger in [nil, .signature([]), .hmac(secret: Array("secret".utf8))] as [TestIssuer.Forger?] {
            let token = try issuer.forge(header: header, payload: issuer.payload, signedBy: forger)
            await #expect(throws: Refusal.algorithmNotAccepted) { try await verify(token) }
        }
    }

    @Test func `the public key is no secret to sign with`() async throws {
        let publicKey = try P256.Signing.PrivateKey(derRepresentation: issuer.key.exposePrivateKeyDER()).publicKey
        let secrets: [[UInt8]] = [
            Array(publicKey.pemRepresentation.utf8), Array(publicKey.derRepresentation),
            Array(publicKey.x963Representation),
            JSONWriter.bytes(issuer.key.verificationKey.jwk), JSONWriter.bytes(issuer.keySet.document),
        ]
        for secret in secrets {
            let honest = try issuer.forge(
                header: issuer.header.with("alg", "HS256"),
                payload: issuer.payload,
                signedBy: .hmac(secret: secret)
            )
            await #expect(throws: Refusal.algorithmNotAccepted) { try await verify(honest) }
            let posing = try issuer.forge(
                header: issuer.header,
                payload: issuer.payload,
                signedBy: .hmac(secret: secret)
            )
            await #expect(throws: Refusal.signatureInvalid) { try await verify(posing) }
        }
    }

    @Test(arguments: ["JWT", "jwt", "client-authentication+jwt", "logout+jwt", "at+jwt ", "at", "", "application/jwt"])
    func `a token of another kind is no access token`(type: String) async throws {
        try await verify(issuer.forge(header: issuer.header.with("typ", "application/AT+JWT"), payload: issuer.payload))
        let token = try issuer.forge(header: issuer.header.with("typ", .string(type)), payload: issuer.payload)
        await #expect(throws: Refusal.tokenTypeMismatch) { try await verify(token) }
        let bare = try issuer.forge(header: issuer.header.without("typ"), payload: issuer.payload)
        await #expect(throws: Refusal.tokenTypeMismatch) { try await verify(bare) }
    }

    @Test func `an ID token opens no API, and an access token signs nobody in`() async throws {
        let signIn = IDTokenClaims(
            issuer: issuer.issuer,
            subject: "user-alice",
            audience: House.orders,
            issuedAt: House.epoch,
            expiresAt: House.epoch + 300
        )
        let client = TokenValidator<IDTokenClaims>(
            issuers: [issuer.issuer],
            audience: House.orders,
            algorithms: [.es256],
            keys: issuer.keys,
            clock: House.clock(),
            revocations: NothingRevoked()
        )
        #expect(try await client.verify(issuer.mint(signIn)).claims == signIn)
        await #expect(throws: Refusal.tokenTypeMismatch) { try await client.verify(issuer.mint()) }
        try await verify(issuer.mint())
        await #expect(throws: Refusal.tokenTypeMismatch) { try await verify(issuer.mint(signIn)) }
    }
}
