import Tokens

/// One token-exchange request as a service makes it, every part open to change: the scenarios of refusal change one at a time.
struct ExchangeRequest: Sendable {
    var subjectToken: Credential
    var actorToken: Credential?
    var audience: String? = Audience.users
    var scope: String? = "users.address:read"
    /// Whose certificate is presented; the actor token is bound to one (RFC 8705 §3).
    var certificate: String? = StackService.ordersAPI.name
}

/// What a service does between its caller and the next service, done from outside with that service's certificate. Only whoever can
/// read the data folder can do this.
extension RunningStack {
    /// A service's own token (client_credentials by certificate): the `actor_token` of its exchanges.
    func serviceToken(of service: StackService, resource: String = Audience.exchange) async throws -> Credential {
        let answer = try await serviceTokenRequest(of: service, resource: resource)
        return try readTokens(answer, "the service token of \(service.name)").accessToken
    }

    func serviceTokenRequest(of service: StackService, resource: String) async throws -> Answer {
        try await tokenRequest(
            [
                "grant_type": GrantType.clientCredentials.rawValue, "client_id": service.name, "resource": resource,
            ],
            certificate: service.name
        )
    }

    /// - Parameter parameters: what stands in the form beside the request's own.
    func exchange(
        _ request: ExchangeRequest,
        adding parameters: [(name: String, value: String)] = []
    ) async throws -> Answer {
        try await client.send(request.call(on: self, adding: parameters))
    }
}

extension ExchangeRequest {
    /// The request as it is sent.
    func call(on stack: RunningStack, adding parameters: [(name: String, value: String)] = []) -> Call {
        var pairs: [(name: String, value: String)] = [
            ("grant_type", GrantType.tokenExchange.rawValue),
            ("subject_token", subjectToken.exposed), ("subject_token_type", TokenTypeIdentifier.accessToken),
        ]
        if let actorToken {
            pairs += [("actor_token", actorToken.exposed), ("actor_token_type", TokenTypeIdentifier.accessToken)]
        }
        if let audience { pairs.append(("audience", audience)) }
        if let scope { pairs.append(("scope", scope)) }
        var call = Call(form: pairs + parameters, to: "\(stack.address(of: .tokenExchange))/oauth2/token")
        call.certificate = certificate
        return call
    }
}
