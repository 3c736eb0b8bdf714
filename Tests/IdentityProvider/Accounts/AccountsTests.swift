import Storage
import Testing
import Tokens

@testable import IdentityProvider

/// Lends the accounts and sessions of a provider that has no user yet, and the clock they live by.
private func withAccounts(
    _ body: @Sendable (Accounts, SignOnSessions, MovableClock) async throws -> Void
) async throws {
    try await TestProvider.run { provider in
        let parts = provider.parts
        try await parts.database.transaction { try $0.run("DELETE FROM accounts") }
        try await withHasher { hasher in
            let accounts = Accounts(
                database: parts.database,
                hasher: hasher,
                clock: provider.clock,
                revocations: parts.revocations
            )
            try await body(accounts, parts.sessions, provider.clock)
        }
    }
}

extension Accounts {
    fileprivate func addAlice() async throws -> Account { try await add("alice", "Alice", ["admin"]) }

    fileprivate func add(_ name: String, _ displayName: String, _ roles: Set<String> = []) async throws -> Account {
        try await add(
            username: name,
            password: Credential("correct horse"),
            displayName: displayName,
            email: nil,
            roles: roles
        )
    }
}

@Suite("Accounts")
struct AccountsTests {
    @Test func `the right name and password find the account`() async throws {
        try await withAccounts { accounts, _, _ in
            let added = try await accounts.addAlice()
            for name in ["alice", "ALICE"] {
                let found = try await accounts.authenticate(
                    username: name,
                    password: Credential("correct horse"),
                    decision: .unheard()
                )
                #expect(found.id == added.id)
                #expect(found.roles == ["admin"])
            }
        }
    }

    @Test(arguments: [
        ("alice", "correct house"), ("alice", ""), ("mallory", "correct horse"), ("al\u{ED}ce", "correct horse"),
    ])
    func `an unknown name and a wrong password are refused alike, after the same work`(name: String, password: String)
        async throws
    {
        try await withAccounts { accounts, _, _ in
            _ = try await accounts.addAlice()
            let before = accounts.hasher.workCount
            await #expect(throws: Refusal.credentialsWrong) {
                try await accounts.authenticate(username: name, password: Credential(password), decision: .unheard())
            }
            #expect(accounts.hasher.workCount == before + 1)
        }
    }

    @Test func `a name with a NUL in it is just an unknown name`() async throws {
        try await withAccounts { accounts, _, _ in
            _ = try await accounts.addAlice()
            await #expect(throws: Refusal.credentialsWrong) {
                try await accounts.authenticate(
                    username: "alice\u{0}",
                    password: Credential("correct horse"),
                    decision: .unheard()
                )
            }
        }
    }

    @Test func `a disabled account is told so only behind the right password, and is signed out everywhere`()
        async throws
    {
        try await withAccounts { accounts, sessions, _ in
            let alice = try await accounts.addAlice()
            let session = try await sessions.begin(for: alice, decision: .unheard())
            try await accounts.disable(username: alice.username, decision: .unheard())
            await #expect(throws: Refusal.accountDisabled) {
                try await accounts.authenticate(
                    username: "alice",
                    password: Credential("correct horse"),
                    decision: .unheard()
                )
            }
            await #expect(throws: Refusal.credentialsWrong) {
                try await accounts.authenticate(
                    username: "alice",
                    password: Credential("wrong horse"),
                    decision: .unheard()
                )
            }
            #expect(try await sessions.find(sid: session.sid) == nil)
            await #expect(throws: Refusal.resourceNotFound) {
                try await accounts.disable(username: "nobody", decision: .unheard())
            }
        }
    }

    @Test func `a name is taken once, in whatever case`() async throws {
        try await withAccounts { accounts, _, _ in
            let alice = try await accounts.addAlice()
            await #expect(throws: Refusal.conflict) {
                try await accounts.add(
                    username: "Alice",
                    password: Credential("another password"),
                    displayName: "Not Alice",
                    email: nil,
                    roles: []
                )
            }
            #expect(try await accounts.find(id: alice.id)?.displayName == "Alice")
        }
    }

    @Test(
        arguments: [
            ("", "long enough", []), ("with space", "long enough", []), ("älice", "long enough", []),
            (String(repeating: "a", count: 65), "long enough", []), ("bob", "2short", []),
            ("bob", String(repeating: "p", count: 1_025), []), ("bob", "long enough", ["two words"]),
        ] as [(String, String, Set<String>)]
    )
    func `an account out of form is not added`(name: String, password: String, roles: Set<String>) async throws {
        try await withAccounts { accounts, _, _ in
            await #expect(throws: Refusal.parameterMalformed) {
                try await accounts.add(
                    username: name,
                    password: Credential(password),
                    displayName: "Bob",
                    email: nil,
                    roles: roles
                )
            }
        }
    }

    @Test func `a hash of older parameters is replaced at the next sign-in`() async throws {
        try await withAccounts { accounts, _, _ in
            let alice = try await accounts.addAlice()
            try await withHasher(PasswordHasher(parameters: .init(memoryKiB: 128, passes: 1, lanes: 1))) { newer in
                let today = Accounts(
                    database: accounts.database,
                    hasher: newer,
                    clock: accounts.clock,
                    revocations: accounts.revocations
                )
                for expected in [2, 3] {  // Verified and hashed anew; then verified only.
                    _ = try await today.authenticate(
                        username: "alice",
                        password: Credential("correct horse"),
                        decision: .unheard()
                    )
                    #expect(newer.workCount == expected)
                }
                let stored = try await today.database.read { connection in
                    try connection.query("SELECT password_hash FROM accounts WHERE id = $1", [alice.id])[0]
                        .text("password_hash")
                }
                #expect(newer.isCurrent(stored))
            }
        }
    }
}

