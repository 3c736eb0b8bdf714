import Tokens

/// Members that stand twice (RFC 7515 §4, RFC 7519 §4, RFC 8725 §2.6).
enum DuplicateMembers {
    static let group = AttackGroup(
        "duplicate-members",
        hope: "two readers of one token take different twins of a member, one for checking and one for using",
        [
            .claims("sub twice", "somebody else's account, behind a check of one's own", #""sub":"root""#),
            .claims(
                "aud twice",
                "one audience for the check, the other for whoever reads next",
                #""aud":"https://evil.example""#
            ),
            .claims(
                "iss twice",
                "any token at all: one issuer for the trust, another for the key",
                #""iss":"https://evil.example""#
            ),
            .claims(
                "sub twice, once written with an escape",
                "somebody else's account, past a search for the text sub",
                #""s\u0075b":"root""#
            ),
            .claims(
                "an actor's sub twice",
                "one service for the policy, another for the audit",
                #""act":{"sub":"orders-api","sub":"users-api"}"#
            ),
            .header("alg twice", "any claims: none for the one reader, ES256 for the other", #""alg":"none""#),
            .header("kid twice", "any token at all: one key for the lookup, another for the check", #""kid":"forger""#),
            .exchange(
                "subject_token twice",
                gain: "one token for the check of a proxy, another for the exchange",
                sent: "subject_token=…&subject_token=…",
                refused: .parameterDuplicated,
                adding: [("subject_token", "another")]
            ),
        ]
    )
}

extension Attack {
    fileprivate static func claims(_ name: String, _ gain: String, _ member: String) -> Attack {
        forged(
            name,
            gain: gain,
            sent: "{\(member), … the genuine claims}",
            refused: .duplicateMember,
            alsoAsAssertion: true
        ) {
            try $0.payload(beginningWith: member).signed()
        }
    }

    fileprivate static func header(_ name: String, _ gain: String, _ member: String) -> Attack {
        forged(
            name,
            gain: gain,
            sent: "{\(member), … the genuine header}",
            refused: .duplicateMember,
            alsoAsAssertion: true
        ) {
            try $0.header(beginningWith: member).signed()
        }
    }
}
