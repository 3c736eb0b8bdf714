import Storage
import Tokens

/// Ends sign-on sessions and what has grown out of them, inside a caller's transaction: either all of it is over, or nothing.
struct SessionRevocation {
    /// Why something ended; kept beside it for whoever asks later.
    enum Reason: String, Sendable {
        case codeReused, logout, refreshTokenReused, revokedByClient, revokedByOperator
    }

    let connection: any SQLConnection
    let now: NumericDate
    let reason: Reason

    /// Everything of one account: every session, every family.
    func endAll(ofAccount accountID: String) throws {
        try connection.run(
            "UPDATE sign_on_sessions SET ended_at = $1 WHERE account_id = $2 AND ended_at IS NULL",
            [now.secondsSinceEpoch, accountID]
        )
        try revokeFamilies(where: "account_id", accountID)
    }

    /// One sign-on session, and the families of every client that signed in through it.
    func endSession(_ sessionID: String) throws {
        try connection.run(
            "UPDATE sign_on_sessions SET ended_at = $1 WHERE sid = $2 AND ended_at IS NULL",
            [now.secondsSinceEpoch, sessionID]
        )
        try revokeFamilies(where: "session_id", sessionID)
    }

    /// What one client was granted once.
    func revokeFamily(_ familyID: String) throws { try revokeFamilies(where: "id", familyID) }

    private func revokeFamilies(where column: String, _ value: String) throws {
        try connection.run(
            """
            UPDATE refresh_families SET revoked_at = $1, revoked_reason = $2
            WHERE \(column) = $3 AND revoked_at IS NULL
            """,
            [now.secondsSinceEpoch, reason.rawValue, value]
        )
    }
}
