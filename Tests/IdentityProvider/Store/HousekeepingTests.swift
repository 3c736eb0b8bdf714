import ServiceKit
import Storage
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Housekeeping")
struct HousekeepingTests {
    private func clean(_ provider: TestProvider) async throws {
        try await Housekeeping(
            database: provider.parts.database,
            clock: provider.clock,
            accessLifetimeSeconds: 600,
            intervalSeconds: 600,
            logger: provider.parts.runtime.logger
        ).clean()
    }

    private func count(_ table: String, _ provider: TestProvider) async throws -> Int64 {
        try await provider.parts.database.read { connection in
            try connection.query("SELECT COUNT(*) AS rows FROM \(table)").first?.integer("rows") ?? -1
        }
    }

    private static let tables = [
        "authorization_codes", "refresh_families", "refresh_tokens", "sign_on_sessions",
    ]

    @Test func `what is over long since is gone, what lives stays`() async throws {
        try await TestProvider.run { provider in
            _ = try await provider.redeem(provider.issueCode()).tokens()
            try await clean(provider)
            for table in Self.tables { #expect(try await count(table, provider) == 1, "\(table)") }
            provider.clock.advance(bySeconds: 91 * 86_400)
            try await clean(provider)
            for table in Self.tables { #expect(try await count(table, provider) == 0, "\(table)") }
        }
    }

    @Test(arguments: [(89, 1), (91, 0)] as [(Int64, Int64)])
    func `a suspension is remembered for ninety days, and as long as it can be lifted`(days: Int64, left: Int64)
        async throws
    {
        let settings = ["refresh.familyLifetimeSeconds": "31536000"]
        try await TestProvider.run(settings: settings) { provider in
            let short = try await provider.issueCode(scope: ["orders:read"])
            let long = try await provider.issueCode()
            for issued in [short, long] {
                _ = try await provider.redeem(issued).tokens()
                _ = try await provider.redeem(issued)
            }
            provider.clock.advance(bySeconds: days * 86_400)
            try await clean(provider)
            #expect(try await count("suspensions", provider) == 1 + left)
        }
    }

    @Test func `cleaning forgets no theft and revives nothing`() async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            let tokens = try await provider.redeem(issued).tokens()
            let demo = try await provider.logIn()
            let next = try await provider.refresh(demo.refreshToken).tokens()
            // The session is over by its time; what has grown out of it lives on.
            provider.clock.advance(bySeconds: 13 * 3_600)
            try await clean(provider)
            #expect(try await provider.redeem(issued).error == "invalid_grant")
            let refresh = try await provider.post(
                "/oauth2/token",
                ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken?.exposed ?? ""],
                authorization: provider.basic("web")
            )
            #expect(refresh.error == "invalid_grant")
            #expect(try await provider.refresh(demo.refreshToken).error == "invalid_grant")
            #expect(try await provider.refresh(next.refreshToken).error == "invalid_grant")
        }
    }

    @Test(arguments: [true, false])
    func `an old generation proves theft also after its own thirty days`(isReplayed: Bool) async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let second = try await provider.refresh(first.refreshToken).tokens()
            provider.clock.advance(bySeconds: 20 * 86_400)
            let third = try await provider.refresh(second.refreshToken).tokens()
            provider.clock.advance(bySeconds: 15 * 86_400)
            try await clean(provider)
            if isReplayed { #expect(try await provider.refresh(first.refreshToken).error == "invalid_grant") }
            #expect(try await provider.refresh(third.refreshToken).status == (isReplayed ? 400 : 200))
        }
    }
}
