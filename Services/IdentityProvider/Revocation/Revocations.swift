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
    @discardableResult
    func endAll(
        ofAccount id: String,
        _ reason: RevocationReason,
        on connection: any SQLConnection,
        decision: Decision? = nil
    ) throws -> RevocationEvent? {
        let sessions = try endSessions("account_id", id, connection)
        let families = try revokeFamilies("account_id", id, reason, connection)
        guard reason.isOperators || sessions > 0 || !families.isEmpty else { return nil }
        return try append(.subject(id), reason.cause, ofSubject: id, connection, decision)
    }

    /// One sign-on session, and the families of every client that signed in through it.
    @discardableResult
    func endSession(
        _ sid: String,
        _ reason: RevocationReason,
        on connection: any SQLConnection,
        decision: Decision? = nil
    ) throws -> RevocationEvent? {
        let sessions = try endSessions("sid", sid, connection)
        let families = try revokeFamilies("session_id", sid, reason, connection)
        guard reason.isOperators || sessions > 0 || !families.isEmpty else { return nil }
        return try append(.session(sid), reason.cause, connection, decision)
    }

    /// What one client was granted once; other clients of the session go on.
    func revokeFamily(
        _ id: String,
        _ reason: RevocationReason,
        on connection: any SQLConnection,
        decision: Decision? = nil
    ) throws {
        for family in try revokeFamilies("id", id, reason, connection) {
            let target = RevocationTarget.grant(sessionID: family.sessionID, clientID: family.clientID)
            try append(target, reason.cause, ofSubject: family.accountID, connection, decision)
        }
    }

    /// Everything that one client was given, by whomever. It may be given more.
    @discardableResult
    func revokeAll(
        ofClient id: String,
        on connection: any SQLConnection,
        decision: Decision? = nil
    ) throws -> RevocationEvent {
        // A code is a grant that nobody has come for yet.
        try connection.run("DELETE FROM authorization_codes WHERE client_id = $1 AND used_at IS NULL", [id])
        try revokeFamilies("client_id", id, .clientRevoked, connection)
        return try append(.client(id), RevocationReason.clientRevoked.cause, connection, decision)
    }

    /// One access token.
    @discardableResult
    func revokeToken(
        _ tokenID: String,
        on connection: any SQLConnection,
        decision: Decision? = nil
    ) throws -> RevocationEvent {
        try append(.token(tokenID), .tokenRevoked, connection, decision)
    }

    /// Every token of one signing key. Sessions and families go on: cookies and refresh tokens are signed by none.
    func revokeKey(_ keyID: String, on connection: any SQLConnection, decision: Decision? = nil) throws {
        try append(.key(keyID), .keyRevoked, connection, decision)
    }

    /// The access tokens of an account up to now say what is no longer so: its roles have changed.
    func changeClaims(
        ofAccount id: String,
        on connection: any SQLConnection,
        decision: Decision? = nil
    ) throws {
        try append(.subject(id), .tokenClaimsChange, ofSubject: id, connection, decision)
    }

    /// The same for a client that may have less than it could.
    func changeClaims(ofClient id: String, on connection: any SQLConnection) throws {
        try append(.client(id), .tokenClaimsChange, connection)
    }

    /// - Parameter subject: the one account that the target belongs to; nil where that is not one.
    @discardableResult
    private func append(
        _ target: RevocationTarget,
        _ cause: RevocationEvent.Cause,
        ofSubject subject: String? = nil,
        _ connection: any SQLConnection,
        _ decision: Decision? = nil
    ) throws -> RevocationEvent {
        let event = RevocationEvent(target, cause, at: dates.dateRevocation(target, of: subject))
        try events.append(event, decision: decision, on: connection)
        return event
    }

    private func endSessions(_ column: String, _ value: String, _ connection: any SQLConnection) throws -> Int {
        try connection.run(
            "UPDATE sign_on_sessions SET ended_at = $1 WHERE \(column) = $2 AND ended_at IS NULL",
            [dates.now().secondsSinceEpoch, value]
        )
    }

    @discardableResult
    private func revokeFamilies(
        _ column: String,
        _ value: String,
        _ reason: RevocationReason,
        _ connection: any SQLConnection
    ) throws -> [AuthorizationGrant] {
        let rows = try connection.query(
            """
            UPDATE refresh_families SET revoked_at = $1, revoked_reason = $2
            WHERE \(column) = $3 AND revoked_at IS NULL RETURNING \(AuthorizationGrant.columns)
            """,
            [dates.now().secondsSinceEpoch, reason.rawValue, value]
        )
        return try rows.map(AuthorizationGrant.init(reading:))
    }
}

/// Why sessions and families end; kept beside them for whoever asks later.
enum RevocationReason: String, Sendable {
    case accountDisabled, clientRevoked, codeReused, logout, passwordChanged, refreshTokenReused, revokedByClient,
        revokedByOperator

    /// What an operator has asked for is told even where nothing was left to end.
    fileprivate var isOperators: Bool {
        switch self {
        case .accountDisabled, .clientRevoked, .passwordChanged, .revokedByOperator: true
        case .codeReused, .logout, .refreshTokenReused, .revokedByClient: false
        }
    }

    /// What verifiers are told; who was a thief is none of their business.
    fileprivate var cause: RevocationEvent.Cause {
        switch self {
        case .accountDisabled: .accountDisabled
        case .clientRevoked: .clientRevoked
        case .passwordChanged: .credentialChange
        case .codeReused, .logout, .refreshTokenReused, .revokedByClient, .revokedByOperator: .sessionRevoked
        }
    }
}
