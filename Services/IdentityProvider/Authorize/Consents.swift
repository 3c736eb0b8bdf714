import Storage
import Tokens

/// What each person has allowed each client, so that nobody is asked twice.
struct Consents: Sendable {
    let database: any Database
    let clock: any WallClock

    /// Everything that `accountID` has allowed `clientID` so far.
    func find(accountID: String, clientID: String) async throws -> ScopeSet {
        try await database.read { try Self.find(accountID, clientID, $0) }
    }

    /// Adds to what was allowed before.
    func remember(_ scope: ScopeSet, accountID: String, clientID: String) async throws {
        let now = clock.now().secondsSinceEpoch
        try await database.transaction { connection in
            let whole = try Self.find(accountID, clientID, connection).union(scope)
            try connection.run(
                """
                INSERT INTO consents (account_id, client_id, scope, granted_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (account_id, client_id) DO UPDATE SET scope = $3, granted_at = $4
                """,
                [accountID, clientID, whole.text, now]
            )
        }
    }

    private static func find(
        _ accountID: String,
        _ clientID: String,
        _ connection: any SQLConnection
    ) throws -> ScopeSet {
        let rows = try connection.query(
            "SELECT scope FROM consents WHERE account_id = $1 AND client_id = $2",
            [accountID, clientID]
        )
        return try rows.first.flatMap { ScopeSet(reading: try $0.text("scope")) } ?? []
    }
}

extension ScopeRegistry {
    /// What of `scope` this person can allow, whatever audience it belongs to: a scope that needs a role is not theirs to give.
    func grantable(_ scope: ScopeSet, by account: Account) -> [Scope] {
        resources.flatMap(\.scopes).filter { known in
            scope.contains(known.name) && (known.requiredRole.map(account.roles.contains) ?? true)
        }
    }
}
