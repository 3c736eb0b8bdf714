import Tokens

/// What a token says, in the words of the house; never the token itself.
struct TokenCard: Sendable {
    let rows: [(label: String, value: String)]

    /// - Parameter now: the stack's time, for the seconds that are left.
    init(_ token: Credential, now: NumericDate) throws {
        let payload = try UnverifiedToken.decodeWithoutVerifying(token).payload
        var rows = [("token", "[\(token.fingerprint)]")]
        for (label, claim) in [
            ("issuer", "iss"), ("subject", "sub"), ("audience", "aud"), ("client", "client_id"), ("scopes", "scope"),
        ] {
            rows.append((label, payload[claim]?.string ?? "–"))
        }
        rows.append(("actors", Self.actors(payload["act"])))
        let expiry = payload["exp"]?.integer.map { NumericDate($0).seconds(since: now) }
        rows.append(("seconds left", expiry.map(String.init) ?? "–"))
        if payload["cnf"] != nil { rows.append(("bound to", "the sender's certificate")) }
        self.rows = rows
    }

    /// From the current actor to the first: `users-api, for orders-api`.
    private static func actors(_ value: JSONValue?) -> String {
        var names: [String] = []
        var level = value?.object
        while let actor = level, names.count <= Bounds.actorDepthMax {
            names.append(actor["sub"]?.string ?? "?")
            level = actor["act"]?.object
        }
        return names.isEmpty ? "nobody" : names.joined(separator: ", after ")
    }
}
