import IssuerKit
import ServiceKit
import Storage
import Tokens

/// The one way in which this provider takes back what it has given, inside a caller's transaction. What changes in the tables and
/// the event that tells every verifier are one write: neither is ever there without the other.
///
/// An event is appended where something has really come to an end, and wherever an operator asks for one: whoever doubts that the
/// first arrived can send a second. It names the request that caused it (`txn`) where there was one.
struct Revocations: Sendable {
    let events: SecurityEvents
    let dates: TokenDates

    /// What has been revoked here: asked of every token that comes back to us.
    var index: RevocationIndex { events.index }

    /// Everything of one account: every session, every family, every token up to now.
    ///
    /// - Parameter suspension: the id of the suspension that this is; nil where somebody has asked for it.
    @discardableResult
    func endAll(
        ofAccount id: String,
        _ reason: RevocationReason,
        suspension: String? = nil,
        on connection: any SQLConnection,
        decision: Decision
    ) throws -> RevocationEvent? {
        let sessions = try endSessions("account_id", id, suspension, connection)
        let families = try revokeFamilies("account_id", id, reason, suspension, connection)
        guard reason.isOperators || sessions > 0 || !families.isEmpty else { return nil }
        return try append(.subject(id), reason.cause, ofSubject: id, connection, decision)
    }

    /// One sign-on session, and the families of every client that signed in through it.
    @discardableResult
    func endSession(
        _ sid: String,
        _ reason: RevocationReason,
        on connection: any SQLConnection,
        decision: Decision
    ) throws -> RevocationEvent? {
        let sessions = try endSessions("sid", sid, nil, connection)
        let families = try revokeFamilies("session_id", sid, reason, nil, connection)
        guard reason.isOperators || sessions > 0 || !families.isEmpty else { return nil }
        return try append(.session(sid), reason.cause, connection, decision)
    }

    /// What one client was granted once; other clients of the session go on.
    ///
    /// - Parameter suspension: as in `endAll`.
    @discardableResult
    func revokeFamily(
        _ id: String,
        _ reason: RevocationReason,
        suspension: String? = nil,
        on connection: any SQLConnection,
        decision: Decision
    ) throws -> RevocationEvent? {
        guard let family = try revokeFamilies("id", id, reason, suspension, connection).first else { return nil }
        let target = RevocationTarget.grant(sessionID: family.sessionID, clientID: family.clientID)
        return try append(target, reason.cause, ofSubject: family.accountID, connection, decision)
    }

    /// Everything that one client was given, by whomever. It may be given more.
    ///
    /// - Parameter decision: nil where a clients file says so, and no request.
    @discardableResult
    func revokeAll(
        ofClient id: String,
        on connection: any SQLConnection,
        decision: Decision?
    ) throws -> RevocationEvent {
        // A code is a grant that nobody has come for yet.
        try connection.run("DELETE FROM authorization_codes WHERE client_id = $1 AND used_at IS NULL", [id])
        try revokeFamilies("client_id", id, .clientRevoked, nil, connection)
        return try append(.client(id), RevocationReason.clientRevoked.cause, connection, decision)
    }

    /// One access token.
    @discardableResult
    func revokeToken(
        _ tokenID: String,
        on connection: any SQLConnection,
        decision: Decision
    ) throws -> RevocationEvent {
        try append(.token(tokenID), .tokenRevoked, connection, decision)
    }

    /// Every token of one signing key. Sessions and families go on: cookies and refresh tokens are signed by none.
    func revokeKey(_ keyID: String, on connection: any SQLConnection, decision: Decision) throws {
        try append(.key(keyID), .keyRevoked, connection, decision)
    }

    /// The access tokens of an account up to now say what is no longer so: its roles have changed.
    func changeClaims(
        ofAccount id: String,
        on connection: any SQLConnection,
        decision: Decision
    ) throws {
        try append(.subject(id), .tokenClaimsChange, ofSubject: id, connection, decision)
    }

    /// The same for a client that may have less than it could: so says a clients file, and no request.
    func changeClaims(ofClient id: String, on connection: any SQLConnection) throws {
        try append(.client(id), .tokenClaimsChange, connection, nil)
    }

    /// - Parameter subject: the one account that the target belongs to; nil where that is not one.
    @discardableResult
    private func append(
        _ target: RevocationTarget,
        _ cause: RevocationEvent.Cause,
        ofSubject subject: String? = nil,
        _ connection: any SQLConnection,
        _ decision: Decision?
    ) throws -> RevocationEvent {
        let event = RevocationEvent(target, cause, at: dates.dateRevocation(target, of: subject))
        try events.append(event, decision: decision, on: connection)
        return event
    }

    private func endSessions(
        _ column: String,
        _ value: String,
        _ suspension: String?,
        _ connection: any SQLConnection
    ) throws -> Int {
        let ended = try connection.run(
            "UPDATE sign_on_sessions SET ended_at = $1, suspension_id = $3 WHERE \(column) = $2 AND ended_at IS NULL",
            [dates.now().secondsSinceEpoch, value, suspension]
        )
        if suspension == nil || ended > 0 {
            try forgetSuspensions("sign_on_sessions", column, value, except: suspension, connection)
        }
        return ended
    }

    @discardableResult
    private func revokeFamilies(
        _ column: String,
        _ value: String,
        _ reason: RevocationReason,
        _ suspension: String?,
        _ connection: any SQLConnection
    ) throws -> [AuthorizationGrant] {
        let rows = try connection.query(
            """
            UPDATE refresh_families SET revoked_at = $1, revoked_reason = $2, suspension_id = $4
            WHERE \(column) = $3 AND revoked_at IS NULL RETURNING \(AuthorizationGrant.columns)
            """,
            [dates.now().secondsSinceEpoch, reason.rawValue, value, suspension]
        )
        if suspension == nil || !rows.isEmpty {
            try forgetSuspensions("refresh_families", column, value, except: suspension, connection)
        }
        return try rows.map(AuthorizationGrant.init(reading:))
    }

    /// What a suspension has ended already is ended once more, by something else: lifting the suspension does not give it back.
    /// (A thief who comes again and finds nothing left to end has ended nothing.)
    private func forgetSuspensions(
        _ table: String,
        _ column: String,
        _ value: String,
        except suspension: String?,
        _ connection: any SQLConnection
    ) throws {
        try connection.run(
            "UPDATE \(table) SET suspension_id = NULL WHERE \(column) = $1 AND suspension_id <> $2",
            [value, suspension ?? ""]
        )
    }
}

/// Why sessions and families end; kept beside them for whoever asks later.
enum RevocationReason: String, Sendable {
    case accountDisabled, clientRevoked, codeReused, keyProbed, logout, passwordChanged, refreshTokenReused,
        revokedByClient, revokedByOperator, riskTooHigh

    /// What an operator has asked for is told even where nothing was left to end.
    fileprivate var isOperators: Bool {
        switch self {
        case .accountDisabled, .clientRevoked, .passwordChanged, .revokedByOperator: true
        case .codeReused, .keyProbed, .logout, .refreshTokenReused, .revokedByClient, .riskTooHigh: false
        }
    }

    /// What verifiers are told; who was a thief is none of their business.
    fileprivate var cause: RevocationEvent.Cause {
        switch self {
        case .accountDisabled: .accountDisabled
        case .clientRevoked: .clientRevoked
        case .passwordChanged: .credentialChange
        case .codeReused, .keyProbed, .logout, .refreshTokenReused, .revokedByClient, .revokedByOperator,
            .riskTooHigh:
            .sessionRevoked
        }
    }
}
