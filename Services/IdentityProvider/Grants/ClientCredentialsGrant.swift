import Tokens

/// `grant_type=client_credentials`: a token for a client's own sake, no user involved.
///
/// - Takes: `resource`, one at most; `scope`, within the client's machine scope.
/// - Gives: a service token; bound to the client's certificate where it authenticated by one, else to the key of its proof where
///   one came along. Nothing is written, and there is no refresh token (RFC 6749 §4.4.3).
/// - Refuses: `audienceNotAllowed`, `scopeNotAllowed`, `proofUnexpected`.
/// - Source: RFC 6749 §4.4; RFC 8705 §3 and RFC 9449 §5 for the binding.
struct ClientCredentialsGrant: Grant {
    let issuing: TokenIssuing

    func answer(_ request: TokenRequest) async throws -> TokenAnswer {
        let access = try access(request.client.client, request.form)
        return TokenAnswer(
            access: try issuing.serviceToken(access, for: request.client.client, boundTo: confirmation(request))
        )
    }

    /// A token has one confirmation; a client that offers two would be left with the one that it did not count on.
    private func confirmation(_ request: TokenRequest) throws(Refusal) -> ConfirmationMethod? {
        guard let certificate = request.client.certificate else { return request.key.map { .key($0) } }
        guard request.key == nil else { throw .proofUnexpected }
        return .certificate(certificate)
    }

    /// A service may have an audience and no scope there: the exchange asks only who it is.
    private func access(_ client: Client, _ form: FormParameters) throws(Refusal) -> Access {
        let resources = try client.requireResources(form.all("resource"))
        guard let resource = resources.first, form.all("resource").count <= 1 else { throw .audienceNotAllowed }
        let mayHave = issuing.registry.allowed(client.machineScope, at: resource, roles: [])
        guard let requested = try form.scope() else { return Access(resource: resource, scope: mayHave) }
        guard requested.isSubset(of: mayHave) else { throw .scopeNotAllowed }
        return Access(resource: resource, scope: requested)
    }
}
