import Audit
import ServiceKit
import Storage
import Tokens

/// What an operator may change about an account. Each change and what it revokes are one write.
extension Accounts {
    /// Takes an account out of use: no more sign-ins, every session and grant over.
    ///
    /// - Refuses: `resourceNotFound`.
    func disable(username: String, decision: Decision) async throws {
        try await change(username, decision) { [revocations] account, connection in
            try connection.run("UPDATE accounts SET disabled = 1 WHERE id = $1", [account.id])
            try revocations.endAll(
                ofAccount: account.id,
                .accountDisabled,
                on: connection,
                decision: decision
            )
        }
    }

    /// Lets somebody sign in again. What disabling has ended stays ended.
    ///
    /// - Refuses: `resourceNotFound`.
    func enable(username: String, decision: Decision) async throws {
        try await change(username, decision) { account, connection in
            try connection.run("UPDATE accounts SET disabled = 0 WHERE id = $1", [account.id])
        }
    }

    /// Sets a password, and signs out everybody who has used the one before.
    ///
    /// - Refuses: `resourceNotFound`, `parameterMalformed`. Throws `DependencyUnavailable` as `authenticate` does.
    func setPassword(
        _ password: Credential,
        username: String,
        decision: Decision
    ) async throws {
        try AccountForm.require(password: password)
        let hash = try await hasher.hash(password)
        try await change(username, decision) { [revocations] account, connection in
            try connection.run(
                "UPDATE accounts SET password_hash = $1, password_changes = password_changes + 1 WHERE id = $2",
                [hash, account.id]
            )
            try revocations.endAll(
                ofAccount: account.id,
                .passwordChanged,
                on: connection,
                decision: decision
            )
        }
    }

    /// Sets the roles. Sessions and refresh tokens go on, and bring tokens with the new ones; those with the old ones are dead.
    ///
    /// - Refuses: `resourceNotFound`, `parameterMalformed`.
    func setRoles(_ roles: Set<String>, username: String, decision: Decision) async throws {
        try AccountForm.require(roles: roles)
        try await change(username, decision) { [revocations] account, connection in
            guard roles != account.roles else { return }
            try connection.run(
                "UPDATE accounts SET roles = $1 WHERE id = $2",
                [roles.sorted().joined(separator: " "), account.id]
            )
            try revocations.changeClaims(ofAccount: account.id, on: connection, decision: decision)
        }
    }

    /// Ends every session and every grant of an account.
    ///
    /// - Refuses: `resourceNotFound`.
    func signOut(username: String, decision: Decision) async throws -> RevocationEvent? {
        try await change(username, decision) { [revocations] account, connection in
            try revocations.endAll(
                ofAccount: account.id,
                .revokedByOperator,
                on: connection,
                decision: decision
            )
        }
    }

    @discardableResult
    private func change<Result: Sendable>(
        _ username: String,
        _ decision: Decision,
        _ body: @escaping @Sendable (Account, any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await database.transaction { connection in
            guard let account = try Account.find(username: username, on: connection) else {
                throw Refusal.resourceNotFound
            }
            decision.note { $0.subject = account.id }
            return try body(account, connection)
        }
    }
}
