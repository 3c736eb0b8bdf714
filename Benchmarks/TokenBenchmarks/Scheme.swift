import Benchmark
import Crypto
import JWTKit
import Tokens

/// One algorithm, and how others work with the same key.
struct Scheme: Sendable {
    let algorithm: Algorithm
    let others: @Sendable (_ key: SigningKey, _ signingInput: [UInt8]) async throws -> Others

    static let all = [es256]

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
}

/// The cryptography without a library around it, and jwt-kit; keys imported once and for all.
struct Others: Sendable {
    let sign: @Sendable () throws -> Void
    let verify: @Sendable () throws -> Void
    let jwtKitSigning: JWTKeyCollection
    let jwtKitVerifying: JWTKeyCollection
}
