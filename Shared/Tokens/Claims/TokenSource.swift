/// A token that another one was exchanged from, by what it could be revoked by. It opens nothing.
///
/// RFC 8693 leaves no trace of the subject token in the new one. Then who revokes a user's token would have to wait for whatever
/// was made from it; with this trace it dies in the same moment, also two hops further.
public struct TokenSource: Sendable, Hashable {
    /// `iss`.
    public let issuer: String
    /// `jti`.
    public let tokenID: String
    /// `client_id`.
    public let clientID: String
    /// `kid` of the key that verified it.
    public let keyID: String
    /// `iat`.
    public let issuedAt: NumericDate

    /// The trace of a token that was verified by the key `keyID`.
    public init(of claims: AccessTokenClaims, keyID: String) {
        issuer = claims.issuer
        tokenID = claims.tokenID
        clientID = claims.clientID
        self.keyID = keyID
        issuedAt = claims.issuedAt
    }

    init(reading claims: ClaimReader) throws(Refusal) {
        issuer = try claims.string("iss")
        tokenID = try claims.tokenID()
        clientID = try claims.string("client_id")
        keyID = try claims.string("kid")
        issuedAt = try claims.date("iat")
    }

    var json: JSONValue {
        [
            "iss": .string(issuer), "jti": .string(tokenID), "client_id": .string(clientID), "kid": .string(keyID),
            "iat": .integer(issuedAt.secondsSinceEpoch),
        ]
    }
}

extension ClaimReader {
    /// `source_tokens`, of at most `Bounds.actorDepthMax` tokens: each exchange adds an actor and a source.
    ///
    /// - Refuses: `claimMalformed`, `actorChainTooLong`.
    func tokenSources() throws(Refusal) -> [TokenSource] {
        let claims = try objects("source_tokens")
        guard claims.count <= Bounds.actorDepthMax else { throw .actorChainTooLong }
        var sources: [TokenSource] = []
        for claim in claims {
            do { sources.append(try TokenSource(reading: claim)) } catch {
                throw error == .claimMissing ? .claimMalformed : error
            }
        }
        return sources
    }
}
