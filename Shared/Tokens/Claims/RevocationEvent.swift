/// One revocation as it travels from its issuer to the verifiers: what is revoked, up to when, and why.
///
/// | cause | event type | what it ends |
/// |---|---|---|
/// | `sessionRevoked` | CAEP `session-revoked` | a session, one client's part of it, or all of a user |
/// | `credentialChange` | CAEP `credential-change` | all of a user |
/// | `tokenClaimsChange` | CAEP `token-claims-change` | the tokens of a user or a client, not their sessions |
/// | `accountDisabled` | RISC `account-disabled` | all of a user |
/// | `tokenRevoked` | ours | one token |
/// | `clientRevoked` | ours | all of a client |
/// | `keyRevoked` | ours | all that was signed with a key |
///
/// Whom or what it hits says `sub_id` alone; the event type says why.
///
/// - Source: RFC 8417 §2; subject identifiers, RFC 9493 §3.
public struct RevocationEvent: Sendable, Hashable {
    /// Why, as an event type.
    public enum Cause: String, Sendable, CaseIterable {
        /// RISC: an operator has taken the account out of use.
        case accountDisabled = "https://schemas.openid.net/secevent/risc/event-type/account-disabled"
        /// Ours: all that a client was given.
        case clientRevoked = "https://gatehouse.local/secevent/event-type/client-revoked"
        /// CAEP: the password was changed.
        case credentialChange = "https://schemas.openid.net/secevent/caep/event-type/credential-change"
        /// Ours: a signing key is in the wrong hands.
        case keyRevoked = "https://gatehouse.local/secevent/event-type/key-revoked"
        /// CAEP: somebody signed out, or was signed out.
        case sessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
        /// CAEP: roles or scopes are no longer what tokens say.
        case tokenClaimsChange = "https://schemas.openid.net/secevent/caep/event-type/token-claims-change"
        /// Ours: one token was given back, or taken.
        case tokenRevoked = "https://gatehouse.local/secevent/event-type/token-revoked"
    }

    /// What is revoked.
    public let target: RevocationTarget
    /// Why.
    public let cause: Cause
    /// When; what is revoked up to a moment is revoked up to this one.
    public let moment: NumericDate

    /// A revocation of `target`.
    public init(_ target: RevocationTarget, _ cause: Cause, at moment: NumericDate) {
        self.target = target
        self.cause = cause
        self.moment = moment
    }

    /// The event as a statement of `issuer`.
    public func claims(
        issuer: String,
        audience: String,
        tokenID: String,
        transactionID: String? = nil
    ) -> SecurityEventClaims {
        SecurityEventClaims(
            issuer: issuer,
            audience: audience,
            issuedAt: moment,
            tokenID: tokenID,
            transactionID: transactionID,
            happenedAt: moment,
            subjectID: target.subjectID(issuer: issuer),
            events: [cause.rawValue: .object(cause.details(at: moment))]
        )
    }

    /// Reads a statement that has been verified; nil for one of other events than ours, or of a subject that is not
    /// its issuer's: nobody revokes another issuer's tokens.
    public init?(reading claims: SecurityEventClaims) {
        guard claims.events.members.count == 1, let cause = Cause(rawValue: claims.events.members[0].name),
            let subjectID = claims.subjectID,
            let target = RevocationTarget(subjectID: subjectID, issuer: claims.issuer, isKey: cause == .keyRevoked)
        else { return nil }
        self.init(target, cause, at: claims.happenedAt ?? claims.issuedAt)
    }

    /// The event in a statement that nobody has verified; nil as above. For the issuer who has kept its own statements, and
    /// for nobody else.
    ///
    /// - Refuses: what is no statement of events at all.
    public static func decodeWithoutVerifying(_ token: Credential) throws(Refusal) -> RevocationEvent? {
        let payload = try UnverifiedToken.decodeWithoutVerifying(token).payload
        let claims = try ClaimReader(payload: JSONWriter.bytes(payload))
        return RevocationEvent(reading: try SecurityEventClaims(reading: claims))
    }
}

extension RevocationEvent.Cause {
    /// The members that the event type asks for (CAEP 1.0 §3).
    fileprivate func details(at moment: NumericDate) -> JSONObject {
        switch self {
        case .credentialChange:
            [
                "event_timestamp": .integer(moment.secondsSinceEpoch), "credential_type": "password",
                "change_type": "update",
            ]
        case .tokenClaimsChange:
            // Which ones have changed is nobody's business who has yet to see the next token.
            ["event_timestamp": .integer(moment.secondsSinceEpoch), "claims": .object([:])]
        case .sessionRevoked: ["event_timestamp": .integer(moment.secondsSinceEpoch)]
        case .accountDisabled, .clientRevoked, .keyRevoked, .tokenRevoked: [:]
        }
    }
}

extension RevocationTarget {
    /// `sub_id`. RFC 9493 §3.2.2 has a format for an issuer's subject; the others are those of OpenID's Shared Signals Framework.
    fileprivate func subjectID(issuer: String) -> JSONObject {
        func opaque(_ id: String) -> JSONValue { ["format": "opaque", "id": .string(id)] }
        return switch self {
        case .token(let id): ["format": "jwt_id", "iss": .string(issuer), "jti": .string(id)]
        case .session(let id): ["format": "complex", "session": opaque(id)]
        case .grant(let session, let client):
            ["format": "complex", "session": opaque(session), "application": opaque(client)]
        case .subject(let id): ["format": "iss_sub", "iss": .string(issuer), "sub": .string(id)]
        case .client(let id): ["format": "complex", "application": opaque(id)]
        case .key(let id): ["format": "opaque", "id": .string(id)]
        }
    }

    fileprivate init?(subjectID: JSONObject, issuer: String, isKey: Bool) {
        func text(_ name: String) -> String? { subjectID[name]?.string }
        func opaque(_ name: String) -> String? {
            guard let member = subjectID[name]?.object, member["format"]?.string == "opaque" else { return nil }
            return member["id"]?.string
        }
        let isOurs = text("iss")?.isExactly(issuer) ?? false
        let names = Set(subjectID.members.map(\.name))
        switch (text("format"), names) {
        case ("jwt_id", ["format", "iss", "jti"]) where isOurs: self = .token(text("jti") ?? "")
        case ("iss_sub", ["format", "iss", "sub"]) where isOurs: self = .subject(text("sub") ?? "")
        case ("opaque", ["format", "id"]) where isKey: self = .key(text("id") ?? "")
        case ("complex", ["format", "session"]): self = .session(opaque("session") ?? "")
        case ("complex", ["format", "application"]): self = .client(opaque("application") ?? "")
        case ("complex", ["format", "session", "application"]):
            self = .grant(sessionID: opaque("session") ?? "", clientID: opaque("application") ?? "")
        default: return nil
        }
        guard !identifiers.contains("") else { return nil }
    }

    private var identifiers: [String] {
        switch self {
        case .token(let id), .session(let id), .subject(let id), .client(let id), .key(let id): [id]
        case .grant(let session, let client): [session, client]
        }
    }
}
