import Audit
import Hummingbird
import ServiceKit
import Tokens

/// A token that this provider has signed, on its way into an answer.
struct Minted<Claims: TokenClaims>: Sendable {
    let token: Credential
    let claims: Claims
    /// `kid` of the key that has signed it.
    let keyID: String
}

/// The tokens of one answer (RFC 6749 §5.1), and what its record says of them.
struct TokenAnswer: Sendable {
    let access: Minted<AccessTokenClaims>
    var refreshToken: Credential?
    var idToken: Minted<IDTokenClaims>?

    var response: TokenResponse {
        TokenResponse(
            accessToken: access.token,
            tokenType: access.claims.tokenType,
            lifetimeSeconds: access.claims.expiresAt.seconds(since: access.claims.issuedAt),
            scope: access.claims.scope,
            refreshToken: refreshToken,
            idToken: idToken?.token
        )
    }
}

extension ServiceContext {
    /// Answers with tokens: nothing is given out here that its record does not name.
    func answer(_ tokens: TokenAnswer) -> Response {
        let claims = tokens.access.claims
        decision.note { record in
            record.subject = claims.subject
            record.clientID = claims.clientID
            record.issued = tokens.noted
            switch claims.confirmation {
            case .certificate(let certificate): record[.certificate] = certificate.text
            case .key(let key): record[.key] = key.text
            case nil: break
            }
        }
        return .json(tokens.response.exposedDocument)
    }
}

extension TokenAnswer {
    fileprivate var noted: [AuditToken] {
        var noted = [AuditToken(.access, access.claims, keyID: access.keyID)]
        if let refreshToken {
            noted.append(
                AuditToken(
                    .refresh,
                    tokenID: refreshToken.fingerprint,
                    subject: access.claims.subject,
                    clientID: access.claims.clientID,
                    sessionID: access.claims.sessionID
                )
            )
        }
        if let idToken {
            noted.append(
                AuditToken(
                    .id,
                    tokenID: idToken.token.fingerprint,
                    issuer: idToken.claims.issuer,
                    subject: idToken.claims.subject,
                    audience: idToken.claims.audience,
                    sessionID: idToken.claims.sessionID,
                    expiresAt: idToken.claims.expiresAt,
                    keyID: idToken.keyID
                )
            )
        }
        return noted
    }
}