@Suite("Sign-on sessions")
struct SignOnSessionsTests {
    @Test func `a session is found by its cookie and by its sid, and its cookie is not stored`() async throws {
        try await withAccounts { accounts, sessions, clock in
            let alice = try await accounts.addAlice()
            let begun = try await sessions.begin(for: alice, decision: .unheard())
            let cookie = try #require(begun.cookie)
            let found = try #require(try await sessions.find(cookie: cookie))
            #expect(found.sid == begun.sid)
            #expect(found.accountID == alice.id)
            #expect(found.authenticatedAt == clock.now())
            #expect(try await sessions.find(sid: begun.sid)?.cookie == nil)
            #expect(try await sessions.find(cookie: .random()) == nil)
            #expect(try await sessions.find(cookie: Credential(begun.sid)) == nil)
        }
    }

    @Test func `a session ends with its lifetime`() async throws {
        try await withAccounts { accounts, sessions, clock in
            let session = try await sessions.begin(for: accounts.addAlice(), decision: .unheard())
            clock.advance(bySeconds: 43_199)
            #expect(try await sessions.find(sid: session.sid) != nil)
            clock.advance(bySeconds: 1)
            #expect(try await sessions.find(sid: session.sid) == nil)
        }
    }

    @Test func `the same person keeps the sid and gets a new cookie; the old cookie opens nothing`() async throws {
        try await withAccounts { accounts, sessions, clock in
            let alice = try await accounts.addAlice()
            let first = try await sessions.begin(for: alice, decision: .unheard())
            clock.advance(bySeconds: 60)
            let second = try await sessions.begin(for: alice, replacing: first, decision: .unheard())
            #expect(second.sid == first.sid)
            #expect(try await sessions.find(cookie: #require(first.cookie)) == nil)
            let found = try await sessions.find(cookie: #require(second.cookie))
            #expect(found?.authenticatedAt == clock.now())
        }
    }

    @Test func `an account disabled while its password was being checked begins no session`() async throws {
        try await withAccounts { accounts, sessions, _ in
            let alice = try await accounts.addAlice()
            let before = try await sessions.begin(for: alice, decision: .unheard())
            #expect(try await sessions.find(sid: before.sid) != nil)
            try await accounts.disable(username: alice.username, decision: .unheard())
            for old in [nil, before] {
                await #expect(throws: Refusal.accountDisabled) {
                    try await sessions.begin(for: alice, replacing: old, decision: .unheard())
                }
            }
        }
    }

    @Test func `who signs in while the password is being changed has shown the old one, and begins no session`()
        async throws
    {
        try await withAccounts { accounts, sessions, _ in
            _ = try await accounts.addAlice()
            let shown = try await accounts.authenticate(
                username: "alice",
                password: Credential("correct horse"),
                decision: .unheard()
            )
            try await accounts.setPassword(Credential("battery staple"), username: "alice", decision: .unheard())
            await #expect(throws: Refusal.credentialsWrong) {
                try await sessions.begin(for: shown, decision: .unheard())
            }
            let again = try await accounts.authenticate(
                username: "alice",
                password: Credential("battery staple"),
                decision: .unheard()
            )
            #expect(try await sessions.begin(for: again, decision: .unheard()).accountID == shown.id)
        }
    }

    @Test func `another person ends the session before`() async throws {
        try await withAccounts { accounts, sessions, _ in
            let alices = try await sessions.begin(for: accounts.addAlice(), decision: .unheard())
            let bob = try await accounts.add("bob", "Bob")
            let bobs = try await sessions.begin(for: bob, replacing: alices, decision: .unheard())
            #expect(bobs.sid != alices.sid)
            #expect(try await sessions.find(sid: alices.sid) == nil)
            #expect(try await sessions.find(sid: bobs.sid)?.accountID == bob.id)
        }
    }

    @Test func `a session that was ended meanwhile does not come back by signing in over it`() async throws {
        try await withAccounts { accounts, sessions, _ in
            let alice = try await accounts.addAlice()
            let first = try await sessions.begin(for: alice, decision: .unheard())
            try await sessions.end(sid: first.sid, decision: .unheard())
            let second = try await sessions.begin(for: alice, replacing: first, decision: .unheard())
            #expect(try await sessions.find(cookie: #require(first.cookie)) == nil)
            #expect(try await sessions.find(cookie: #require(second.cookie)) == nil)
        }
    }

    @Test func `ending all of one account leaves the others alone`() async throws {
        try await withAccounts { accounts, sessions, _ in
            let alice = try await accounts.addAlice()
            let alices = [
                try await sessions.begin(for: alice, decision: .unheard()),
                try await sessions.begin(for: alice, decision: .unheard()),
            ]
            let bobs = try await sessions.begin(for: accounts.add("bob", "Bob"), decision: .unheard())
            _ = try await accounts.signOut(username: alice.username, decision: .unheard())
            for session in alices { #expect(try await sessions.find(sid: session.sid) == nil) }
            #expect(try await sessions.find(sid: bobs.sid) != nil)
        }
    }
}
