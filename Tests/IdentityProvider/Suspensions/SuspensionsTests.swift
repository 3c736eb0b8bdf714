import Audit
import HTTPTypes
import Storage
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("What smells of theft is suspended, and can be given back")
struct SuspensionsTests {
    /// The one suspension that there is.
    private func only(_ provider: TestProvider) async throws -> JSONObject {
        let listed = try await provider.operate(.get, "suspensions").json["suspensions"]?.array ?? []
        #expect(listed.count == 1)
        return try #require(listed.first?.object)
    }

    private func lift(_ id: JSONValue?, includingFamily: Bool = true, _ provider: TestProvider) async throws -> Answer {
        let body: JSONObject = ["id": id ?? .null, "includingFamily": .bool(includingFamily)]
        return try await provider.operate("suspensions/lift", body)
    }

    /// Spends a token of alice's, and brings it again when the grace is over.
    ///
    /// - Gives: the token that was spent, and the living one.
    private func reuse(_ provider: TestProvider) async throws -> (spent: Credential?, living: TokenResponse) {
        let first = try await provider.logIn(from: .home)
        let second = try await provider.refresh(first.refreshToken, from: .home).tokens()
        provider.clock.advance(bySeconds: 31)
        #expect(try await provider.refresh(first.refreshToken, from: .elsewhere).error == "invalid_grant")
        #expect(try await provider.refresh(second.refreshToken, from: .home).error == "invalid_grant")
        return (first.refreshToken, second)
    }

    @Test(arguments: [("user", Int64(2)), ("family", Int64(1))])
    func `reuse is written down with what it ended and who came`(kind: String, families: Int64) async throws {
        try await TestProvider.run(settings: ["refresh.reuseRevokes": kind]) { provider in
            let elsewhere = try await provider.logIn()
            _ = try await reuse(provider)
            let suspension = try await only(provider)
            let record = try #require(provider.audit.records.last { !$0.revoked.isEmpty })
            #expect(suspension["kind"]?.string == kind && suspension["reason"] == "refreshTokenReused")
            #expect(suspension["username"] == "alice" && suspension["client_id"] == "gatehouse-demo")
            #expect(suspension["source"] == "198.51.100.0/24" && suspension["agent"] == "curl/8")
            #expect(suspension["families"]?.integer == families)
            #expect(suspension["sessions"]?.integer == (kind == "user" ? 2 : 0))
            #expect(suspension["txn"]?.string == record.trace.transactionID)
            #expect(suspension["id"]?.string == record.details["suspension"])
            #expect(record.reason == .refusal(.refreshTokenReused))
            #expect(try await provider.told().map(\.target) == record.revoked)
            #expect(try await provider.refresh(elsewhere.refreshToken).status == (kind == "user" ? 400 : 200))
        }
    }

