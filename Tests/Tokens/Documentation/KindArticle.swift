import TestKit
import Testing
import Tokens

/// The article about one kind of token, and a token of that kind with every claim in it.
struct KindArticle: Sendable, CustomTestStringConvertible {
    let page: String
    /// The claims, `nbf` included.
    let payload: JSONObject
    /// Every check of a token with these claims.
    let explain: @Sendable (JSONObject) async throws -> [CheckOutcome]

    var testDescription: String { page }

    private init<Claims: TokenClaims>(
        _ page: String,
        _ claims: Claims,
        from sender: Sender = .unproven,
        requiring requirements: [Requirement<Claims>] = []
    ) throws {
        let example = try Example(claims.issuer)
        let validator = example.validator(Claims.self, at: claims.audience)
        let header: JSONObject = [
            "alg": "ES256", "kid": .string(example.key.keyID), "typ": .string(Claims.kind.rawValue),
        ]
        self.page = page
        payload = claims.payload.with("nbf", .integer(House.epoch.secondsSinceEpoch))
        explain = { payload in
            let token = try TestIssuer(key: example.key).forge(header: header, payload: payload)
            return try await validator.explain(token, from: sender, requiring: requirements)
        }
    }

    static func all() throws -> [KindArticle] {
        let (now, issuer, orders) = (House.epoch, "https://id.example.com", "https://orders.example.com")
        let certificate = CertificateThumbprint(ofDER: [0x30, 0])
        let owned = Sender(certificate: certificate)
        let access = access(certificate)
        return [
            try KindArticle("AccessToken.md", access, from: owned),
            try KindArticle(
                "ExchangedToken.md",
                access,
                from: owned,
                requiring: [.actor("orders-api"), .scope("orders:read")]
            ),
            try KindArticle("ServiceToken.md", service(certificate), from: owned, requiring: [.noActor]),
            try KindArticle(
                "IDToken.md",
                IDTokenClaims(
                    issuer: issuer,
                    subject: "user-alice",
                    audience: "web-shop",
                    issuedAt: now,
                    expiresAt: now + 300,
                    authenticatedAt: now,
                    nonce: "nonce-1",
                    sessionID: "session-1"
                )
            ),
            try KindArticle(
                "ClientAssertion.md",
                ClientAssertionClaims(
                    clientID: "reports",
                    audience: issuer,
                    issuedAt: now,
                    expiresAt: now + 60,
                    tokenID: "token-1"
                )
            ),
            try KindArticle(
                "LogoutToken.md",
                LogoutTokenClaims(
                    issuer: issuer,
                    audience: "web-shop",
                    issuedAt: now,
                    expiresAt: now + 60,
                    tokenID: "token-1",
                    target: .session("session-1", ofSubject: "user-alice")
                )
            ),
            try KindArticle(
                "SecurityEvent.md",
                SecurityEventClaims(
                    issuer: issuer,
                    audience: orders,
                    issuedAt: now,
                    tokenID: "token-1",
                    transactionID: "request-1",
                    happenedAt: now,
                    subjectID: ["format": "opaque", "id": "session-1"],
                    events: ["https://events.example.com/session-ended": [:]]
                )
            ),
            try KindArticle(
                "IntrospectionResponse.md",
                IntrospectionResponseClaims(
                    issuer: issuer,
                    audience: orders,
                    issuedAt: now,
                    response: ["active": true]
                )
            ),
            try KindArticle(
                "AuditHead.md",
                AuditHeadClaims(
                    service: "orders-api",
                    issuedAt: now,
                    firstSequence: 1,
                    lastSequence: 42,
                    hash: Base64URL.encode(Array(repeating: 7, count: 32)),
                    isClosed: true
                )
            ),
        ]
    }

    private static func access(_ certificate: CertificateThumbprint) -> AccessTokenClaims {
        AccessTokenClaims(
            issuer: "https://id.example.com",
            subject: "user-alice",
            audience: "https://orders.example.com",
            clientID: "web-shop",
            issuedAt: House.epoch,
            expiresAt: House.epoch + 600,
            tokenID: "token-1",
            scope: ["orders:read"],
            authenticatedAt: House.epoch,
            sessionID: "session-1",
            actor: Actor("orders-api"),
            transactionID: "request-1",
            authenticationContext: "mfa",
            authenticationMethods: ["pwd", "otp"],
            confirmation: .certificate(certificate),
            sources: [TokenSource(of: service(certificate), keyID: "key-1")]
        )
    }

    private static func service(_ certificate: CertificateThumbprint) -> AccessTokenClaims {
        AccessTokenClaims(
            issuer: "https://id.example.com",
            subject: "orders-api",
            audience: "https://exchange.example.com",
            clientID: "orders-api",
            issuedAt: House.epoch,
            expiresAt: House.epoch + 300,
            tokenID: "token-1",
            scope: [],
            confirmation: .certificate(certificate)
        )
    }
}
