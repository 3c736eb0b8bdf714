import Tokens

/// A registered client (RFC 7591 §2): who it is, how it proves that, and what it may ever ask for.
struct Client: Sendable {
    let id: String
    /// Shown to people on the consent page.
    let name: String
    /// The one way in which it authenticates; no other is accepted of it.
    let authentication: ClientAuthenticationMethod
    /// Its public keys, of `private_key_jwt` only.
    let keySet: KeySet?
    /// The URI in its certificate, of `tls_client_auth` only.
    let spiffeID: String?
    let grants: Set<GrantType>
    /// Compared as exact text (RFC 9700 §2.1).
    let redirectURIs: [String]
    /// What it may ask for on a user's behalf.
    let scope: ScopeSet
    /// What it may ask for on its own behalf, by client_credentials.
    let machineScope: ScopeSet
    /// The audiences it may ask tokens for; the first is the default.
    let resources: [String]
    /// The audiences whose tokens it may introspect, besides its own tokens: an API names itself here.
    let introspects: [String]
    /// Ours: may use the JSON login, where a user's password passes through the client, and needs no consent.
    let isFirstParty: Bool
    /// Whether all its access tokens are bound to a key (`dpop_bound_access_tokens`, RFC 9449 §5.2).
    let requiresProof: Bool
    let idTokenAlgorithm: Algorithm
    /// The document that all of this was read from.
    let registration: JSONObject

    /// Whether it can keep a secret (RFC 6749 §2.1).
    var isConfidential: Bool { authentication != .none }

    /// Whether it authenticates with a secret that we know by its hash.
    var hasSecret: Bool { authentication == .clientSecretBasic || authentication == .clientSecretPost }
}

/// The rules of a registration, asked by every endpoint in the same words.
extension Client {
    /// - Refuses: `grantNotAllowedForClient`.
    func requireGrant(_ grant: GrantType) throws(Refusal) {
        guard grants.contains(grant) else { throw .grantNotAllowedForClient }
    }

    /// - Refuses: `proofMissing`: a client that always sends proofs, without one, is somebody else.
    func requireProof(of key: KeyThumbprint?) throws(Refusal) {
        guard key != nil || !requiresProof else { throw .proofMissing }
    }

    /// What of the sender's key its refresh tokens are bound to. Only a public client's are: a confidential client proves itself at
    /// every refresh, and may change its key (RFC 9449 §5).
    func refreshKey(_ key: KeyThumbprint?) -> KeyThumbprint? { isConfidential ? nil : key }

    /// Whether it is watched from where its refresh tokens are used. A confidential client proves itself at every refresh, and may
    /// have a dozen machines: whoever has stolen a refresh token of its own has nothing.
    func watched(_ caller: CallerContext) -> CallerContext? { isConfidential ? nil : caller }

    /// - Gives: the requested scope; without a request, everything it is registered for (RFC 6749 §3.3).
    /// - Refuses: `scopeNotAllowed` when the request goes beyond the registration.
    func requireScope(_ requested: ScopeSet?) throws(Refusal) -> ScopeSet {
        guard let requested else { return scope }
        guard requested.isSubset(of: scope) else { throw .scopeNotAllowed }
        return requested
    }

    /// - Gives: the requested resources (RFC 8707 §2); without a request, all of its own, the default first.
    /// - Refuses: `audienceNotAllowed`.
    func requireResources(_ requested: [String]) throws(Refusal) -> [String] {
        guard !requested.isEmpty else { return resources }
        guard requested.allSatisfy(resources.contains) else { throw .audienceNotAllowed }
        return requested
    }
}