    @Test func `a code that comes back suspends what it has brought, once`() async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            let tokens = try await provider.redeem(issued).tokens()
            for _ in 0..<2 { #expect(try await provider.redeem(issued).error == "invalid_grant") }
            let suspension = try await only(provider)
            #expect(suspension["reason"] == "codeReused" && suspension["kind"] == "family")
            #expect(try await lift(suspension["id"], provider).json["families"] == 1)
            let refresh = try await provider.post(
                "/oauth2/token",
                ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken?.exposed ?? ""],
                authorization: provider.basic("web")
            )
            #expect(refresh.status == 200)
        }
    }

    @Test(arguments: ["user", "family"])
    func `lifted, the living token is good again; access tokens stay dead, the spent token reuse`(kind: String)
        async throws
    {
        try await TestProvider.run(settings: ["refresh.reuseRevokes": kind]) { provider in
            let (spent, living) = try await reuse(provider)
            let id = try await only(provider)["id"]
            let lifted = try await lift(id, provider)
            #expect(lifted.status == 200 && lifted.json["families"] == 1)
            #expect(lifted.json["sessions"]?.integer == (kind == "user" ? 1 : 0))
            #expect(try await !provider.isActive(living.accessToken))
            // Within the second of the revocation, too: what is issued now was not meant.
            let next = try await provider.refresh(living.refreshToken).tokens()
            #expect(try await provider.isActive(next.accessToken))
            #expect(try await provider.refresh(next.refreshToken).status == 200)
            #expect(try await provider.refresh(spent).error == "invalid_grant")
            #expect(try await !provider.isActive(next.accessToken))
        }
    }

    @Test(arguments: [false, true])
    func `the family in two hands is given back only where that was asked for`(includingFamily: Bool) async throws {
        try await TestProvider.run { provider in
            let other = try await provider.logIn(from: .home)
            let (_, living) = try await reuse(provider)
            let id = try await only(provider)["id"]
            let lifted = try await lift(id, includingFamily: includingFamily, provider)
            #expect(lifted.json["families"] == (includingFamily ? 2 : 1) && lifted.json["sessions"] == 2)
            #expect(try await provider.refresh(other.refreshToken, from: .home).status == 200)
            let status = try await provider.refresh(living.refreshToken, from: .home).status
            #expect(status == (includingFamily ? 200 : 400))
            #expect(try await only(provider)["families"] == (includingFamily ? 2 : 1))
        }
    }

    @Test func `where nothing but that family was ended, there is nothing else to lift`() async throws {
        try await TestProvider.run(settings: ["refresh.reuseRevokes": "family"]) { provider in
            _ = try await reuse(provider)
            let id = try await only(provider)["id"]
            #expect(try await provider.operate("suspensions/lift", ["id": id ?? .null]).status == 409)
            #expect(try await lift(id, provider).json["families"] == 1)
        }
    }

    @Test func `lifting is recorded, and done once`() async throws {
        try await TestProvider.run { provider in
            _ = try await reuse(provider)
            let id = try await only(provider)["id"]
            #expect(try await lift("nobody", provider).status == 404)
            #expect(try await lift(id, provider).status == 200)
            let record = try #require(provider.audit.records.last)
            #expect(record.event == .suspension && record.outcome == .allowed && record.isDurable)
            #expect(record.subject == (try provider.account("alice").id))
            #expect(record.details["suspension"] == id?.string)
            #expect(try await lift(id, provider).status == 409)
            #expect(try await only(provider)["liftedAt"]?.integer == TestProvider.epoch + 31)
        }
    }

    @Test(
        arguments: [
            ("users/disable", ["username": "alice"]), ("users/password", ["username": "alice"]),
            ("revocations", ["username": "alice"]), ("revocations", ["client_id": "gatehouse-demo"]),
        ] as [(String, JSONObject)]
    )
    func `what something else has ended too stays ended`(path: String, body: JSONObject) async throws {
        try await TestProvider.run { provider in
            let (_, living) = try await reuse(provider)
            #expect(try await provider.operate(path, body).status == 200)
            let lifted = try await lift(only(provider)["id"], provider)
            #expect(lifted.status == 200 && lifted.json["families"] == 0)
            #expect(try await provider.refresh(living.refreshToken).error == "invalid_grant")
        }
    }

    @Test func `a later suspension keeps what an earlier one has ended`() async throws {
        try await TestProvider.run(settings: ["refresh.reuseRevokes": "user"]) { provider in
            let (_, before) = try await reuse(provider)
            let first = try await only(provider)["id"]
            let (_, after) = try await reuse(provider)
            #expect(try await lift(first, provider).json["families"] == 0)
            for tokens in [before, after] {
                #expect(try await provider.refresh(tokens.refreshToken).error == "invalid_grant")
            }
        }
    }

    @Test func `who signs out of what is suspended stays signed out`() async throws {
        try await TestProvider.run { provider in
            let (_, living) = try await reuse(provider)
            let body: JSONObject = [
                "client_id": "gatehouse-demo", "refresh_token": .string(living.refreshToken?.exposed ?? ""),
            ]
            #expect(try await provider.post("/auth/logout", json: body).status == 204)
            let lifted = try await lift(only(provider)["id"], provider)
            #expect(lifted.json["families"] == 0 && lifted.json["sessions"] == 0)
        }
    }

    @Test(arguments: ["/logout", "/login"])
    func `who signs out at the browser, or in again, is not signed in by lifting`(path: String) async throws {
        try await TestProvider.run { provider in
            var (left, kept) = (Browser(provider), Browser(provider))
            _ = try await left.signIn(for: .firstParty)
            _ = try await kept.signIn(for: .firstParty)
            let stolen = left
            _ = try await reuse(provider)
            if path == "/logout" {
                let page = try await left.get("/logout")
                #expect(page.text.contains("Alice"))
                #expect(try await left.submit("/logout", of: page).status == 200)
            } else {
                _ = try await left.signIn(for: .firstParty)
            }
            #expect(try await lift(only(provider)["id"], provider).status == 200)
            var thief = stolen
            #expect(try await thief.authorize(.firstParty).location().hasPrefix("/login?"))
            #expect(try await kept.authorize(.firstParty).redirected().optional("code") != nil)
        }
    }

    @Test(arguments: [(13 * 3_600, 0, 1), (90 * 86_400, 0, 0)] as [(Int64, Int64, Int64)])
    func `what has expired meanwhile is not given back`(seconds: Int64, sessions: Int64, families: Int64) async throws {
        try await TestProvider.run { provider in
            _ = try await reuse(provider)
            let id = try await only(provider)["id"]
            provider.clock.advance(bySeconds: seconds)
            let lifted = try await lift(id, provider)
            #expect(lifted.json["sessions"]?.integer == sessions && lifted.json["families"]?.integer == families)
        }
    }

    @Test func `the newest comes first, and no more are listed than anybody reads`() async throws {
        try await TestProvider.run { provider in
            try await provider.parts.database.transaction { connection in
                for at in 1...Suspensions.listedMax + 5 {
                    try connection.run(
                        """
                        INSERT INTO suspensions (\(Suspension.columns))
                        VALUES ($1, 'user', 'f', 'a', 'c', 'codeReused', 't', NULL, NULL, $2, NULL)
                        """,
                        ["s\(at)", at]
                    )
                }
            }
            let listed = try await provider.parts.suspensions.list().map(\.suspension.at.secondsSinceEpoch)
            #expect(listed == (6...Int64(Suspensions.listedMax) + 5).reversed())
        }
    }
}
