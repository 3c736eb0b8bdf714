import Tokens

/// What Orders, who hears both issuers, knows of a token's revocation. Asked before the check, which does not wait.
struct RevocationNews: RevocationCheck {
    /// Nil where it gave no answer.
    let isRevoked: Bool?

    func isRevoked(_ token: RevocableToken) -> Bool { isRevoked ?? false }
    func requireFresh(issuer: String, _ rule: StalenessRule) {}
}

extension RunningStack {
    /// Asks about a token as it says itself, and about those that it was made of.
    func news(of token: UnverifiedToken) async -> RevocationNews {
        var own = token.payload
        own["kid"] = token.header["kid"]
        var isRevoked = false
        for source in [own] + (own["source_tokens"]?.array?.compactMap(\.object) ?? []) {
            var question = JSONObject()
            for (name, claim) in [("issuer", "iss"), ("iat", "iat"), ("jti", "jti"), ("client_id", "client_id")] {
                question[name] = source[claim]
            }
            question["kid"] = source["kid"]
            // The same all along the chain.
            (question["subject"], question["sid"]) = (own["sub"], own["sid"])
            let answer = try? await operate("POST", "revocations/check", on: .ordersAPI, question)
            guard let verdict = answer?.json?["revoked"]?.bool else { return RevocationNews(isRevoked: nil) }
            isRevoked = isRevoked || verdict
        }
        return RevocationNews(isRevoked: isRevoked)
    }
}
