import Tokens

/// What the services themselves are allowed at the identity provider.
extension RunningStack {
    /// Asks as `service`, by its certificate, whether a token for that service's audience is alive.
    func introspect(_ token: Credential, as service: StackService) async throws -> Answer {
        try await postForm(
            "\(address(of: .identityProvider))/oauth2/introspect",
            ["token": token.exposed, "client_id": service.name],
            certificate: service.name
        )
    }
}
