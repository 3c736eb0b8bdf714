import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Algorithm {
    /// ECDSA on P-256 with SHA-256, signature in raw form (RFC 7518 §3.4).
    public static let es256 = Algorithm(
        name: "ES256",
        names: ["ES256"],
        generate: { P256.Signing.PrivateKey() },
        importPrivate: { try P256.Signing.PrivateKey(derRepresentation: $0) },
        importPrivateJWK: { key in
            guard let point = key.point(on: "P-256", coordinateBytes: 32), let scalar = key.bytes("d", count: 32),
                let material = try? P256.Signing.PrivateKey(rawRepresentation: scalar),
                material.publicKey.rawRepresentation.elementsEqual(point)
            else { return nil }
            return material
        },
        importPublic: { try P256.Signing.PublicKey(derRepresentation: $0) },
        importPublicJWK: { key in
            key.point(on: "P-256", coordinateBytes: 32).flatMap { try? P256.Signing.PublicKey(rawRepresentation: $0) }
        }
    )

    /// ECDSA on P-384 with SHA-384, signature in raw form (RFC 7518 §3.4).
    public static let es384 = Algorithm(
        name: "ES384",
        names: ["ES384"],
        generate: { P384.Signing.PrivateKey() },
        importPrivate: { try P384.Signing.PrivateKey(derRepresentation: $0) },
        importPrivateJWK: { key in
            guard let point = key.point(on: "P-384", coordinateBytes: 48), let scalar = key.bytes("d", count: 48),
                let material = try? P384.Signing.PrivateKey(rawRepresentation: scalar),
                material.publicKey.rawRepresentation.elementsEqual(point)
            else { return nil }
            return material
        },
        importPublic: { try P384.Signing.PublicKey(derRepresentation: $0) },
        importPublicJWK: { key in
            key.point(on: "P-384", coordinateBytes: 48).flatMap { try? P384.Signing.PublicKey(rawRepresentation: $0) }
        }
    )
}

extension JSONObject {
    /// Both coordinates, in full length (RFC 7518 §6.2.1); importing them checks that the point is on the curve.
    fileprivate func point(on curve: String, coordinateBytes: Int) -> [UInt8]? {
        guard self["kty"] == "EC", self["crv"] == .string(curve), let x = bytes("x", count: coordinateBytes),
            let y = bytes("y", count: coordinateBytes)
        else { return nil }
        return x + y
    }

    fileprivate static func point(_ point: some Collection<UInt8>, on curve: String) -> JSONObject {
        let (x, y) = (point.prefix(point.count / 2), point.suffix(point.count / 2))
        return [
            "crv": .string(curve), "kty": "EC", "x": .string(Base64URL.encode(x)), "y": .string(Base64URL.encode(y)),
        ]
    }
}

extension P256.Signing.PrivateKey: PrivateKeyMaterial {
    var der: [UInt8] { [UInt8](derRepresentation) }
    var publicMaterial: any PublicKeyMaterial { publicKey }
    func signature(over input: [UInt8]) throws -> [UInt8] {
        [UInt8](try signature(for: SHA256.digest(of: input[...])).rawRepresentation)
    }
}

extension P256.Signing.PublicKey: PublicKeyMaterial {
    var der: [UInt8] { [UInt8](derRepresentation) }
    var jwkMembers: JSONObject { .point(rawRepresentation, on: "P-256") }
    var signatureBytes: Int { 64 }
    func isValid(_ signature: [UInt8], over input: ArraySlice<UInt8>) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
        return isValidSignature(signature, for: SHA256.digest(of: input))
    }
}

extension P384.Signing.PrivateKey: PrivateKeyMaterial {
    var der: [UInt8] { [UInt8](derRepresentation) }
    var publicMaterial: any PublicKeyMaterial { publicKey }
    func signature(over input: [UInt8]) throws -> [UInt8] {
        [UInt8](try signature(for: SHA384.digest(of: input[...])).rawRepresentation)
    }
}

extension P384.Signing.PublicKey: PublicKeyMaterial {
    var der: [UInt8] { [UInt8](derRepresentation) }
    var jwkMembers: JSONObject { .point(rawRepresentation, on: "P-384") }
    var signatureBytes: Int { 96 }
    func isValid(_ signature: [UInt8], over input: ArraySlice<UInt8>) -> Bool {
        guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
        return isValidSignature(signature, for: SHA384.digest(of: input))
    }
}
