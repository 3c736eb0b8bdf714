import Tokens

/// What a `kid` can do to a verifier that looks keys up by it (RFC 8725 §3.10).
enum KeyIdentifiers {
    static let group = AttackGroup(
        "kid-tricks",
        hope: "the key id reaches a file system, a database or a network before it is compared",
        [
            .named(
                "an unknown kid",
                "any token at all, where an unknown id falls back to a default key",
                "no-such-key"
            ),
            .named("an empty kid", "any token at all, where an empty id finds the first key there is", ""),
            .named(
                "a path as kid",
                "any token at all, under a file of known contents: /dev/null is an empty secret",
                "../../../../dev/null"
            ),
            .named(
                "SQL as kid",
                "any token at all, under a key that the query for it brings along",
                "' UNION SELECT 'forged' --"
            ),
            .named(
                "a URL as kid",
                "any token at all, under a key set that the verifier fetches from the attacker",
                "https://evil.example/jwks"
            ),
            .forged(
                "the real kid in other letters",
                gain: "the use of a withdrawn key under a second name",
                sent: "the genuine kid in upper case",
                refused: .keyUnknown
            ) { $0.header("kid", .string($0.keyID.uppercased())).underTheOldSignature },
            .forged(
                "the real kid and a NUL behind it",
                gain: "one key for C code, which stops reading there, and another for the log",
                sent: "kid: the genuine one and a NUL",
                refused: .keyUnknown
            ) { $0.header("kid", .string($0.keyID + "\0")).underTheOldSignature },
            .forged(
                "no kid",
                gain: "any token that fits any key, where one is tried after the other",
                sent: "a header without kid",
                refused: .tokenMalformed
            ) { try $0.header("kid", nil).signed() },
            .forged(
                "a list as kid",
                gain: "one key for the lookup and another for the log",
                sent: "kid: [the genuine one]",
                refused: .tokenMalformed
            ) { try $0.header("kid", .array([.string($0.keyID)])).signed() },
        ]
    )
}

extension Attack {
    /// A kid that is no key's, over the forger's own signature.
    fileprivate static func named(_ name: String, _ gain: String, _ keyID: String) -> Attack {
        let sent = "kid: \"\(keyID)\", signed by the forger's own key"
        return forged(name, gain: gain, sent: sent, refused: .keyUnknown, alsoAsAssertion: true) {
            try $0.header("kid", .string(keyID)).signed()
        }
    }
}

extension Forgery {
    fileprivate var keyID: String { header["kid"]?.string ?? "" }
}
