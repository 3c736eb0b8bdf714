import TestKit
import Testing
import Tokens

@Suite("Claims that do not hold, RFC 7519 §4.1")
struct TokenValidatorClaimTests {
    private let issuer: TestIssuer

    init() throws { issuer = try TestIssuer() }

    private func verify(_ payload: JSONObject) async throws -> AccessTokenClaims {
        try await issuer.validator().verify(issuer.forge(header: issuer.header, payload: payload)).claims
    }

    @Test func `what was minted is what is verified`() async throws {
        let token = try issuer.mint { $0.actor = Actor("orders-api") }
        let verified = try await issuer.validator().verify(token)
        #expect(verified.claims == issuer.claims { $0.actor = Actor("orders-api") })
        #expect(verified.credential == token)
    }

    @Test(arguments: [
        "https://localhost:8441", "https://localhost:8440/", "HTTPS://localhost:8440", "https://localhost:844",
        "https://localhost:8440.evil.example", " https://localhost:8440",
    ])
    func `only the trusted issuer, character by character`(name: String) async throws {
        #expect(try await verify(issuer.payload).issuer == House.issuer)
        await #expect(throws: Refusal.issuerNotTrusted) { try await verify(issuer.payload.with("iss", .string(name))) }
    }

    @Test(
        arguments: [
            (Refusal.audienceMismatch, .string(House.users)), (.audienceMismatch, "https://orders.gatehouse.loca"),
            (.audienceMismatch, "https://orders.gatehouse.local/"),
            (.audienceMismatch, "https://orders.gatehouse.local.evil"),
            (.audienceMismatch, "https://Orders.gatehouse.local"),
            (.audienceMismatch, ["https://users.gatehouse.local"]),
            (.claimMalformed, [.string(House.orders), .string(House.users)]), (.claimMalformed, []),
            (.claimMalformed, ""),
        ] as [(Refusal, JSONValue)]
    )
    func `only the one audience that we are`(refusal: Refusal, audience: JSONValue) async throws {
        #expect(try await verify(issuer.payload.with("aud", [.string(House.orders)])).audience == House.orders)
        await #expect(throws: refusal) { try await verify(issuer.payload.with("aud", audience)) }
    }

    @Test func `texts that Swift calls equal are not the same issuer or audience`() async throws {
        let (name, lookalike) = ("https://K.example", "https://\u{212A}.example")
        #expect(name == lookalike)
        let issuer = try TestIssuer(name)
        let validator = issuer.validator(audience: name)
        func verify(_ iss: String, _ aud: String) async throws {
            let payload = issuer.payload.with("iss", .string(iss)).with("aud", .string(aud))
            _ = try await validator.verify(issuer.forge(header: issuer.header, payload: payload))
        }
        try await verify(name, name)
        await #expect(throws: Refusal.issuerNotTrusted) { try await verify(lookalike, name) }
        await #expect(throws: Refusal.audienceMismatch) { try await verify(name, lookalike) }
    }

    @Test(arguments: ["iss", "sub", "aud", "client_id", "iat", "exp", "jti"])
    func `a required claim must be there`(name: String) async throws {
        await #expect(throws: Refusal.claimMissing) { try await verify(issuer.payload.without(name)) }
    }

    @Test(arguments: ["exp", "iat", "nbf"])
    func `a time is whole seconds`(name: String) async throws {
        let seconds: Int64 = name == "exp" ? 1_800_000_600 : 1_800_000_000
        _ = try await verify(issuer.payload.with(name, .integer(seconds)))
        for wrong in [.string("\(seconds)"), .decimal("\(seconds).5"), .decimal("1e9"), -1, .null] as [JSONValue] {
            await #expect(throws: Refusal.claimMalformed) { try await verify(issuer.payload.with(name, wrong)) }
        }
    }

