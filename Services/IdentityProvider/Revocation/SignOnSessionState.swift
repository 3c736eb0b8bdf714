import Storage

/// Whether a sign-on session still stands, asked inside a caller's transaction.
enum SignOnSessionState {
    static func isOpen(_ sessionID: String, _ connection: any SQLConnection) throws -> Bool {
        try !connection.query(
            "SELECT 1 AS open FROM sign_on_sessions WHERE sid = $1 AND ended_at IS NULL",
            [sessionID]
        ).isEmpty
    }
}
