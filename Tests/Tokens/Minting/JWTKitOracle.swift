import Crypto
import JWTKit
import TestKit
import Tokens

/// Somebody else's library with one key of ours.
struct JWTKitOracle {
    let keys = JWTKeyCollection()
    private let keyID: String

    /// With the private key: it signs.
    init(signingWith key: SigningKey) async throws {
        keyID = key.keyID
        let pem = try key.exposePrivateKeyPEM().exposed
        let kid = JWKIdentifier(string: keyID)
        switch key.algorithm {
        case .es256: await keys.add(ecdsa: try ES256PrivateKey(pem: pem), kid: kid)
        case .es384: await keys.add(ecdsa: try ES384PrivateKey(pem: pem), kid: kid)
        case .ed25519: await keys.add(eddsa: try EdDSA.PrivateKey(pem: pem), kid: kid)
        case .ps256: await keys.add(pss: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: .sha256, kid: kid)
        case .rs256: await keys.add(rsa: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: .sha256, kid: kid)
        default:
            let seed = try key.exposePrivateKeyDER().suffix(32)
            await keys.add(mldsa: try MLDSA.PrivateKey<MLDSA65>(seedRepresentation: seed), kid: kid)
        }
    }

    /// With the public key: it verifies.
    init(verifyingWith key: VerificationKey) async throws {
        keyID = key.keyID
        let pem = try key.pem
        let kid = JWKIdentifier(string: keyID)
        switch key.algorithm {
        case .es256: await keys.add(ecdsa: try ES256PublicKey(pem: pem), kid: kid)
        case .es384: await keys.add(ecdsa: try ES384PublicKey(pem: pem), kid: kid)
        case .ed25519: await keys.add(eddsa: try EdDSA.PublicKey(pem: pem), kid: kid)
        case .ps256: await keys.add(pss: try Insecure.RSA.PublicKey(pem: pem), digestAlgorithm: .sha256, kid: kid)
        case .rs256: await keys.add(rsa: try Insecure.RSA.PublicKey(pem: pem), digestAlgorithm: .sha256, kid: kid)
        default:
            let bytes = key.jwk["pub"]?.string.flatMap { Base64URL.decode($0) } ?? []
            await keys.add(mldsa: try MLDSA.PublicKey<MLDSA65>(rawRepresentation: bytes), kid: kid)
        }
    }

    func sign(_ payload: OraclePayload) async throws -> Credential {
        let header: JWTHeader = ["typ": "at+jwt", "kid": .string(keyID)]
        return Credential(try await keys.sign(payload, kid: JWKIdentifier(string: keyID), header: header))
    }

    func verify(_ token: Credential) async throws -> OraclePayload {
        try await keys.verify(token.exposed, as: OraclePayload.self)
    }
}

/// An access token as jwt-kit writes and reads it; times as whole seconds.
struct OraclePayload: JWTPayload, Equatable {
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
    mutating func oraclePayload() -> OraclePayload {
        OraclePayload(
            sub: text(),
            client_id: text(),
            exp: House.epoch.secondsSinceEpoch + .random(in: 1...600, using: &self),
            jti: text(),
            scope: perhaps(["orders:read", "openid"].sorted().joined(separator: " "))
        )
    }
}
