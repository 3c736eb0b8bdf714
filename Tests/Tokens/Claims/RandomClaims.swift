import TestKit
import Tokens

/// Claims of every kind, no two alike. Times are whole seconds around the house's hour.
extension SeededGenerator {
    mutating func date() -> NumericDate { NumericDate(.random(in: 0...253_402_300_799, using: &self)) }

    mutating func scope() -> ScopeSet {
        ScopeSet(
            (0..<Int.random(in: 0..<5, using: &self)).map { _ in
                pick(["openid", "orders:read", "a.b:c", "!", "~", "[]"])
            }
        )
    }

    mutating func actor() -> Actor {
        (0..<Int.random(in: 1...Bounds.actorDepthMax, using: &self))
            .reduce(nil as Actor?) { previous, _ in Actor(text(), actingAfter: previous) } ?? Actor(text())
    }

    mutating func accessTokenClaims() -> AccessTokenClaims {
        AccessTokenClaims(
            issuer: text(),
            subject: text(),
            audience: text(),
            clientID: text(),
            issuedAt: date(),
            expiresAt: date(),
            tokenID: text(),
            scope: scope(),
            authenticatedAt: perhaps(date()),
            sessionID: perhaps(text()),
            actor: perhaps(actor()),
            transactionID: perhaps(text()),
            authenticationContext: perhaps(text()),
            authenticationMethods: pick([[], ["pwd"], ["pwd", "otp"]]),
            confirmation: perhaps(confirmation()),
            sources: pick([[], [TokenSource(of: AccessTokenDraft(issuer: text()).claims, keyID: text())]])
        )
    }

    mutating func confirmation() -> ConfirmationMethod {
        let thumbprint = CertificateThumbprint(ofDER: bytes(countMax: 9))
        guard Bool.random(using: &self), let key = KeyThumbprint(reading: thumbprint.text) else {
            return .certificate(thumbprint)
        }
        return .key(key)
    }

    mutating func idTokenClaims() -> IDTokenClaims {
        IDTokenClaims(
            issuer: text(),
            subject: text(),
            audience: text(),
            issuedAt: date(),
            expiresAt: date(),
            authenticatedAt: perhaps(date()),
            nonce: perhaps(text()),
            sessionID: perhaps(text())
        )
    }

    mutating func auditHeadClaims() -> AuditHeadClaims {
        let first = Int64.random(in: 1...1_000, using: &self)
        return AuditHeadClaims(
            service: text(),
            audience: text(),
            issuedAt: date(),
            firstSequence: first,
            lastSequence: first - 1 + Int64.random(in: 0...1_000, using: &self),
            hash: CertificateThumbprint(ofDER: bytes(countMax: 9)).text,
            isClosed: .random(using: &self)
        )
    }

    mutating func clientAssertionClaims() -> ClientAssertionClaims {
        ClientAssertionClaims(clientID: text(), audience: text(), issuedAt: date(), expiresAt: date(), tokenID: text())
    }

    mutating func introspectionResponseClaims() -> IntrospectionResponseClaims {
        IntrospectionResponseClaims(
            issuer: text(),
            audience: text(),
            issuedAt: date(),
            response: ["active": .bool(.random(using: &self)), "sub": .string(text()), "exp": 1_800_000_000]
        )
    }

    mutating func logoutTokenClaims() -> LogoutTokenClaims {
        LogoutTokenClaims(
            issuer: text(),
            audience: text(),
            issuedAt: date(),
            expiresAt: date(),
            tokenID: text(),
            target: pick([
                .subject(text()), .session(text(), ofSubject: nil), .session(text(), ofSubject: text()),
            ])
        )
    }

    mutating func securityEventClaims() -> SecurityEventClaims {
        SecurityEventClaims(
            issuer: text(),
            audience: text(),
            issuedAt: date(),
            tokenID: text(),
            transactionID: perhaps(text()),
            happenedAt: perhaps(date()),
            subjectID: perhaps(["format": .string(text())]),
            events: [text(): ["sub": .string(text())], "https://events.example/second": [:]]
        )
    }

    mutating func dpopProofClaims() -> DPoPProofClaims {
        DPoPProofClaims(
            proofID: text(),
            method: text(),
            url: text(),
            issuedAt: date(),
            accessToken: perhaps(Credential(text()))
        )
    }
}
