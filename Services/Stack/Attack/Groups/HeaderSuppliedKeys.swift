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
                "any token at all: it carries the key under which it is good",
                "the forger's public key",
                .object(Forgery.forgerJWK)
            ),
            .steering(
                "jku",
                "any token at all, and a request from inside the house to anywhere",
                "https://evil.example/jwks.json",
                "https://evil.example/jwks.json"
            ),
            .steering(
                "x5u",
                "any token at all, under a certificate that the verifier fetches",
                "https://evil.example/chain.pem",
                "https://evil.example/chain.pem"
            ),
            .steering(
                "x5c",
                "any token at all, where the chain is read and nobody asks who signed it",
                "the forger's public key, as if it were certified",
                [.string(Base64URL.encode(Array(Forgery.forger.publicKey.derRepresentation)))]
            ),
            .steering(
                "crit",
                "a token that means something else by an extension that the verifier passes over",
                "[\"scope-of-root\"]",
                ["scope-of-root"]
            ),
            .steering("b64", "claims that are signed in one form and read in another", "false", false),
            .steering("zip", "the verifier's memory, for a few bytes that unpack to gigabytes", "DEF", "DEF"),
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
            refused: .headerParameterForbidden,
            alsoAsAssertion: true
        ) { try $0.header(parameter, value).signed() }
    }
}
