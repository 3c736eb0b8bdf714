import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Algorithm {
    /// ML-DSA-65 (FIPS 204), which a quantum computer is not known to break: keys of type `AKP` (RFC 9964 §3). A
    /// signature has 3309 bytes; mind the header limits of what stands in between.
    public static let mlDSA65 = Algorithm(
        name: "ML-DSA-65",
        names: ["ML-DSA-65"],
        generate: { try MLDSA65.PrivateKey() },
        importPrivate: { der in
            try MLDSA65.PrivateKey(seedRepresentation: mlDSA65PrivateDER.value(in: der), publicKey: nil)
        },
        importPrivateJWK: { key in
            guard let point = key.mlDSA65Key, let seed = key.bytes("priv", count: 32),
                // The seed must give the key that stands beside it.
                let material = try? MLDSA65.PrivateKey(seedRepresentation: seed, publicKey: nil),
                material.publicKey.rawRepresentation.elementsEqual(point)
            else { return nil }
            return material
        },
        importPublic: { der in try MLDSA65.PublicKey(rawRepresentation: mlDSA65PublicDER.value(in: der)) },
        importPublicJWK: { key in key.mlDSA65Key.flatMap { try? MLDSA65.PublicKey(rawRepresentation: $0) } }
    )
}

/// RFC 9881 §4 and §6 (the private key as its seed): one length, so everything but the key itself is always the same.
private let mlDSA65PublicDER = FixedDER(
    prefix: [
        0x30, 0x82, 7, 0xB2, 0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x12, 3, 0x82, 7, 0xA1, 0,
    ],
    valueBytes: 1952
)
private let mlDSA65PrivateDER = FixedDER(
    prefix: [
        0x30, 0x34, 2, 1, 0, 0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x12, 4, 34, 0x80, 32,
    ],
    valueBytes: 32
)

extension JSONObject {
    /// `pub` of an algorithm key pair: its `alg` is part of the key (RFC 9964 §3).
    fileprivate var mlDSA65Key: [UInt8]? {
        guard self["kty"] == "AKP", self["alg"] == "ML-DSA-65" else { return nil }
        return bytes("pub", count: 1952)
    }
}

extension MLDSA65.PrivateKey: PrivateKeyMaterial {
    var der: [UInt8] { mlDSA65PrivateDER.document(of: seedRepresentation) }
    var publicMaterial: any PublicKeyMaterial { publicKey }
    func signature(over input: [UInt8]) throws -> [UInt8] { [UInt8](try signature(for: input)) }
}

extension MLDSA65.PublicKey: PublicKeyMaterial {
    var der: [UInt8] { mlDSA65PublicDER.document(of: rawRepresentation) }
    var jwkMembers: JSONObject {
        ["alg": "ML-DSA-65", "kty": "AKP", "pub": .string(Base64URL.encode(rawRepresentation))]
    }
    var signatureBytes: Int { 3309 }
    func isValid(_ signature: [UInt8], over input: ArraySlice<UInt8>) -> Bool {
        isValidSignature(signature, for: input)
    }
}
