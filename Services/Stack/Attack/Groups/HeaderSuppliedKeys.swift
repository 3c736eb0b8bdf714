import Crypto
import Tokens

/// Headers that bring their own key, or their own rules (RFC 8725 §3.10; RFC 7515 §4.1.11).
enum HeaderSuppliedKeys {
    static let group = AttackGroup(
        "header-supplied-keys",
        hope: "the verifier takes the key, or the rules, from the token that it is about to check",
        [
            .steering(
                "jwk",
                "any token: it carries the very key under which its signature is good",
                "the forger's public key",
                .object(Forgery.forgerJWK)
            ),
            .steering(
                "jku",
                "any token, and a request from inside the house to wherever the attacker likes",
                "https://evil.example/jwks.json",
                "https://evil.example/jwks.json"
            ),
            .steering(
                "x5u",
                "the same, with a certificate instead of a key set",
                "https://evil.example/chain.pem",
                "https://evil.example/chain.pem"
            ),
            .steering(
                "x5c",
                "any token, where the chain is read and nobody asks who signed it",
                "the forger's public key, as if it were certified",
                [.string(Base64URL.encode(Array(Forgery.forger.publicKey.derRepresentation)))]
            ),
            .steering(
                "crit",
                "an extension that the verifier does not know, and by which the token means something else",
                "[\"scope-of-root\"]",
                ["scope-of-root"]
            ),
            .steering("b64", "a payload that is signed in one form and read in another (RFC 7797 §8)", "false", false),
            .steering("zip", "a payload of a few bytes that fills the verifier's memory", "DEF", "DEF"),
        ]
    )
}

extension Attack {
    /// One header parameter by which a token would steer its own verification; everything else fits it.
    fileprivate static func steering(_ parameter: String, _ gain: String, _ shown: String, _ value: JSONValue) -> Attack
    {
        forged(
            "\(parameter) in the header",
            gain: gain,
            sent: "\(parameter): \(shown), signed by the forger's own key",
            refused: .headerParameterForbidden
        ) { try $0.header(parameter, value).signed() }
    }
}
