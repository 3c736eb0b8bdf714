import Storage

/// The tables of the identity provider.
///
/// Times are seconds since 1970, sets are texts with single spaces. What opens a door (a code, a refresh token, a session cookie, a
/// client secret) is stored as its SHA-256 and never readable.
enum Schema {
    static let migrations: [Migration] = [
        Migration("identity-provider 1: accounts and clients", accounts + clients),
        Migration("identity-provider 2: sessions and grants", sessions + grants),
        Migration("identity-provider 3: revocation and replays", revocation),
        Migration("identity-provider 4: keys of clients", keys),
        Migration("identity-provider 5: revocations are events", events),
        Migration("identity-provider 6: suspensions", suspensions),
        Migration("identity-provider 7: risk", risk),
        Migration("identity-provider 8: client changes to be recorded", clientChanges),
        Migration("identity-provider 9: a sign-in is owed", signInOwed),
        Migration("identity-provider 10: networks, software and keys by themselves", knownContexts),
    ]

    private static let accounts = [
        """
        CREATE TABLE accounts (
            id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, email TEXT,
            password_hash TEXT NOT NULL, roles TEXT NOT NULL, disabled BIGINT NOT NULL, created_at BIGINT NOT NULL)
        """
    ]

    /// `registration` is the document that `Client` reads; `declared` is 1 for clients out of the clients file.
    private static let clients = [
        """
        CREATE TABLE clients (
            id TEXT PRIMARY KEY, registration TEXT NOT NULL, secret_hash BLOB, declared BIGINT NOT NULL,
            created_at BIGINT NOT NULL)
        """
    ]

    private static let sessions = [
        """
        CREATE TABLE sign_on_sessions (
            id_hash BLOB PRIMARY KEY, sid TEXT NOT NULL UNIQUE, account_id TEXT NOT NULL, authenticated_at BIGINT NOT NULL,
            created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ended_at BIGINT)
        """,
        "CREATE INDEX sign_on_sessions_by_account ON sign_on_sessions (account_id)",
        """
        CREATE TABLE consents (
            account_id TEXT NOT NULL, client_id TEXT NOT NULL, scope TEXT NOT NULL, granted_at BIGINT NOT NULL,
            PRIMARY KEY (account_id, client_id))
        """,
    ]

    private static let grants = [
        """
        CREATE TABLE authorization_codes (
            code_hash BLOB PRIMARY KEY, client_id TEXT NOT NULL, account_id TEXT NOT NULL, session_id TEXT NOT NULL,
            scope TEXT NOT NULL, resources TEXT NOT NULL, authenticated_at BIGINT NOT NULL, nonce TEXT,
            redirect_uri TEXT NOT NULL, code_challenge TEXT NOT NULL, expires_at BIGINT NOT NULL,
            used_at BIGINT, family_id TEXT)
        """,
        """
        CREATE TABLE refresh_families (
            id TEXT PRIMARY KEY, account_id TEXT NOT NULL, client_id TEXT NOT NULL, session_id TEXT NOT NULL,
            scope TEXT NOT NULL, resources TEXT NOT NULL, authenticated_at BIGINT NOT NULL, created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL, revoked_at BIGINT, revoked_reason TEXT)
        """,
        "CREATE INDEX refresh_families_by_account ON refresh_families (account_id)",
        "CREATE INDEX refresh_families_by_session ON refresh_families (session_id)",
        """
        CREATE TABLE refresh_tokens (
            token_hash BLOB PRIMARY KEY, family_id TEXT NOT NULL, generation BIGINT NOT NULL, issued_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL, rotated_at BIGINT)
        """,
        "CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id)",
    ]

    private static let revocation = [
        "CREATE TABLE revoked_access_tokens (token_id TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)",
        "CREATE TABLE assertion_replays (id TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)",
    ]

    /// The key that a code or a family is bound to (RFC 9449 §5, §10); NULL for whoever holds it.
    private static let keys = [
        "ALTER TABLE authorization_codes ADD COLUMN key_thumbprint TEXT",
        "ALTER TABLE refresh_families ADD COLUMN key_thumbprint TEXT",
    ]

    private static let events = [
        "DROP TABLE revoked_access_tokens",
        "ALTER TABLE accounts ADD COLUMN password_changes BIGINT NOT NULL DEFAULT 0",
        "CREATE INDEX refresh_families_by_client ON refresh_families (client_id)",
    ]

    /// `context_trail` is what `ContextTrail` reads; NULL for a family that is not watched.
    private static let risk = [
        "ALTER TABLE refresh_tokens ADD COLUMN context_trail TEXT",
        """
        CREATE TABLE sign_in_contexts (
            account_id TEXT NOT NULL, source TEXT NOT NULL, agent TEXT NOT NULL, key_thumbprint TEXT NOT NULL,
            agent_name TEXT NOT NULL, last_at BIGINT NOT NULL, PRIMARY KEY (account_id, source, agent, key_thumbprint))
        """,
    ]

    private static let clientChanges = [
        """
        CREATE TABLE unrecorded_client_changes (
            id TEXT PRIMARY KEY, client_id TEXT NOT NULL, kind TEXT NOT NULL, is_revoked BIGINT NOT NULL,
            changed_at BIGINT NOT NULL)
        """
    ]

    private static let signInOwed = ["ALTER TABLE refresh_families ADD COLUMN sign_in_owed_since BIGINT"]

    /// What is stored of a context that was seen in `sign_in_contexts` is known from then on.
    private static let knownContexts =
        [
            """
            CREATE TABLE known_contexts (
                account_id TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, last_at BIGINT NOT NULL,
                PRIMARY KEY (account_id, kind, value))
            """
        ]
        + [("source", "source"), ("agent", "agent"), ("key", "key_thumbprint")].map { kind, column in
            """
            INSERT INTO known_contexts SELECT account_id, '\(kind)', \(column), MAX(last_at) FROM sign_in_contexts
            WHERE \(column) <> '' OR '\(kind)' = 'agent' GROUP BY account_id, \(column)
            """
        } + ["DROP TABLE sign_in_contexts"]

    /// `suspension_id`: by which suspension a row was ended, as long as nothing else has ended it too. Few rows have one, so
    /// the indexes hold no others.
    private static let suspensions = [
        """
        CREATE TABLE suspensions (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, family_id TEXT NOT NULL, account_id TEXT NOT NULL,
            client_id TEXT NOT NULL, reason TEXT NOT NULL, transaction_id TEXT NOT NULL, source TEXT, agent TEXT,
            suspended_at BIGINT NOT NULL, lifted_at BIGINT)
        """,
        "CREATE INDEX suspensions_by_time ON suspensions (suspended_at)",
        "ALTER TABLE sign_on_sessions ADD COLUMN suspension_id TEXT",
        "ALTER TABLE refresh_families ADD COLUMN suspension_id TEXT",
        """
        CREATE INDEX sign_on_sessions_by_suspension ON sign_on_sessions (suspension_id) WHERE suspension_id IS NOT NULL
        """,
        """
        CREATE INDEX refresh_families_by_suspension ON refresh_families (suspension_id) WHERE suspension_id IS NOT NULL
        """,
        "ALTER TABLE refresh_families ADD COLUMN key_mismatches BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE refresh_families ADD COLUMN key_mismatches_since BIGINT NOT NULL DEFAULT 0",
    ]
}
