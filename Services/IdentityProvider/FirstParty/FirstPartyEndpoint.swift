import Audit
import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// The JSON login of our own clients: a user's password goes through the client, and tokens come back.
///
/// Only for public clients registered as first party. Everybody else's clients send the user to `/oauth2/authorize`, so that the
/// password is typed nowhere but here (RFC 9700 §2.4).
///
/// - Takes: JSON only. A form of a stranger's page cannot be sent as JSON without the browser asking first.
///   A `DPoP` field counts as at the token endpoint (RFC 9449 §5).
/// - Gives: what the token endpoint gives (RFC 6749 §5.1).
struct FirstPartyEndpoint: Sendable {
    let proofs: ProofReader
    let clients: ClientStore
    let signIns: SignIns
    let sessions: SignOnSessions
    let families: RefreshFamilies
    let refreshTokens: RefreshTokenGrant
    let issuing: TokenIssuing

    /// `POST /auth/login`
    ///
    /// - Takes: `client_id`, `username`, `password`, and perhaps `scope` and `resource`.
    /// - Refuses: what `ProofReader` refuses, `clientUnknown`, `clientNotFirstParty`, `proofMissing`, `rateLimited`,
    ///   `credentialsWrong` (an unknown user takes as long and sounds the same), `riskTooHigh`, `accountDisabled`, `scopeNotAllowed`,
    ///   `audienceNotAllowed`, `sessionEnded`.
    @Sendable
    func logIn(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.signIn, grant: "password")
        let body = try await BodyMembers(
            of: request.readJSON(context),
            allowed: ["client_id", "username", "password", "scope", "resource"]
        )
        let key = try await proofs.readKey(of: request)
        let caller = CallerContext(of: request, context, key: key)
        let client = try await firstParty(body.text("client_id", 1...64), context.decision)
        try client.requireProof(of: key)
        let scope = try client.requireScope(body.scope())
        let requested = try body.resources()
        context.decision.noteAsked(scope: scope, resources: requested)
        _ = try client.requireResources(requested)
        let password = Credential(try body.text("password", 1...AccountForm.passwordBytesMax))
        let account = try await signIns.authenticate(
            username: body.text("username", 1...256),
            password: password,
            from: caller,
            context
        )
        // Asked here too: a refusal begins no session.
        _ = try issuing.access(requested: requested, scope: scope, within: client.resources, roles: account.roles)
        let session = try await sessions.begin(for: account, decision: context.decision)
        let grant = AuthorizationGrant(
            clientID: client.id,
            accountID: account.id,
            sessionID: session.sid,
            scope: scope,
            resources: client.resources,
            authenticatedAt: session.authenticatedAt
        )
        let (start, terms) = try await families.start(
            grant,
            for: client,
            from: caller,
            withRefreshToken: client.grants.contains(.refreshToken),
            terms: { [issuing] in try issuing.terms(of: grant, requested: requested, on: $0) }
        )
        return context.answer(
            TokenAnswer(
                access: try issuing.accessToken(terms, of: grant, key: key, until: start.family.expiresAt),
                refreshToken: start.refreshToken,
                idToken: try issuing.idToken(for: client, of: grant, nonce: nil)
            )
        )
    }

    /// `POST /auth/refresh`
    ///
    /// - Takes: `client_id`, `refresh_token`, and perhaps `scope` and `resource`.
    /// - Refuses: what `ProofReader` refuses, `proofMissing`, what `RefreshTokenGrant` refuses.
    @Sendable
    func refresh(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.tokenRefresh, grant: GrantType.refreshToken.rawValue)
        let body = try await BodyMembers(
            of: request.readJSON(context),
            allowed: ["client_id", "refresh_token", "scope", "resource"]
        )
        let key = try await proofs.readKey(of: request)
        let client = try await firstParty(body.text("client_id", 1...64), context.decision)
        try client.requireGrant(.refreshToken)
        try client.requireProof(of: key)
        let (scope, resources) = (try body.scope(), try body.resources())
        context.decision.noteAsked(scope: scope, resources: resources)
        let tokens = try await refreshTokens.refresh(
            Credential(body.text("refresh_token", 1...256)),
            by: client,
            from: CallerContext(of: request, context, key: key),
            scope: scope,
            resources: resources,
            logger: context.logger,
            decision: context.decision
        )
        return context.answer(tokens)
    }

    /// `POST /auth/logout`: ends the sign-on session that a refresh token belongs to, with every family in it.
    ///
    /// - Takes: `client_id`, `refresh_token`; also a spent one, as the client may have lost the last answer.
    /// - Gives: 204, for an unknown token too: there is nothing left to end.
    /// - Refuses: `clientMismatch`; `grantKeyMismatch`, as whoever found the token of somebody else's key shall not sign
    ///   them out; what `ProofReader` refuses.
    @Sendable
    func logOut(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.signOut)
        let body = try await BodyMembers(of: request.readJSON(context), allowed: ["client_id", "refresh_token"])
        let key = try await proofs.readKey(of: request)
        let client = try await firstParty(body.text("client_id", 1...64), context.decision)
        let presented = Credential(try body.text("refresh_token", 1...256))
        context.decision.notePresented(.refresh, presented)
        do {
            let family = try await families.find(presented)
            context.decision.notePresented(.refresh, presented, of: family.grant)
            try family.grant.requireClient(client)
            try family.requireKey(key, of: client)
            try await sessions.end(sid: family.grant.sessionID, decision: context.decision)
        } catch Refusal.refreshTokenUnknown {}
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    private func firstParty(_ id: String, _ decision: Decision) async throws -> Client {
        guard let client = try await clients.find(id, noting: decision) else { throw Refusal.clientUnknown }
        guard client.isFirstParty, !client.isConfidential else { throw Refusal.clientNotFirstParty }
        return client
    }
}

extension BodyMembers {
    fileprivate func scope() throws(Refusal) -> ScopeSet? {
        guard let text = try optionalText("scope", 1...4_096) else { return nil }
        guard let scope = ScopeSet(reading: text) else { throw .scopeMalformed }
        return scope
    }

    fileprivate func resources() throws(Refusal) -> [String] {
        try optionalText("resource", 1...1_024).map { [$0] } ?? []
    }
}
