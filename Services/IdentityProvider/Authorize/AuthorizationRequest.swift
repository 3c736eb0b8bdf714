import Tokens

/// An authorization request that has passed every check (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
struct AuthorizationRequest: Sendable {
    /// What the client asks of the sign-in (`prompt`).
    enum Prompt: String, CaseIterable {
        case consent, login
        /// Answer without showing anything, or fail.
        case nothing = "none"
    }

    let destination: RedirectDestination
    // Filled in by `AuthorizationCheck.table`, row by row; nobody sees the request before the last row has passed.
    var scope: ScopeSet = []
    var resources: [String] = []
    var codeChallenge = ""
    var nonce: String?
    /// `dpop_jkt`: with which the code will be redeemed.
    var key: KeyThumbprint?
    var prompt: Set<Prompt> = []
    var maxAgeSeconds: Int64?

    /// - Takes: the whole query, behind the destination that was read from it.
    /// - Refuses: what the rows of `AuthorizationCheck.table` refuse, in their order.
    init(reading parameters: FormParameters, to destination: RedirectDestination) throws(Refusal) {
        self.destination = destination
        for row in AuthorizationCheck.table { try row.check(parameters, &self) }
    }

    var client: Client { destination.client }

    /// Whether somebody who typed the password at `authenticatedAt` has to type it again.
    func requiresSignIn(since authenticatedAt: NumericDate, now: NumericDate) -> Bool {
        prompt.contains(.login) || maxAgeSeconds.map { now.seconds(since: authenticatedAt) > $0 } ?? false
    }
}

/// The way back, once the user has done what was asked.
extension AuthorizationRequest {
    /// The same request after a new sign-in, which is what `prompt=login` and `max_age` wanted.
    var afterSignIn: AuthorizationRequest {
        var request = self
        request.prompt.remove(.login)
        request.maxAgeSeconds = nil
        return request
    }

    /// The same request after the user has said yes.
    var afterConsent: AuthorizationRequest {
        var request = self
        request.prompt.remove(.consent)
        return request
    }

    /// The request as a query, written anew: only what was read and checked gets into a link of ours.
    var query: String {
        var pairs: [(String, String)] = [
            ("client_id", client.id), ("redirect_uri", destination.redirectURI), ("response_type", "code"),
            ("code_challenge", codeChallenge), ("code_challenge_method", "S256"), ("scope", scope.text),
        ]
        pairs += resources.map { ("resource", $0) }
        if let state = destination.state { pairs.append(("state", state)) }
        if let nonce { pairs.append(("nonce", nonce)) }
        if let key { pairs.append(("dpop_jkt", key.text)) }
        if !prompt.isEmpty { pairs.append(("prompt", prompt.map(\.rawValue).sorted().joined(separator: " "))) }
        if let maxAgeSeconds { pairs.append(("max_age", String(maxAgeSeconds))) }
        return FormParameters.encode(pairs)
    }
}
