import Audit
import Logging
import ServiceKit
import Tokens
import TokensHummingbird

/// `grant_type=refresh_token`: an access token and a successor for one living refresh token.
///
/// - Takes: `refresh_token`; `scope`, which may only narrow; `resource`, one at most.
/// - Gives: an access token within the roles of the account and the registration of the client as they are now, and a single-use
///   successor.
/// - Refuses: `refreshTokenUnknown`, `clientMismatch`, `grantKeyMismatch`, `scopeWidened`, `accountDisabled`, `audienceNotAllowed`,
///   `scopeNotAllowed`, `refreshTokenExpired`, `refreshFamilyRevoked`; and `refreshTokenReused`, which ends the sessions of the
///   user before it is answered. `grantKeyMismatch`, too often, ends the family (`KeyProbingLimit`). `riskStepUpRequired` and
///   `riskTooHigh`, where the context has changed as no owner changes it (`ContextTrail`).
/// - Source: RFC 6749 §6; RFC 9700 §4.14.2; key binding, RFC 9449 §5; no ID token, OpenID Connect Core §12.2.
struct RefreshTokenGrant: Grant {
    let families: RefreshFamilies
    let issuing: TokenIssuing

    func answer(_ request: TokenRequest) async throws -> TokenAnswer {
        try await refresh(
            Credential(try request.form.required("refresh_token")),
            by: request.client.client,
            from: request.caller,
            scope: request.form.scope(),
            resources: request.form.all("resource"),
            logger: request.logger,
            decision: request.decision
        )
    }

    /// The grant itself; `/auth/refresh` enters here.
    func refresh(
        _ presented: Credential,
        by client: Client,
        from caller: CallerContext,
        scope requested: ScopeSet?,
        resources: [String],
        logger: Logger,
        decision: Decision
    ) async throws -> TokenAnswer {
        // Read.
        decision.notePresented(.refresh, presented)
        let family = try await families.find(presented)
        decision.notePresented(.refresh, presented, of: family.grant)
        // Check.
        try family.grant.requireClient(client)
        // Before anything is spent: a thief without the key must not be able to sign the owner out.
        do { try family.requireKey(caller.key, of: client) } catch {
            try await families.countKeyMismatch(presented, of: family, from: caller, decision: decision)
            throw error
        }
        let scope = requested ?? family.grant.scope
        // Families live for months: what the operator has taken out of the registration since is not given any more.
        let grant = family.grant.narrowed(to: scope, of: client)
        // Write: committed before we look at the outcome.
        let (outcome, terms) = try await requiringLittleRisk(family, caller, decision) {
            try await families.rotate(
                presented,
                in: family,
                by: client,
                from: caller,
                decision: decision,
                terms: { [issuing] connection in
                    guard scope.isSubset(of: family.grant.scope) else { throw Refusal.scopeWidened }
                    return try issuing.terms(of: grant, requested: resources, on: connection)
                }
            )
        }
        log(outcome, family, logger)
        switch outcome {
        case .rotated:
            decision.ifUnrecorded { [families] in try await families.holdGrace(of: presented, in: family) }
        case .graced: decision.note { $0.reason = .refreshTokenGraced }
        case .reused, .expired, .revoked: break
        }
        switch (outcome, terms) {
        case (.rotated(let successor, let risk), let terms?), (.graced(let successor, let risk), let terms?):
            if let risk { decision.note(risk) }
            return TokenAnswer(
                access: try issuing.accessToken(terms, of: grant, key: caller.key, until: family.expiresAt),
                refreshToken: successor
            )
        // Revoked already; a throw inside would have rolled that back.
        case (.reused, _): throw Refusal.refreshTokenReused
        case (.expired, _): throw Refusal.refreshTokenExpired
        case (.revoked, _), (.rotated, nil), (.graced, nil): throw Refusal.refreshFamilyRevoked
        }
    }

    /// Answers for what comes from a context in which the owner hardly is. Nothing was spent: the owner, where they always were, goes
    /// on with the same token, unless the risk is so high that nobody shall.
    ///
    /// - Refuses: `riskStepUpRequired`: the client sends the user to `/oauth2/authorize` with `max_age=0`, and gets another family
    ///   (RFC 9470 §4); `riskTooHigh`, which suspends the family.
    private func requiringLittleRisk<Result>(
        _ family: RefreshFamily,
        _ caller: CallerContext,
        _ decision: Decision,
        _ rotate: () async throws -> Result
    ) async throws -> Result {
        do { return try await rotate() } catch RiskTooHigh.stepUp(let risk) {
            decision.note(risk)
            try await families.oweSignIn(family)
            throw CallerRefused(.riskStepUpRequired, authentication: AuthenticationRule(ageSecondsMax: 0))
        } catch RiskTooHigh.deny(let risk) {
            decision.note(risk)
            try await families.suspend(family, Suspension.Cause(.riskTooHigh, caller), decision: decision)
            throw Refusal.riskTooHigh
        }
    }

    /// Graced and reused are told apart: the one is the network's fault, the other somebody's.
    private func log(_ outcome: RefreshRotation.Outcome, _ family: RefreshFamily, _ logger: Logger) {
        let metadata: Logger.Metadata = [
            "family": "\(family.id)", "account": "\(family.grant.accountID)", "client": "\(family.grant.clientID)",
        ]
        switch outcome {
        case .graced: logger.notice("refresh token graced", metadata: metadata)
        case .reused: logger.warning("refresh token reused", metadata: metadata)
        case .rotated, .expired, .revoked: break
        }
    }
}
