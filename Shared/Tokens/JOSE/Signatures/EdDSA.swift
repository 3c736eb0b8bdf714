import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Algorithm {
    /// EdDSA on Ed25519 (RFC 8037 §3.1), under its full name (RFC 9864 §2.2); the older name `EdDSA` is accepted.
    public static let ed25519 = Algorithm(
        name: "Ed25519",
        names: ["Ed25519", "EdDSA"],
        generate: { Curve25519.Signing.PrivateKey() },
        importPrivate: { der in
            try Curve25519.Signing.PrivateKey(rawRepresentation: ed25519PrivateDER.value(in: der))
        },
        importPrivateJWK: { key in
            guard let point = key.ed25519Point, let seed = key.bytes("d", count: 32),
                let material = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
                material.publicKey.rawRepresentation.elementsEqual(point)
            else { return nil }
            return material
        },
        importPublic: { der in
            try Curve25519.Signing.PublicKey(rawRepresentation: ed25519PublicDER.value(in: der))
        },
        importPublicJWK: { key in
            key.ed25519Point.flatMap { try? Curve25519.Signing.PublicKey(rawRepresentation: $0) }
        }
    )
}

/// RFC 8410 §4 and §7: one length, so everything but the key itself is always the same.
private let ed25519PublicDER = FixedDER(
    prefix: [0x30, 0x2A, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 3, 33, 0],
    valueBytes: 32
)
private let ed25519PrivateDER = FixedDER(
    prefix: [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 34, 4, 32],
    valueBytes: 32
)

extension JSONObject {
    /// `x` of an Ed25519 key (RFC 8037 §2); nil for a text that is no canonical point, or one of small order: under
    /// such a key one signature would be good for many texts.
    fileprivate var ed25519Point: [UInt8]? {
        guard self["kty"] == "OKP", self["crv"] == "Ed25519", let point = bytes("x", count: 32) else { return nil }
        var y = point
        y[31] &= 0x7F
        let isCanonical = y[31] < 0x7F || y[1..<31].contains { $0 < 0xFF } || y[0] < 0xED
        guard isCanonical, !ed25519SmallOrders.contains(y) else { return nil }
        return point
    }
}

/// The y coordinates of the points of order 1, 2, 4 and 8, little-endian.
private let ed25519SmallOrders: [[UInt8]] = [
    [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31),
    [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
    [
        0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5, 0xDF,
        0xAC,
        0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
    ],
    [
        0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A, 0x20,
        0x53,
        0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
    ],
]

extension Curve25519.Signing.PrivateKey: PrivateKeyMaterial {
    var der: [UInt8] { ed25519PrivateDER.document(of: rawRepresentation) }
    var publicMaterial: any PublicKeyMaterial { publicKey }
    func signature(over input: [UInt8]) throws -> [UInt8] { [UInt8](try signature(for: input)) }
}

extension Curve25519.Signing.PublicKey: PublicKeyMaterial {
    var der: [UInt8] { ed25519PublicDER.document(of: rawRepresentation) }
    var jwkMembers: JSONObject {
        ["crv": "Ed25519", "kty": "OKP", "x": .string(Base64URL.encode(rawRepresentation))]
    }
    var signatureBytes: Int { 64 }
    func isValid(_ signature: [UInt8], over input: ArraySlice<UInt8>) -> Bool {
        isValidSignature(signature, for: input)
    }
}
