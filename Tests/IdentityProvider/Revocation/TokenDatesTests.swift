import Testing
import Tokens

@testable import IdentityProvider

@Suite("Which came first, token or revocation")
struct TokenDatesTests {
    private static let now = NumericDate(TestProvider.epoch)
    private let index: RevocationIndex
    private let dates: TokenDates

    init() {
        let clock = FixedClock(Self.now)
        index = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: clock)
        dates = TokenDates(issuer: TestProvider.issuer, index: index, clock: clock)
    }

    private func revoke(_ target: RevocationTarget, of subject: String? = nil) throws -> NumericDate {
        let moment = dates.dateRevocation(target, of: subject)
        try index.revoke(target, issuer: TestProvider.issuer, at: moment)
        return moment
    }

    private func dateToken(_ subject: String = "alice", client: String = "app") -> NumericDate {
        dates.dateToken(subject: subject, client: client, session: "session")
    }

    @Test func `without a revocation both are dated now`() throws {
        #expect(dateToken() == Self.now)
        #expect(try revoke(.subject("bob"), of: "bob") == Self.now)
        #expect(dateToken() == Self.now)
    }

    @Test(arguments: [
        RevocationTarget.subject("alice"), .client("app"), .grant(sessionID: "session", clientID: "app"),
    ])
    func `a token of the second in which it would have been revoked is dated into the next`(target: RevocationTarget)
        throws
    {
        _ = try revoke(target, of: "alice")
        #expect(dateToken() == Self.now + 1)
        #expect(dateToken("bob", client: "another") == Self.now)
    }

    @Test(arguments: [RevocationTarget.subject("alice"), .client("app")])
    func `the next revocation of that second hits that token too`(second: RevocationTarget) throws {
        // By a thief, who causes the first with a refresh token that is spent, and signs in again.
        _ = try revoke(.client("app"))
        let token = dateToken()
        let subject: String? = if case .subject(let id) = second { id } else { nil }
        #expect(try revoke(second, of: subject) >= token)
        #expect(dateToken() == token + 1)
        // Nobody else's moment moves, nor that of what is revoked whole.
        #expect(dates.dateRevocation(.subject("bob"), of: "bob") == Self.now)
        #expect(dates.dateRevocation(.session("session"), of: nil) == Self.now)
    }

    @Test func `no token is dated further ahead than verifiers allow`() throws {
        for _ in 0..<20 {
            _ = try revoke(.subject("alice"), of: "alice")
            #expect(dateToken() <= Self.now + Bounds.clockSkewSeconds)
        }
    }

    @Test func `who changes the password and signs in at once has a token that works; the next change ends it`()
        async throws
    {
        try await TestProvider.run { provider in
            var tokens = try await provider.logIn()
            for _ in 0..<3 {
                try await provider.parts.accounts.setPassword(
                    TestProvider.password,
                    username: "alice",
                    decision: .unheard()
                )
                #expect(try await !provider.isActive(tokens.accessToken))
                tokens = try await provider.logIn()
                #expect(try await provider.isActive(tokens.accessToken))
            }
        }
    }

    @Test func `after a revocation a service, too, gets a token that works`() async throws {
        try await TestProvider.run { provider in
            _ = try await provider.operate("revocations", ["client_id": "poster"])
            let form: KeyValuePairs = [
                "grant_type": "client_credentials", "client_id": "poster",
                "client_secret": provider.template.secrets["poster"]?.exposed ?? "",
            ]
            #expect(try await provider.isActive(provider.post("/oauth2/token", form).tokens().accessToken))
        }
    }
}