    @Test func `a claim that stands twice is refused, even with one value`() async throws {
        let text = JSONWriter.text(issuer.payload).dropLast()
        for (twin, refusal) in [
            (#","sub":"user-alice"}"#, Refusal.duplicateMember), (#","\u0073ub":"admin"}"#, .duplicateMember),
            (#","sub2":""}"#, nil),
        ] {
            let token = try issuer.forge(header: JSONWriter.text(issuer.header), payload: text + twin)
            let outcome = await Result { try await issuer.validator().verify(token) }
            #expect(outcome.refusal == refusal)
        }
    }

    @Test(arguments: ["[]", "null", "", "{", "{}x", "\u{FEFF}{}", "eyJ9.e30.AA"])
    func `a payload that is no object is malformed`(payload: String) async throws {
        let token = try issuer.forge(header: JSONWriter.text(issuer.header), payload: payload)
        await #expect(throws: Refusal.tokenMalformed) { try await issuer.validator().verify(token) }
    }

    @Test func `an actor chain is bounded, and holds names alone`() async throws {
        func chain(_ depth: Int) -> JSONValue {
            (1..<depth).reduce(["sub": "a"]) { inner, _ in ["sub": "b", "act": inner] }
        }
        #expect(try await verify(issuer.payload.with("act", chain(4))).actor?.chain.count == 4)
        await #expect(throws: Refusal.actorChainTooLong) { try await verify(issuer.payload.with("act", chain(5))) }
        await #expect(throws: Refusal.tokenMalformed) { try await verify(issuer.payload.with("act", chain(50))) }
        await #expect(throws: Refusal.claimMalformed) {
            try await verify(issuer.payload.with("act", ["sub": "a", "scope": "orders:admin"]))
        }
    }
}

@Suite("The moment, RFC 7519 §4.1.4 to §4.1.6")
struct TokenValidatorTimeTests {
    private let issuer: TestIssuer

    init() throws { issuer = try TestIssuer() }

    @Test func `a token expires when its last second and the skew are over`() async throws {
        let clock = House.clock()
        let validator = issuer.validator(clock: clock)
        let token = try issuer.mint { $0.lifetimeSeconds = 60 }
        clock.advance(bySeconds: 60 + Bounds.clockSkewSeconds - 1)
        await #expect(throws: Never.self) { try await validator.verify(token) }
        clock.advance(bySeconds: 1)
        await #expect(throws: Refusal.tokenExpired) { try await validator.verify(token) }
    }

    @Test func `a token from the future waits, but for the skew`() async throws {
        let near = try issuer.mint { $0.issuedAt = House.epoch + Bounds.clockSkewSeconds }
        let far = try issuer.mint { $0.issuedAt = House.epoch + Bounds.clockSkewSeconds + 1 }
        await #expect(throws: Never.self) { try await issuer.validator().verify(near) }
        await #expect(throws: Refusal.tokenIssuedInFuture) { try await issuer.validator().verify(far) }
    }

    @Test func `nbf binds where it stands, from a cache too`() async throws {
        let clock = House.clock()
        let validator = issuer.validator(clock: clock, cache: VerifiedTokenCache())
        let start = House.epoch + Bounds.clockSkewSeconds + 1
        let payload = issuer.payload.with("nbf", .integer(start.secondsSinceEpoch))
        let token = try issuer.forge(header: issuer.header, payload: payload)
        await #expect(throws: Refusal.tokenNotYetValid) { try await validator.verify(token) }
        clock.advance(bySeconds: 1)
        await #expect(throws: Never.self) { try await validator.verify(token) }
        clock.advance(bySeconds: -1)
        await #expect(throws: Refusal.tokenNotYetValid) { try await validator.verify(token) }
    }
}

@Suite("The sender, RFC 8705 §3")
struct TokenValidatorSenderTests {
    @Test func `a bound token is good only from the connection with its certificate`() async throws {
        let issuer = try TestIssuer()
        let (own, other) = (CertificateThumbprint(ofDER: [1]), CertificateThumbprint(ofDER: [2]))
        let bound = try issuer.mint { $0.confirmation = .certificate(own) }
        let validator = issuer.validator()
        await #expect(throws: Never.self) { try await validator.verify(bound, from: Sender(certificate: own)) }
        await #expect(throws: Refusal.certificateMissing) { try await validator.verify(bound) }
        await #expect(throws: Refusal.certificateMismatch) {
            try await validator.verify(bound, from: Sender(certificate: other))
        }
        await #expect(throws: Never.self) {
            try await validator.verify(issuer.mint(), from: Sender(certificate: other))
        }
    }

    @Test func `a binding of another kind is refused, not passed over`() async throws {
        let issuer = try TestIssuer()
        let payload = issuer.payload.with("cnf", ["jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"])
        let token = try issuer.forge(header: issuer.header, payload: payload)
        await #expect(throws: Refusal.confirmationUnsupported) { try await issuer.validator().verify(token) }
    }
}
