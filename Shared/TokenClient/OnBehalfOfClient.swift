public import Tokens

/// Asks another service something on a user's behalf: the user's token is exchanged for one that is good for this hop
/// and for nothing else, then JSON is fetched with it.
///
/// It takes a `VerifiedToken`, not text: what a service has not checked itself it cannot pass on.
///
/// - Source: RFC 8693 §1.1 (delegation), §2.2.2 (refusals of the exchange).
public struct OnBehalfOfClient: Sendable {
    private let service: String
    private let address: String
    private let audience: String
    private let exchange: ExchangeClient
    private let sender: any HTTPSender
    private let clock: any WallClock

    /// - Parameters:
    ///   - service: who is asked, for the log: `users-api`.
    ///   - address: its https URL, without trailing slash.
    ///   - audience: the `aud` of its tokens.
    public init(
        service: String,
        address: String,
        audience: String,
        exchange: ExchangeClient,
        sender: any HTTPSender,
        clock: any WallClock
    ) {
        self.service = service
        self.address = address
        self.audience = audience
        self.exchange = exchange
        self.sender = sender
        self.clock = clock
    }

    /// One exchange, one GET.
    ///
    /// - Parameter path: begins with a slash; what is put into it has been percent-encoded.
    /// - Gives: the JSON object of a 200; nil for a 404: the service does not have it.
    /// - Refuses: `scopeInsufficient` when the caller's token does not imply the hop, `tokenExpired` when it ended
    ///   under way.
    /// - Throws: `DependencyUnavailable` when the service does not answer, is busy or fails; `UnexpectedAnswer` for
    ///   everything else, 401 and 403 included: the caller was right, so it is the two services that disagree.
    public func get(
        _ path: String,
        scope: ScopeSet,
        for caller: VerifiedToken<AccessTokenClaims>,
        trace: TraceContext
    ) async throws -> JSONObject? {
        let token = try await exchangedToken(scope, caller, trace)
        let response = try await sender.send(
            OutboundRequest(
                method: "GET",
                url: address + path,
                headers: [
                    ("authorization", "Bearer \(token.exposed)"), ("accept", "application/json"),
                ] + trace.headers,
                body: nil
            )
        )
        switch response.status {
        case 200:
            guard let document = try? JSONReader.readObject(response.body) else { throw unexpected(200) }
            return document
        case 404: return nil
        case 429, 500...599: throw DependencyUnavailable(service)
        default: throw unexpected(response.status)
        }
    }

    private func exchangedToken(
        _ scope: ScopeSet,
        _ caller: VerifiedToken<AccessTokenClaims>,
        _ trace: TraceContext
    ) async throws -> Credential {
        do {
            return try await exchange.exchange(
                caller.credential,
                audience: audience,
                scope: scope,
                trace: trace
            ).accessToken
        } catch let refusal as ExchangeRefused {
            switch refusal.error {
            case "invalid_scope", "invalid_target": throw Refusal.scopeInsufficient
            // The token itself does not do. At the end of its life, the clocks' tolerance let it in here and not there:
            // a client that hears 401 refreshes and succeeds, one that hears 403 gives up.
            case "invalid_request": throw isEnding(caller) ? Refusal.tokenExpired : Refusal.scopeInsufficient
            default: throw refusal
            }
        }
    }

    private func isEnding(_ caller: VerifiedToken<AccessTokenClaims>) -> Bool {
        clock.now() + Bounds.clockSkewSeconds >= caller.claims.expiresAt
    }

    /// The fault to throw when the service has answered, but not what the two of us agreed on.
    public func unexpected(_ status: Int = 200) -> UnexpectedAnswer {
        UnexpectedAnswer(service: service, status: status)
    }
}

/// A service of the house answered what it never should: a fault (500), to be found in the log.
public struct UnexpectedAnswer: Error, Sendable, Equatable, CustomStringConvertible {
    public let service: String
    public let status: Int

    public var description: String { "\(service) answered \(status) in a form or for a reason that it should not" }
}
