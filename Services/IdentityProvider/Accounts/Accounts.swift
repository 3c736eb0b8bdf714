import Audit
import ServiceKit
import Storage
import Tokens

/// The people who can sign in here.
struct Accounts: Sendable {
    let database: any Database
    let hasher: PasswordHasher
    let clock: any WallClock
    let revocations: Revocations

    /// The account whose name and password these are.
    ///
    /// - Refuses: `credentialsWrong` for an unknown name and for a wrong password, after the same work; `accountDisabled` only to
    ///   whoever knows the password. Throws `DependencyUnavailable` when too many passwords wait to be hashed.
    func authenticate(username: String, password: Credential, decision: Decision) async throws -> Account {
        let found = try await findWithHash(username: username)
        // Never the name that was typed: it may be the password, in the wrong field.
        decision.note { $0.subject = found?.account.id }
        // Enumeration: an unknown name must cost what a known one costs, so a hash that nothing matches is compared instead.
        let isRight = try await hasher.verify(password, against: found?.hash ?? hasher.unmatchable)
        guard let found, isRight else { throw Refusal.credentialsWrong }
        guard !found.account.disabled else { throw Refusal.accountDisabled }
        if !hasher.isCurrent(found.hash) { try await rehash(found.account, from: found.hash, password) }
        return found.account
    }

    /// The account behind a grant, as it is now.
    ///
    /// - Refuses: `accountDisabled`, also where it is gone.
    func requireUsable(_ id: String) async throws -> Account {
        guard let account = try await find(id: id), !account.disabled else { throw Refusal.accountDisabled }
        return account
    }

    func find(id: String) async throws -> Account? {
        try await database.read { try Account.find(id: id, on: $0) }
    }

    /// Adds an account.
    ///
    /// - Takes: a name and a password in the forms of `AccountForm`; roles that are words.
    /// - Refuses: `parameterMalformed`, `conflict` for a name that is taken.
    func add(
        username: String,
        password: Credential,
        displayName: String,
        email: String?,
        roles: Set<String>
    ) async throws -> Account {
        guard let username = AccountForm.username(username) else { throw Refusal.parameterMalformed }
        try AccountForm.require(password: password)
        try AccountForm.require(roles: roles)
        let account = Account(
            id: Credential.random(byteCount: 16).exposed,
            username: username,
            displayName: displayName,
            email: email,
            roles: roles,
            disabled: false,
            passwordChanges: 0
        )
        let hash = try await hasher.hash(password)
        let now = clock.now().secondsSinceEpoch
        let isAdded = try await database.transaction { connection in
            try connection.run(
                """
                INSERT INTO accounts (\(Account.columns), password_hash, created_at)
                VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7) ON CONFLICT (username) DO NOTHING
                """,
                [account.id, username, displayName, email, roles.sorted().joined(separator: " "), hash, now]
            ) == 1
        }
        guard isAdded else { throw Refusal.conflict }
        return account
    }

    /// Whoever signs in under a name.
    func find(username: String) async throws -> Account? {
        try await database.read { try Account.find(username: username, on: $0) }
    }

    private func findWithHash(username: String) async throws -> (account: Account, hash: String)? {
        guard let username = AccountForm.username(username) else { return nil }
        return try await database.read { connection in
            let rows = try connection.query(
                "SELECT \(Account.columns), password_hash FROM accounts WHERE username = $1",
                [username]
            )
            return try rows.first.map { (try Account(reading: $0), try $0.text("password_hash")) }
        }
    }

    /// Replaces a hash of older parameters while the password is at hand; only that hash, as the password may have changed since.
    private func rehash(_ account: Account, from old: String, _ password: Credential) async throws {
        let new = try await hasher.hash(password)
        try await database.transaction { connection in
            try connection.run(
                "UPDATE accounts SET password_hash = $1 WHERE id = $2 AND password_hash = $3",
                [new, account.id, old]
            )
        }
    }
}
