import Tokens

/// Tokens without a signature of their own (RFC 8725 §2.1).
enum SignatureStripping {
    static let group = AttackGroup(
        "signature-stripping",
        hope: "the verifier believes a token that says it needs no signature",
        [
            .forged(
                "alg none",
                gain: "anybody's identity, without any key",
                sent: "alg: none, an empty signature, the claims of the genuine token",
                refused: .algorithmNotAccepted
            ) { $0.header("alg", "none").unsigned },
            .forged(
                "alg nOnE",
                gain: "anybody's identity, where forbidden names are compared letter by letter",
                sent: "alg: nOnE, an empty signature",
                refused: .algorithmNotAccepted
            ) { $0.header("alg", "nOnE").unsigned },
            .forged(
                "alg none beside the old signature",
                gain: "anybody's identity, where only an empty signature is suspicious",
                sent: "alg: none, the genuine signature left where it was",
                refused: .algorithmNotAccepted
            ) { $0.header("alg", "none").underTheOldSignature },
            .forged(
                "no alg at all",
                gain: "anybody's identity, where the default algorithm is none",
                sent: "a header without alg",
                refused: .tokenMalformed
            ) { $0.header("alg", nil).underTheOldSignature },
            .forged(
                "the signature cut off",
                gain: "any claims, where an empty signature counts as nothing to check",
                sent: "the genuine header and claims, and nothing behind the second dot",
                refused: .signatureInvalid
            ) { $0.unsigned },
            .forged(
                "the third part cut off",
                gain: "any claims, where the number of parts says whether there is something to check",
                sent: "header.claims",
                refused: .tokenMalformed
            ) { Credential($0.signingInput) },
            .forged(
                "claims changed under the old signature",
                gain: "an administrator's scope on one's own token",
                sent: "scope: … orders:admin, the genuine signature",
                refused: .signatureInvalid
            ) { $0.claim("scope", "orders:read orders:write orders:admin").underTheOldSignature },
            .forged(
                "JSON serialization with no signatures",
                gain: "any claims, where every signature of an empty list is good",
                sent: "{\"payload\":…,\"signatures\":[]}",
                refused: .tokenMalformed,
                but: [.introspection: .refreshTokenUnknown]
            ) { forgery in
                let claims = Base64URL.encode(JSONWriter.bytes(forgery.payload))
                return Credential(JSONWriter.text(["payload": .string(claims), "signatures": []]))
            },
        ]
    )
}
