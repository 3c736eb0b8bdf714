import Benchmark
import Crypto
import JWTKit
import Tokens

/// One algorithm, and how others work with the same key.
struct Scheme: Sendable {
    let algorithm: Algorithm
    let others: @Sendable (_ key: SigningKey, _ signingInput: [UInt8]) async throws -> Others

    static let all = [es256, ed25519]

    static let es256 = Scheme(algorithm: .es256) { key, signingInput in
        let privateKey = try P256.Signing.PrivateKey(derRepresentation: key.exposePrivateKeyDER())
        let publicKey = privateKey.publicKey
        let signature = try privateKey.signature(for: signingInput)
        let keyID = JWKIdentifier(string: key.keyID)
        return Others(
            sign: { blackHole(try privateKey.signature(for: signingInput)) },
            verify: { blackHole(publicKey.isValidSignature(signature, for: signingInput)) },
            jwtKitSigning: await JWTKeyCollection().add(ecdsa: try ES256PrivateKey(backing: privateKey), kid: keyID),
            jwtKitVerifying: await JWTKeyCollection().add(ecdsa: try ES256PublicKey(backing: publicKey), kid: keyID)
        )
    }

    static let ed25519 = Scheme(algorithm: .ed25519) { key, signingInput in
        // PKCS #8 of such a key ends with the seed (RFC 8410 §7).
        let seed = try key.exposePrivateKeyDER().suffix(32)
        let privateKey = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        let publicKey = privateKey.publicKey
        let signature = try privateKey.signature(for: signingInput)
        let keyID = JWKIdentifier(string: key.keyID)
        let (x, d) = (Base64URL.encode(publicKey.rawRepresentation), Base64URL.encode(seed))
        return Others(
            sign: { blackHole(try privateKey.signature(for: signingInput)) },
            verify: { blackHole(publicKey.isValidSignature(signature, for: signingInput)) },
            jwtKitSigning: await JWTKeyCollection()
                .add(eddsa: try EdDSA.PrivateKey(d: d, curve: .ed25519), kid: keyID),
            jwtKitVerifying: await JWTKeyCollection()
                .add(eddsa: try EdDSA.PublicKey(x: x, curve: .ed25519), kid: keyID)
        )
    }
}

/// The cryptography without a library around it, and jwt-kit; keys imported once and for all.
struct Others: Sendable {
    let sign: @Sendable () throws -> Void
    let verify: @Sendable () throws -> Void
    let jwtKitSigning: JWTKeyCollection
    let jwtKitVerifying: JWTKeyCollection
}
