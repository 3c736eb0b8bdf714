import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A curve on which two parties agree on a secret, and how a JWK writes its points, as data (RFC 7518 §6.2, RFC 8037 §2).
public struct AgreementCurve: Sendable, Hashable {
    /// The `crv` value.
    public let name: String
    /// The `kty` value.
    let keyType: String
    /// The members that hold a public key, one behind the other.
    let coordinates: [String]
    /// Bytes of each of them, and of the private member `d`.
    let coordinateBytes: Int
    let privateKey: any AgreementPrivateKey.Type

    /// NIST P-256.
    public static let p256 = AgreementCurve(
        name: "P-256",
        keyType: "EC",
        coordinates: ["x", "y"],
        coordinateBytes: 32,
        privateKey: P256.KeyAgreement.PrivateKey.self
    )

    /// Curve25519 (RFC 8037 §3.2).
    public static let x25519 = AgreementCurve(
        name: "X25519",
        keyType: "OKP",
        coordinates: ["x"],
        coordinateBytes: 32,
        privateKey: Curve25519.KeyAgreement.PrivateKey.self
    )

    /// Two curves are one when their names are.
    public static func == (left: AgreementCurve, right: AgreementCurve) -> Bool { left.name == right.name }
    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The members that RFC 7638 §3.2 hashes, in its order.
    func jwkMembers(of publicKey: [UInt8]) -> JSONObject {
        var members: JSONObject = ["crv": .string(name), "kty": .string(keyType)]
        for (index, coordinate) in coordinates.enumerated() {
            members[coordinate] = .string(
                Base64URL.encode(publicKey.dropFirst(index * coordinateBytes).prefix(coordinateBytes))
            )
        }
        return members
    }

    /// The public key in a JWK; nil for another curve or another length. Whether it is a point at all shows in use.
    func publicKey(in jwk: JSONObject) -> [UInt8]? {
        guard jwk["kty"] == .string(keyType), jwk["crv"] == .string(name) else { return nil }
        var publicKey: [UInt8] = []
        for coordinate in coordinates {
            guard let bytes = jwk[coordinate]?.string.flatMap({ Base64URL.decode($0) }), bytes.count == coordinateBytes
            else { return nil }
            publicKey += bytes
        }
        return publicKey
    }
}

/// The private half of a key pair that agrees on secrets. Keys of swift-crypto are that already, but for `generate`.
protocol AgreementPrivateKey: DiffieHellmanKeyAgreement where PublicKey: AgreementPublicKey {
    static func generate() -> Self
    init<Bytes: ContiguousBytes>(rawRepresentation: Bytes) throws
    var rawRepresentation: Data { get }
}

/// The public half. Its import checks that the point is on the curve.
protocol AgreementPublicKey: Sendable {
    init<Bytes: ContiguousBytes>(rawRepresentation: Bytes) throws
    var rawRepresentation: Data { get }
}

extension P256.KeyAgreement.PublicKey: AgreementPublicKey {}
extension P256.KeyAgreement.PrivateKey: AgreementPrivateKey {
    static func generate() -> Self { Self(compactRepresentable: false) }
}

extension Curve25519.KeyAgreement.PublicKey: AgreementPublicKey {}
extension Curve25519.KeyAgreement.PrivateKey: AgreementPrivateKey {
    static func generate() -> Self { Self() }
}

extension AgreementPrivateKey {
    var publicBytes: [UInt8] { [UInt8](publicKey.rawRepresentation) }

    /// What this key and `publicKey` agree on.
    ///
    /// - Throws: for a point off the curve, which would give this key away bit by bit (RFC 8725 §3.4); and for a secret
    ///   of zeros, which a point of small order makes of every private key, so that it is nobody's secret
    ///   (RFC 7748 §6.1). swift-crypto checks the first and leaves the second to us.
    func secret(with publicKey: [UInt8]) throws -> SharedSecret {
        let secret = try sharedSecretFromKeyAgreement(with: PublicKey(rawRepresentation: publicKey))
        guard secret.withUnsafeBytes({ $0.reduce(0, |) }) != 0 else { throw SecretOfZeros() }
        return secret
    }

    /// A new key pair's public half, and what the pair agrees on with `publicKey`; its private half is gone afterwards.
    static func agree(with publicKey: [UInt8]) throws -> (ephemeralKey: [UInt8], secret: SharedSecret) {
        let ephemeral = generate()
        return (ephemeral.publicBytes, try ephemeral.secret(with: publicKey))
    }
}

/// A public key of small order.
struct SecretOfZeros: Error {}

extension KeyManagementAlgorithm {
    /// The key that two parties derive from what they agreed on: the Concat KDF with SHA-256 (RFC 7518 §4.6.2).
    ///
    /// One round gives 32 bytes, and no key of ours is longer. swift-crypto's X9.63 derivation hashes in another order.
    ///
    /// - Parameters:
    ///   - partyU: who the sender is, `apu`; empty where it does not say.
    ///   - partyV: who the recipient is, `apv`; likewise.
    func derivedKey(from secret: some ContiguousBytes, partyU: [UInt8] = [], partyV: [UInt8] = []) -> SymmetricKey {
        var hash = SHA256()
        hash.update(data: Self.bigEndian(1))
        secret.withUnsafeBytes { hash.update(bufferPointer: $0) }
        for field in [Array(derivedKeyName.utf8), partyU, partyV] {
            // Each behind its length: otherwise two different parties could hash as one.
            hash.update(data: Self.bigEndian(field.count))
            hash.update(data: field)
        }
        hash.update(data: Self.bigEndian(keyBytes * 8))
        return SymmetricKey(data: Array(hash.finalize().prefix(keyBytes)))
    }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).bigEndian) { Array($0) }
    }
}
