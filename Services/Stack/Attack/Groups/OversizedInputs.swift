import Tokens

/// Inputs that are larger, deeper or otherwise written than any token of the house (RFC 8725 §2.6, §3.7).
enum OversizedInputs {
    static let group = AttackGroup(
        "oversized-and-deep-inputs",
        hope: "the work that a token makes is decided by whoever sends it, before anybody has asked who that is",
        [
            .bloated("a token of 9 kB", "a service's time and memory, for one header field", .tokenTooLarge) {
                $0.claim("pad", .string(String(repeating: "a", count: 6_500)))
            },
            .bloated(
                "a header of 1.2 kB",
                "a service's time, for work before anybody is authenticated",
                .tokenMalformed
            ) {
                $0.header("pad", .string(String(repeating: "a", count: 900)))
            },
            .bloated(
                "200 claims",
                "a service's time, by a search for duplicates that grows with the square",
                .tokenTooLarge
            ) { forgery in
                (0..<200).reduce(forgery) { $0.claim("c\($1)", 1) }
            },
            .bloated("arrays 500 deep", "the whole process, by its reader's stack", .tokenMalformed) {
                $0.payload(
                    beginningWith: "\"deep\":\(String(repeating: "[", count: 500))\(String(repeating: "]", count: 500))"
                )
            },
            .bloated(
                "five actors in a chain",
                "every service's time, by a loop of services that call each other",
                .actorChainTooLong,
                alsoAsAssertion: false
            ) {
                $0.claim(
                    "act",
                    (0..<5).reduce(JSONValue.null) { inner, _ in
                        inner == .null ? ["sub": "orders-api"] : ["sub": "orders-api", "act": inner]
                    }
                )
            },
            .bloated(
                "claims in UTF-16",
                "one set of claims for each of two readers, where one of them guesses encodings",
                .tokenMalformed
            ) {
                $0.payload(text: JSONWriter.text($0.payload).utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
            },
            .bloated(
                "a byte order mark",
                "a second text for one token, which no list of revoked texts knows",
                .tokenMalformed
            ) {
                $0.payload(text: [0xEF, 0xBB, 0xBF] + JSONWriter.bytes($0.payload))
            },
            .bloated(
                "a second document behind the claims",
                "one set of claims for each of two readers",
                .tokenMalformed
            ) {
                $0.payload(text: JSONWriter.bytes($0.payload) + Array(#"{"sub":"root"}"#.utf8))
            },
            Attack(
                name: "a form of a megabyte",
                gain: "the memory of an issuer, by somebody who has not said who they are",
                sent: "grant_type=aaaa…"
            ) { scene in
                var shots: [Shot] = []
                for door in [Door.tokenEndpoint, .exchange] {
                    let url = "\(scene.stack.address(of: door.service))/oauth2/token"
                    let form = String(repeating: "a", count: 1 << 20)
                    let answer = try await scene.stack.postForm(url, ["grant_type": form])
                    shots.append(Shot(door: door, answer: answer, expected: .refused(.bodyTooLarge)))
                }
                return shots
            },
        ]
    )
}

extension Attack {
    fileprivate static func bloated(
        _ name: String,
        _ gain: String,
        _ reason: Refusal,
        alsoAsAssertion: Bool = true,
        _ change: @escaping @Sendable (Forgery) -> Forgery
    ) -> Attack {
        let sent = "the genuine token with \(name)"
        return forged(name, gain: gain, sent: sent, refused: reason, alsoAsAssertion: alsoAsAssertion) {
            try change($0).signed()
        }
    }
}
