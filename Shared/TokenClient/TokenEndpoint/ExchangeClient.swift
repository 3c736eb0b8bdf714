public import Tokens

/// Swaps the token a request came with for one that is good for the next hop only, on the same user's behalf.
///
/// - Takes: the caller's token, the audience of the hop, the scopes it needs.
/// - Gives: an access token for that audience; its scope may be narrower than asked.
/// - Refuses: `ExchangeRefused` with the exchange's error code; `DependencyUnavailable` when there is no verdict.
/// - Source: RFC 8693 §2.1, §2.2.1.
public struct ExchangeClient: Sendable {
    private let endpoint: TokenEndpoint
    private let actorTokens: ServiceTokenSource

    /// - Parameters:
    ///   - tokenEndpoint: https URL of the exchange.
    ///   - actorTokens: this service's own tokens, for the exchange as their audience.
    ///   - sender: with the client certificate that those tokens are bound to.
    public init(tokenEndpoint: String, actorTokens: ServiceTokenSource, sender: any HTTPSender) {
        endpoint = TokenEndpoint(url: tokenEndpoint, sender: sender)
        self.actorTokens = actorTokens
    }

    /// - Parameter trace: of the request this hop belongs to; the new token carries its id as `txn`.
    public func exchange(
        _ subjectToken: Credential,
        audience: String,
        scope: ScopeSet,
        trace: TraceContext
    ) async throws -> TokenResponse {
        func ask(_ actorToken: Credential) async throws -> TokenEndpoint.Answer {
            try await endpoint.ask(
                [
                    "grant_type": GrantType.tokenExchange.rawValue,
                    "subject_token": subjectToken.exposed,
                    "subject_token_type": TokenTypeIdentifier.accessToken,
                    "actor_token": actorToken.exposed,
                    "actor_token_type": TokenTypeIdentifier.accessToken,
                    "audience": audience,
                ],
                scope: scope,
                headers: trace.headers
            )
        }
        let actorToken = try await actorTokens.token()
        var answer = try await ask(actorToken)
        // One of the two tokens does not do. Ours may have died with a revoked key, and the user is not to hear of that.
        if case .refused("invalid_request") = answer, let another = try await actorTokens.replacement(for: actorToken) {
            answer = try await ask(another)
        }
        switch answer {
        case .granted(let response):
            // RFC 8693 §2.2.1: the issuer says what it gave; anything but an access token is no good for a hop.
            guard response.issuedTokenType == TokenTypeIdentifier.accessToken else {
                throw DependencyUnavailable("token exchange \(endpoint.url)")
            }
            return response
        case .refused(let error): throw ExchangeRefused(error: error)
        }
    }
}

/// The exchange said no.
public struct ExchangeRefused: Error, Sendable, Equatable, CustomStringConvertible {
    /// The OAuth error code (RFC 6749 §5.2; `invalid_target`, RFC 8693 §2.2.2).
    public let error: String

    public init(error: String) { self.error = error }

    public var description: String { "the token exchange refused: \(error)" }
}
