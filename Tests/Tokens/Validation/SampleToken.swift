import TestKit
import Testing

@testable import Tokens

/// A good token of some kind, and whoever is there to check it.
struct SampleToken: Sendable {
    let token: Credential
    let verify: @Sendable (Credential) async throws -> Void

    init(_ kind: TokenKind, signedBy key: SigningKey) throws {
        let issuer = TestIssuer(key: key)
        let (now, id) = (House.epoch, "id-1")
        switch kind {
        case .accessToken:
            try self.init(issuer.claims { $0.actor = Actor("orders-api") }, of: issuer)
        case .auditHead:
            let claims = AuditHeadClaims(
                service: issuer.issuer,
                issuedAt: now,
                firstSequence: 1,
                lastSequence: 12,
                hash: String(repeating: "A", count: 43),
                isClosed: false
            )
            try self.init(claims, of: issuer)
        case .clientAssertion:
            let client = TestIssuer("reports", key: key)
            let claims = ClientAssertionClaims(
                clientID: "reports",
                audience: House.issuer,
                issuedAt: now,
                expiresAt: now + 60,
                tokenID: id
            )
            try self.init(claims, of: client)
        case .dpopProof:
            try self.init(proofOf: key)
        case .idToken:
            let claims = IDTokenClaims(
                issuer: issuer.issuer,
                subject: "user-alice",
                audience: "client",
                issuedAt: now,
                expiresAt: now + 300,
                nonce: "nonce"
            )
            try self.init(claims, of: issuer)
        case .introspectionResponse:
            let claims = IntrospectionResponseClaims(
                issuer: issuer.issuer,
                audience: House.orders,
                issuedAt: now,
                response: ["active": true, "sub": "user-alice"]
            )
            try self.init(claims, of: issuer)
        case .logoutToken:
            let claims = LogoutTokenClaims(
                issuer: issuer.issuer,
                audience: "client",
                issuedAt: now,
                expiresAt: now + 60,
                tokenID: id,
                target: .subject("user-alice")
            )
            try self.init(claims, of: issuer)
        case .securityEvent:
            let claims = SecurityEventClaims(
                issuer: issuer.issuer,
                audience: House.orders,
                issuedAt: now,
                tokenID: id,
                events: ["https://events.example/signed-out": ["sub": "user-alice"]]
            )
            try self.init(claims, of: issuer)
        }
    }

    /// Checked with a cache, which must not let a changed token pass either.
    private init<Claims: TokenClaims>(_ claims: Claims, of issuer: TestIssuer) throws {
        token = try issuer.mint(claims)
        let validator = TokenValidator<Claims>(
            issuers: [issuer.issuer],
            audience: claims.audience,
            algorithms: Algorithm.all,
            keys: issuer.keys,
            clock: House.clock(),
            revocations: NothingRevoked(),
            cache: VerifiedTokenCache()
        )
        verify = { _ = try await validator.verify($0) }
    }

    private init(proofOf key: SigningKey) throws {
        let url = ProofDraft.url
        token = try DPoPProofMinter(key: key, clock: House.clock()).mint(method: "GET", url: url)
        let validator = DPoPProofValidator(algorithms: Algorithm.all, replays: TestReplays(), clock: House.clock())
        verify = { _ = try validator.check(DPoPRequest(proof: $0, method: "GET", url: url), for: nil) }
    }

    /// Each kind, and each algorithm.
    static let cases: [(TokenKind, Algorithm)] =
        TokenKind.allCases.map { ($0, .es256) } + Algorithm.all.dropFirst().map { (.accessToken, $0) }
        + [(.dpopProof, .ed25519), (.dpopProof, .ps256)]
}
