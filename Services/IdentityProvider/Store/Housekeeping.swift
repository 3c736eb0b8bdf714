import Logging
import ServiceLifecycle
import Storage
import Tokens

/// Deletes what can no longer change any answer; without it every table would grow for ever.
///
/// Nothing is deleted that still proves theft: a spent refresh token stays as long as its family, a spent code for a day.
struct Housekeeping: Service {
    let database: any Database
    let clock: any WallClock
    let accessLifetimeSeconds: Int64
    let intervalSeconds: Int64
    let logger: Logger

    /// Seconds for which a dead code is remembered: whoever replays one a day later has at least waited for it.
    static let codeMemorySeconds: Int64 = 86_400

    /// Seconds for which a suspension is listed at least; longer where something of it can still be given back.
    static let suspensionMemorySeconds: Int64 = 90 * 86_400

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // The machine's time, also where the clock of the house is moved: moving it calls `clean` itself.
            while (try? await Task.sleep(for: .seconds(intervalSeconds))) != nil {
                do { try await clean() } catch {
                    logger.error("housekeeping failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Safe to call at any time and any number of times.
    func clean() async throws {
        let now = clock.now().secondsSinceEpoch
        // Tokens of a session that has just ended are still asked about until they expire.
        let longAgo = now - accessLifetimeSeconds - Bounds.clockSkewSeconds
        let codesBefore = now - Self.codeMemorySeconds
        let suspensionsBefore = now - Self.suspensionMemorySeconds
        try await database.transaction { connection in
            try connection.run("DELETE FROM authorization_codes WHERE expires_at < $1", [codesBefore])
            // Not the spent ones: an old generation that comes back is theft for as long as its family lives.
            try connection.run("DELETE FROM refresh_tokens WHERE expires_at <= $1 AND rotated_at IS NULL", [now])
            try connection.run(
                """
                DELETE FROM refresh_tokens WHERE family_id IN (SELECT id FROM refresh_families WHERE expires_at < $1)
                """,
                [longAgo]
            )
            try connection.run("DELETE FROM refresh_families WHERE expires_at < $1", [longAgo])
            try connection.run(
                "DELETE FROM sign_on_sessions WHERE expires_at < $1 AND (ended_at IS NULL OR ended_at < $1)",
                [longAgo]
            )
            try connection.run("DELETE FROM known_contexts WHERE last_at < $1", [now - SignInRisk.memorySeconds])
            try connection.run("DELETE FROM assertion_replays WHERE expires_at < $1", [now])
            try connection.run(
                """
                DELETE FROM suspensions WHERE suspended_at < $1
                    AND NOT EXISTS (SELECT 1 FROM refresh_families f WHERE f.suspension_id = suspensions.id)
                    AND NOT EXISTS (SELECT 1 FROM sign_on_sessions s WHERE s.suspension_id = suspensions.id)
                """,
                [suspensionsBefore]
            )
        }
    }
}
