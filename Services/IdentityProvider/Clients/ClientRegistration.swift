import Tokens

/// What is wrong with a registration, for the operator who wrote it.
struct RegistrationError: Error, Equatable, CustomStringConvertible {
    let member: String
    let problem: String

    var description: String { "\(member) \(problem)" }
}

/// Reads a client's registration; the same document in the clients file, in the database and at `POST /ops/clients`.
///
/// - Takes: the members of RFC 7591 §2, `tls_client_auth_san_uri` (RFC 8705 §2.1.2), `dpop_bound_access_tokens`
///   (RFC 9449 §5.2), and of ours `machine_scope`, `resources`, `introspects`, `first_party`. The word `issuer` among audiences
///   stands for this provider, whatever its address.
/// - Refuses: an unknown member (a mistyped `redirect_uri` must not pass in silence), and everything that contradicts itself:
///   a public client with client_credentials, a certificate without its URI, a scope that nobody declared.
extension Client {
    init(reading document: JSONObject, registry: ScopeRegistry) throws(RegistrationError) {
        let reader = RegistrationReader(document: document, registry: registry)
        try reader.requireKnownMembers()
        registration = document
        id = try reader.identifier()
        name = try reader.string("client_name") ?? id
        authentication = try reader.choice("token_endpoint_auth_method", .clientSecretBasic)
        grants = try reader.grants()
        redirectURIs = try reader.redirectURIs()
        scope = try reader.scope("scope")
        machineScope = try reader.scope("machine_scope")
        resources = try reader.audiences("resources")
        introspects = try reader.audiences("introspects")
        isFirstParty = try reader.flag("first_party")
        requiresProof = try reader.flag("dpop_bound_access_tokens")
        keySet = try reader.keySet()
        spiffeID = try reader.string("tls_client_auth_san_uri")
        idTokenAlgorithm = try reader.idTokenAlgorithm()
        try requireConsistency(registry)
    }

    private func requireConsistency(_ registry: ScopeRegistry) throws(RegistrationError) {
        func require(_ holds: Bool, _ member: String, _ problem: String) throws(RegistrationError) {
            if !holds { throw RegistrationError(member: member, problem: problem) }
        }
        let isByKey = authentication == .privateKeyJWT
        let isByCertificate = authentication == .tlsClientAuth
        try require(isByKey == (keySet != nil), "jwks", "belongs to private_key_jwt, and to no other method")
        try require(
            isByCertificate == (spiffeID != nil) && spiffeID?.hasPrefix("spiffe://") ?? true,
            "tls_client_auth_san_uri",
            "is a spiffe:// URI, belongs to tls_client_auth, and to no other method"
        )
        try require(
            !requiresProof || !isByCertificate,
            "dpop_bound_access_tokens",
            "contradicts tls_client_auth: a token is bound to a certificate or to a key"
        )
        try require(
            grants.contains(.authorizationCode) == !redirectURIs.isEmpty,
            "redirect_uris",
            "belong to authorization_code, and to no other grant"
        )
        // Whoever knows the id of a public client is that client: it must have no rights of its own.
        try require(
            isConfidential || !grants.contains(.clientCredentials),
            "grant_types",
            "cannot hold client_credentials for a public client"
        )
        try require(isConfidential || introspects.isEmpty, "introspects", "is not for a public client")
        try require(
            machineScope.isEmpty || grants.contains(.clientCredentials),
            "machine_scope",
            "needs the client_credentials grant"
        )
        try require(
            machineScope.values.allSatisfy { registry.scope(named: $0)?.requiredRole == nil },
            "machine_scope",
            "holds a scope that needs a person's role"
        )
        try require(grants.isEmpty || !resources.isEmpty, "resources", "must name an audience for the tokens")
    }
}
