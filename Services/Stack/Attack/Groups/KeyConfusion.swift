import Crypto
import CryptoExtras
import Tokens

/// Tokens signed with a key that is used as something it is not (RFC 8725 §2.1, §3.1).
enum KeyConfusion {
    static let group = AttackGroup(
        "key-confusion",
        hope: "the token chooses the algorithm, and so what the verifier takes its key for",
        [
            .forged(
                "HS256 under the public key as JWK",
                gain: "any token at all: what was published for checking becomes the secret for signing",
                sent: "alg: HS256, a MAC whose secret is the JWK's text",
                refused: .algorithmNotAccepted
            ) { $0.authenticated(under: JSONWriter.bytes($0.key.jwk)) },
            .forged(
                "HS256 under the public key as PEM",
                gain: "any token at all, where the key is held in the form of its file",
                sent: "alg: HS256, a MAC whose secret is the PEM text",
                refused: .algorithmNotAccepted
            ) { $0.authenticated(under: Array(try $0.publicKey.pemRepresentation.utf8)) },
            .forged(
                "HS256 under an empty secret",
                gain: "any token at all, where a key that is not found is an empty one",
                sent: "alg: HS256, a MAC whose secret has no bytes",
                refused: .algorithmNotAccepted
            ) { $0.authenticated(under: []) },
            .forged(
                "another key under the real key id",
                gain: "any token at all, where the id alone is compared",
                sent: "the genuine header, signed by the forger's own P-256 key",
                refused: .signatureInvalid
            ) { try $0.signed() },
            .forged(
                "RS256 under the id of an EC key",
                gain: "any token at all, where the header says how the key's bytes are read",
                sent: "alg: RS256, the genuine kid, signed by the forger's own RSA key",
                refused: .algorithmNotAccepted
            ) { forgery in
                let forgery = forgery.header("alg", "RS256")
                let input = SHA256.hash(data: Array(forgery.signingInput.utf8))
                let signature = try rsa.get().signature(for: input, padding: .insecurePKCS1v1_5)
                return forgery.signed(with: Array(signature.rawRepresentation))
            },
            .forged(
                "ES384 under the id of a P-256 key",
                gain: "any token at all, where the header says on which curve the key lies",
                sent: "alg: ES384, the genuine kid, signed by the forger's own P-384 key",
                refused: .algorithmNotAccepted
            ) { forgery in
                let forgery = forgery.header("alg", "ES384")
                let signature = try P384.Signing.PrivateKey().signature(for: Array(forgery.signingInput.utf8))
                return forgery.signed(with: Array(signature.rawRepresentation))
            },
            .misplaced(
                "ES256 under the id of the RSA key for ID tokens",
                gain: "access tokens from whoever gets at a key that only signs ID tokens",
                sent: "alg: ES256, the kid of the issuer's RS256 key, signed by the forger",
                refused: .keyMismatch
            ) { door, scene in
                let key = try scene.key(of: .identityProvider, algorithm: "RS256")
                return try scene.forgery(at: door.door).header("kid", .string(key.keyID)).signed()
            },
            .misplaced(
                "the key id of the other issuer",
                gain: "one issuer's word for another's, where all keys lie in one heap",
                sent: "iss: the identity provider, kid: the token exchange's",
                refused: .keyUnknown
            ) { door, scene in
                let key = try scene.key(of: .tokenExchange, algorithm: "ES256")
                return try scene.forgery(at: door.door).header("kid", .string(key.keyID)).signed()
            },
        ]
    )

    private static let rsa = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }
}

extension Forgery {
    fileprivate var publicKey: P256.Signing.PublicKey {
        get throws {
            let point = ["x", "y"].flatMap { key.jwk[$0]?.string.flatMap { Base64URL.decode($0) } ?? [] }
            return try P256.Signing.PublicKey(rawRepresentation: point)
        }
    }
}
