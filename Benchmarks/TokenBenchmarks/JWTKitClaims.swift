import Foundation
import JWTKit
import Tokens

/// The same twelve claims as a user of jwt-kit writes them, with as many of the checks as jwt-kit leaves to its user.
struct JWTKitClaims: JWTPayload {
    struct Actor: Codable, Sendable { let sub: String }

    let iss: IssuerClaim
    let sub: SubjectClaim
    let aud: AudienceClaim
    let client_id: String
    let iat: IssuedAtClaim
    let exp: ExpirationClaim
    let jti: IDClaim
    let scope: String
    let auth_time: Int64
    let sid: String
    let txn: String
    let act: Actor

    init(_ claims: AccessTokenClaims) {
        func date(_ date: NumericDate) -> Date { Date(timeIntervalSince1970: Double(date.secondsSinceEpoch)) }
        iss = IssuerClaim(value: claims.issuer)
        sub = SubjectClaim(value: claims.subject)
        aud = AudienceClaim(value: claims.audience)
        client_id = claims.clientID
        iat = IssuedAtClaim(value: date(claims.issuedAt))
        exp = ExpirationClaim(value: date(claims.expiresAt))
        jti = IDClaim(value: claims.tokenID)
        scope = claims.scope.text
        auth_time = claims.authenticatedAt?.secondsSinceEpoch ?? 0
        sid = claims.sessionID ?? ""
        txn = claims.transactionID ?? ""
        act = Actor(sub: claims.actor?.subject ?? "")
    }

    func verify(using algorithm: some JWTAlgorithm) throws {
        guard iss.value == "https://localhost:8440" else {
            throw JWTError.claimVerificationFailure(failedClaim: iss, reason: "")
        }
        try aud.verifyIntendedAudience(includes: "https://orders.gatehouse.local")
        try exp.verifyNotExpired()
    }
}
