import Crypto
import CryptoExtras
import JWTKit
import TestKit
import Testing
import Tokens

/// Somebody else's library as an oracle: where both are strict, both must agree.
@Suite("Side by side with jwt-kit")
struct JWTKitDifferentialTests {
    @Test(arguments: [Algorithm.es256, .rs256], 0..<15 as Range<UInt64>)
    func `what jwt-kit signs we accept`(algorithm: Algorithm, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let issuer = try TestIssuer(algorithm: .es256)
        let payload = random.oraclePayload()
        let (oracle, key) = try await oracle(algorithm)
        let token = try await oracle.sign(
            payload,
            kid: JWKIdentifier(string: key.keyID),
            header: ["typ": "at+jwt", "kid": .string(key.keyID)]
        )
        let validator = issuer.validator(keys: FixedKeys(KeySet([key]), issuer: issuer.issuer))
        let claims = try await validator.verify(Credential(token)).claims
        #expect(OraclePayload(claims) == payload)
    }

    @Test(arguments: [Algorithm.es256, .rs256], 0..<15 as Range<UInt64>)
    func `what we mint jwt-kit accepts`(algorithm: Algorithm, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let issuer = try TestIssuer(algorithm: algorithm)
        let keys = JWTKeyCollection()
        try await keys.add(jwksJSON: JSONWriter.text(issuer.keySet.document))
        let expected = random.oraclePayload()
        let claims = issuer.claims {
            $0.subject = expected.sub
            $0.clientID = expected.client_id
            $0.tokenID = expected.jti
            $0.scope = ScopeSet(reading: expected.scope ?? "") ?? []
            $0.lifetimeSeconds = expected.exp - expected.iat
        }
        let payload = try await keys.verify(issuer.mint(claims).exposed, as: OraclePayload.self)
        #expect(payload == OraclePayload(claims))
    }

    /// jwt-kit with a new key, and the key's public half as we read it.
    private func oracle(_ algorithm: Algorithm) async throws -> (JWTKeyCollection, VerificationKey) {
        let signing = try SigningKey.generate(algorithm)
        let keys = JWTKeyCollection()
        let kid = JWKIdentifier(string: signing.keyID)
        let der = try signing.exposePrivateKeyDER()
        if algorithm == .rs256 {
            let pem = try _RSA.Signing.PrivateKey(derRepresentation: der).pemRepresentation
            await keys.add(rsa: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: .sha256, kid: kid)
        } else {
            let pem = try P256.Signing.PrivateKey(derRepresentation: der).pemRepresentation
            await keys.add(ecdsa: try ES256PrivateKey(pem: pem), kid: kid)
        }
        return (keys, signing.verificationKey)
    }
}

/// An access token as jwt-kit writes and reads it; times as whole seconds.
private struct OraclePayload: JWTPayload, Equatable {
    var iss = House.issuer
    var sub: String
    var aud = House.orders
    var client_id: String
    var iat = House.epoch.secondsSinceEpoch
    var exp: Int64
    var jti: String
    var scope: String?

    func verify(using algorithm: some JWTAlgorithm) throws {}
}

extension OraclePayload {
    init(_ claims: AccessTokenClaims) {
        self.init(
            iss: claims.issuer,
            sub: claims.subject,
            aud: claims.audience,
            client_id: claims.clientID,
            iat: claims.issuedAt.secondsSinceEpoch,
            exp: claims.expiresAt.secondsSinceEpoch,
            jti: claims.tokenID,
            scope: claims.scope.isEmpty ? nil : claims.scope.text
        )
    }
}

extension SeededGenerator {
    fileprivate mutating func oraclePayload() -> OraclePayload {
        OraclePayload(
            sub: text(),
            client_id: text(),
            exp: House.epoch.secondsSinceEpoch + .random(in: 1...600, using: &self),
            jti: text(),
            scope: perhaps(["orders:read", "openid"].sorted().joined(separator: " "))
        )
    }
}
