import Crypto
import Tokens

/// Numbers and texts that a careless ECDSA takes for a signature (RFC 7518 §3.4).
enum SignatureValues {
    static let group = AttackGroup(
        "ecdsa-values",
        hope: "the equation of ECDSA also holds for numbers that no key has made, or one signature has several texts",
        [
            .signature(
                "r and s zero",
                "any token at all: with both zero the equation holds for every key (CVE-2022-21449)",
                "64 zero bytes"
            ) { _ in [UInt8](repeating: 0, count: 64) },
            .signature(
                "r zero",
                "any token at all, where only s is held against its range",
                "r: 0, s: the genuine one"
            ) { [UInt8](repeating: 0, count: 32) + $0.suffix(32) },
            .signature(
                "s zero",
                "any token at all, where division by zero gives zero",
                "r: the genuine one, s: 0"
            ) { $0.prefix(32) + [UInt8](repeating: 0, count: 32) },
            .signature(
                "r and s equal to the order of the curve",
                "any token at all: zero to the arithmetic, and not to a check for zero bytes",
                "r: n, s: n"
            ) { _ in P256Order.bytes + P256Order.bytes },
            .signature(
                "the signature in DER form",
                "a second text for one token, which no list of used or revoked texts knows",
                "the genuine r and s as an ASN.1 sequence"
            ) { Array(try P256.Signing.ECDSASignature(rawRepresentation: $0).derRepresentation) },
            .signature(
                "a zero byte in front of r and of s",
                "a second text for one token, as long numbers are padded",
                "66 bytes"
            ) { [0] + $0.prefix(32) + [0] + $0.suffix(32) },
            .signature(
                "a byte too few",
                "a read beyond the end of the signature",
                "the first 63 bytes of the genuine one"
            ) { Array($0.dropLast()) },
            .signature(
                "a signature of another curve",
                "any token at all, where a signature is split in the middle however long it is",
                "96 bytes, signed on P-384"
            ) { _ in Array(try P384.Signing.PrivateKey().signature(for: [0]).rawRepresentation) },
            .text(
                "bits behind the end of the signature",
                "a second text for one token: base64 readers drop the last four bits",
                // 64 bytes end in a letter with four bits left over: A, Q, g or w, and the next one has them set.
                "the genuine token, its last letter exchanged for the next one"
            ) { $0.dropLast() + $0.suffix(1).map { $0 + 1 } },
            .text("padding behind the signature", "a second text for one token, as base64 has it elsewhere", "…==") {
                $0 + Array("==".utf8)
            },
            .twinOfARevokedToken,
            .twinOfAUsedAssertion,
        ]
    )
}

extension Attack {
    /// The genuine header and claims under a signature that is made out of the genuine one.
    fileprivate static func signature(
        _ name: String,
        _ gain: String,
        _ sent: String,
        _ change: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) -> Attack {
        forged(name, gain: gain, sent: sent, refused: .signatureInvalid) { $0.signed(with: try change($0.signature)) }
    }

    /// The genuine token in another text.
    fileprivate static func text(
        _ name: String,
        _ gain: String,
        _ sent: String,
        _ change: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) -> Attack {
        misplaced(name, gain: gain, sent: sent, refused: .tokenMalformed) { door, _ in
            Credential(String(decoding: change(Array(door.genuine.exposed.utf8)), as: UTF8.self))
        }
    }
}
