import Audit
import ServiceKit
import Tokens

/// What the endpoints of this provider note in their decisions; each in one place, so that every record says it alike.
///
/// Of a refresh, in the order of its record: `TokenEndpoint` says what is being decided and asked for; `ClientStore.find` names the
/// client; `RefreshTokenGrant` what was presented and how risky it is; `Suspensions` and `SecurityEvents` what was ended;
/// `ServiceContext.answer` what was issued. `RecordingMiddleware` adds route, peer and outcome, and keeps it before the answer leaves.
extension Decision {
    /// Begins the decision about tokens.
    ///
    /// - Parameter grant: as metrics count it: a `grant_type`, or `password` for the login of our own clients.
    func begin(_ event: AuditEvent, grant: String) throws(DependencyUnavailable) {
        try begin(event)
        note { $0[.grant] = grant }
    }

    /// What the request wants to have.
    func noteAsked(scope: ScopeSet?, resources: [String]) {
        note { record in
            record.asked.scope = scope ?? []
            record.asked.audience = resources.isEmpty ? nil : resources.joined(separator: " ")
        }
    }

    /// The same out of an OAuth request. A scope that is malformed has asked for nothing.
    func noteAsked(_ parameters: FormParameters) {
        noteAsked(scope: (try? parameters.scope()) ?? nil, resources: parameters.all("resource"))
    }

    /// The token that came along: first what it says of itself, and once it has passed, what is so.
    func notePresented(_ token: AuditToken?) {
        note { record in
            record.presented = token.map { [$0] } ?? []
            if let token, token.isVerified { record.subject = token.subject }
        }
    }

    /// A refresh token or a code that came along: nothing can be read of it but its fingerprint. What it stands for, `grant` says,
    /// once it is found.
    func notePresented(
        _ kind: AuditToken.Kind,
        _ token: Credential,
        of grant: AuthorizationGrant? = nil,
        expiresAt: NumericDate? = nil
    ) {
        notePresented(AuditToken(kind, token, of: grant, expiresAt: expiresAt))
    }
}

extension AuditToken {
    /// A refresh token or a code.
    init(_ kind: Kind, _ token: Credential, of grant: AuthorizationGrant? = nil, expiresAt: NumericDate? = nil) {
        self.init(
            kind,
            isVerified: grant != nil,
            tokenID: token.fingerprint,
            subject: grant?.accountID,
            clientID: grant?.clientID,
            scope: grant?.scope ?? [],
            sessionID: grant?.sessionID,
            expiresAt: expiresAt
        )
    }
}
