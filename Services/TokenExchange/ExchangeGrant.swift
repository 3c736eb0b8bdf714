import Audit
import Hummingbird
import Logging
import ServiceKit
import Tokens

/// `grant_type=urn:ietf:params:oauth:grant-type:token-exchange`: one token for one hop, on a user's behalf.
///
/// - Takes: a client certificate, the caller's service token bound to it (`actor_token`), the user's token that the caller was
///   called with (`subject_token`), one `audience`; `scope`, optional, may only narrow.
/// - Gives: an access token of at most 60 s, for that audience, with the caller as its actor. Nothing is stored.
/// - Refuses: `clientUnauthenticated`, `actorTokenNotService`, `grantNotAllowedForClient`, `subjectTokenNotForActor`,
///   `subjectTokenNotOfUser`; what `ExchangeRequest`, `ExchangePolicy` and `TokenValidator` refuse.
/// - Source: RFC 8693 §2.1, §2.2.1, §4.1; certificate-bound tokens, RFC 8705 §3.
struct ExchangeGrant: Sendable {
    let issuer: String
    let policy: ExchangePolicy
    let actorTokens: TokenValidator<AccessTokenClaims>
    /// By the client id of the actor: each may bring only tokens that were meant for itself.
    let subjectTokens: [String: TokenValidator<AccessTokenClaims>]
    let minter: TokenMinter
    let peers: any PeerCertificateSource
    let clock: any WallClock
    let makeID: @Sendable () -> String

    func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        // Nobody holds a token of which the log does not know.
        try context.decision.begin(.tokenExchange)
        var notes = ExchangeNotes()
        defer { context.decision.note(notes.write) }
        // Read.
        let form = try await request.readForm(context)
        notes.form = form
        let wish = try ExchangeRequest(reading: form)
        guard let certificate = try await peers.certificate(of: context)?.thumbprint else {
            throw Refusal.clientUnauthenticated
        }
        // Check.
        let actorToken = try await requireActor(wish.actorToken, certificate)
        notes.actor = actorToken
        let actor = actorToken.claims.clientID
        let subject = try await requireSubject(wish.subjectToken, of: actor, certificate)
        notes.subject = subject
        let now = clock.now()
        let hop = try policy.hop(by: actor, to: wish.audience, asking: wish.scope, for: subject.claims, at: now)
        // Mint, answer.
        let claims = claims(of: hop, for: subject, by: actor, at: now, transactionID: context.transactionID)
        let (token, keyID) = try minter.mintNamingKey(claims)
        notes.issued = AuditToken(.access, claims, keyID: keyID)
        log(claims, context)
        let response = TokenResponse(
            accessToken: token,
            lifetimeSeconds: hop.lifetimeSeconds,
            scope: hop.scope,
            issuedTokenType: TokenTypeIdentifier.accessToken
        )
        return .json(response.exposedDocument)
    }

    /// Who calls: the service whose own token this is, and who holds the certificate that it is bound to.
    private func requireActor(
        _ token: Credential,
        _ certificate: CertificateThumbprint
    ) async throws -> VerifiedToken<AccessTokenClaims> {
        let actor = try await actorTokens.verify(token, from: Sender(certificate: certificate))
        let claims = actor.claims
        // The binding is what authenticates: the validator compares it where it is there, here it must be there. Without it,
        // a service token found in a log would be enough to act as that service.
        guard claims.confirmation != nil,
            // A token of a user, or one that somebody acts with already, says nothing of who is calling.
            claims.subject == claims.clientID, claims.actor == nil, claims.authenticatedAt == nil
        else { throw Refusal.actorTokenNotService }
        return actor
    }

    /// For whom: a user's token that was meant for the actor itself. Somebody else's token, found or forwarded, is no mandate.
    private func requireSubject(
        _ token: Credential,
        of actor: String,
        _ certificate: CertificateThumbprint
    ) async throws -> VerifiedToken<AccessTokenClaims> {
        guard let validator = subjectTokens[actor] else { throw Refusal.grantNotAllowedForClient }
        let subject: VerifiedToken<AccessTokenClaims>
        do {
            subject = try await validator.verify(token, from: .relayWithoutProof(certificate: certificate))
        } catch Refusal.audienceMismatch {
            throw Refusal.subjectTokenNotForActor
        }
        // A service that is its own subject would launder its rights into a user's.
        guard subject.claims.authenticatedAt != nil, subject.claims.subject != subject.claims.clientID else {
            throw Refusal.subjectTokenNotOfUser
        }
        return subject
    }

    private func claims(
        of hop: Hop,
        for token: VerifiedToken<AccessTokenClaims>,
        by actor: String,
        at now: NumericDate,
        transactionID: String
    ) -> AccessTokenClaims {
        let subject = token.claims
        return AccessTokenClaims(
            issuer: issuer,
            subject: subject.subject,
            audience: hop.audience,
            clientID: actor,
            issuedAt: now,
            expiresAt: now + hop.lifetimeSeconds,
            tokenID: makeID(),
            scope: hop.scope,
            authenticatedAt: subject.authenticatedAt,
            sessionID: subject.sessionID,
            actor: hop.actor,
            // The first hop gives the request its name; the later ones keep it.
            transactionID: subject.transactionID ?? transactionID,
            // Whatever revokes the token that came in revokes what is made of it.
            sources: subject.sources + [TokenSource(of: subject, keyID: token.keyID)]
        )
    }

    private func log(_ claims: AccessTokenClaims, _ context: ServiceContext) {
        context.logger.info(
            "exchanged",
            metadata: [
                "actors": "\(claims.actor?.chain.joined(separator: " after ") ?? "")",
                "audience": "\(claims.audience)", "scope": "\(claims.scope)",
                "tokenTxn": "\(claims.transactionID ?? "")",
            ]
        )
    }
}
