import TestKit
import Testing

@testable import Tokens

@Suite("Access token claims, RFC 9068 §2.2")
struct AccessTokenClaimsTests {
    private func read(_ payload: JSONObject) throws -> AccessTokenClaims {
        try AccessTokenClaims(reading: ClaimReader(payload: JSONWriter.bytes(payload)))
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.accessTokenClaims()
        #expect(try read(JSONReader.readObject(JSONWriter.bytes(claims.payload))) == claims)
    }

    @Test func `the payload, literally`() throws {
        let claims = try TestIssuer().claims {
            $0.authenticatedAt = House.epoch - 5
            $0.sessionID = "s"
            $0.actor = Actor("users-api", actingAfter: Actor("orders-api"))
            $0.transactionID = "t"
            $0.confirmation = .certificate(ofDER: [])
        }
        let expected = #"""
            {"iss":"https://localhost:8440","sub":"user-alice","aud":"https://orders.gatehouse.local",\#
            "client_id":"gatehouse-demo","iat":1800000000,"exp":1800000600,"jti":"token-1",\#
            "scope":"orders:read orders:write","auth_time":1799999995,"sid":"s",\#
            "act":{"sub":"users-api","act":{"sub":"orders-api"}},"txn":"t",\#
            "cnf":{"x5t#S256":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"}}
            """#
        #expect(JSONWriter.text(claims.payload) == expected)
    }

    @Test(arguments: ["iss", "sub", "aud", "client_id", "iat", "exp", "jti"])
    func `each required claim must be there, as what it is`(name: String) throws {
        let payload = try TestIssuer().payload
        #expect(throws: Never.self) { try read(payload) }
        #expect(throws: Refusal.claimMissing) { try read(payload.without(name)) }
        for wrong in [.null, true, [], [:], "", -1, .decimal("0.5")] as [JSONValue] {
            #expect(throws: Refusal.claimMalformed) { try read(payload.with(name, wrong)) }
        }
    }

    @Test(arguments: ["scope", "auth_time", "sid", "act", "txn", "acr", "cnf"])
    func `an optional claim may be missing, not malformed`(name: String) throws {
        let payload = try TestIssuer().claims {
            $0.authenticatedAt = House.epoch
            $0.sessionID = "s"
            $0.actor = Actor("a")
            $0.transactionID = "t"
            $0.authenticationContext = "c"
            $0.confirmation = .certificate(ofDER: [])
        }.payload
        #expect(payload[name] != nil)
        #expect(throws: Never.self) { try read(payload.without(name)) }
        for wrong in [.null, true, [], [:], "", -1, .decimal("0.5")] as [JSONValue] {
            #expect(throws: name == "cnf" ? Refusal.confirmationUnsupported : .claimMalformed) {
                try read(payload.with(name, wrong))
            }
        }
    }

    @Test func `a claim that we do not know is passed over`() throws {
        let issuer = try TestIssuer()
        #expect(try read(issuer.payload.with("roles", ["admin"])) == issuer.claims())
    }
}

@Suite("What a route requires of a good token")
struct RequirementTests {
    private let issuer: TestIssuer

    init() throws { issuer = try TestIssuer() }

    private func verify(
        _ requirement: Requirement<AccessTokenClaims>,
        _ change: @Sendable (inout AccessTokenDraft) -> Void
    ) async throws {
        let token = try issuer.mint(change)
        _ = try await issuer.validator().verify(token, from: .unproven, requiring: [requirement])
    }

    @Test func `a scope that was granted, in full`() async throws {
        let granted: @Sendable (inout AccessTokenDraft) -> Void = { $0.scope = ["orders:read", "orders.count:read"] }
        try await verify(.scope("orders:read"), granted)
        for missing in ["orders:write", "orders", "orders:read orders.count:read", ""] {
            await #expect(throws: Refusal.scopeInsufficient) { try await verify(.scope(missing), granted) }
        }
    }

    @Test func `the current actor, and nobody before it`() async throws {
        let exchanged: @Sendable (inout AccessTokenDraft) -> Void = {
            $0.actor = Actor("users-api", actingAfter: Actor("orders-api"))
        }
        try await verify(.actor("users-api"), exchanged)
        await #expect(throws: Refusal.actorNotAllowed) { try await verify(.actor("orders-api"), exchanged) }
        await #expect(throws: Refusal.actorMissing) { try await verify(.actor("users-api")) { _ in } }
        // Equal to Swift, and not the same service.
        await #expect(throws: Refusal.actorNotAllowed) {
            try await verify(.actor("\u{212A}")) { $0.actor = Actor("K") }
        }
        try await verify(.noActor) { _ in }
        await #expect(throws: Refusal.actorNotAllowed) { try await verify(.noActor, exchanged) }
    }

    @Test func `this subject, byte by byte`() async throws {
        try await verify(.subject("Kim")) { $0.subject = "Kim" }
        await #expect(throws: Refusal.subjectMismatch) { try await verify(.subject("kim")) { $0.subject = "Kim" } }
        await #expect(throws: Refusal.subjectMismatch) {
            try await verify(.subject("\u{212A}im")) { $0.subject = "Kim" }
        }
    }

    @Test func `a sign-in strong and recent enough, RFC 9470 §3`() async throws {
        let now = House.epoch
        let strong = Requirement<AccessTokenClaims>.authentication(contexts: ["urn:phr"], ageSecondsMax: 300)
        func signIn(_ context: String?, _ age: Int64?) -> @Sendable (inout AccessTokenDraft) -> Void {
            {
                $0.authenticationContext = context
                $0.authenticatedAt = age.map { now - $0 }
            }
        }
        try await verify(strong, signIn("urn:phr", 300 + Bounds.clockSkewSeconds))
        for (context, age, refusal) in [
            ("urn:phr", 301 + Bounds.clockSkewSeconds, .authenticationTooOld), ("urn:phr", nil, .authenticationTooOld),
            ("urn:pwd", 0, .authenticationTooWeak), (nil, 0, .authenticationTooWeak),
        ] as [(String?, Int64?, Refusal)] {
            await #expect(throws: refusal) { try await verify(strong, signIn(context, age)) }
        }
        try await verify(.authentication(), signIn(nil, nil))
    }

    @Test func `what the route asks stands in the explanation, after what every token is asked`() async throws {
        let outcomes = try await issuer.validator().explain(
            issuer.mint(),
            from: .unproven,
            requiring: [.noActor, .scope("admin")]
        )
        #expect(outcomes.map(\.check) == Check.ofEveryToken + [.actor, .scope])
        #expect(outcomes.compactMap(\.refusal) == [.scopeInsufficient])
    }
}
