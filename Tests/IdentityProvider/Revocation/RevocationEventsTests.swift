import HTTPTypes
import ServiceKit
import Storage
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Whatever is revoked is told")
struct RevocationEventsTests {
    private func event(_ target: RevocationTarget, _ cause: RevocationEvent.Cause) -> RevocationEvent {
        RevocationEvent(target, cause, at: NumericDate(TestProvider.epoch))
    }

    @Test func `who signs out ends one session, and that once`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let body: JSONObject = [
                "client_id": "gatehouse-demo", "refresh_token": .string(tokens.refreshToken?.exposed ?? ""),
            ]
            let answer = try await provider.post("/auth/logout", json: body)
            #expect(try await provider.post("/auth/logout", json: body).status == 204)
            #expect(try await provider.told() == [event(.session(provider.sessionID(tokens)), .sessionRevoked)])
            // The log of this request, and whoever hears the event, name the same transaction.
            let transactionID = answer.headers[.transactionID]
            #expect(try await provider.toldTransactionIDs() == [transactionID] && transactionID != nil)
        }
    }

    @Test func `a token given back is told once, a family as what one client had in one session`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let tokenID = try #require(provider.payload(tokens.accessToken)["jti"]?.string)
            for token in [tokens.accessToken, tokens.accessToken, tokens.refreshToken, tokens.refreshToken] {
                let form: KeyValuePairs = ["client_id": "gatehouse-demo", "token": token?.exposed ?? ""]
                #expect(try await provider.post("/oauth2/revoke", form).status == 200)
            }
            let grant = RevocationTarget.grant(
                sessionID: try provider.sessionID(tokens),
                clientID: "gatehouse-demo"
            )
            #expect(
                try await provider.told() == [event(.token(tokenID), .tokenRevoked), event(grant, .sessionRevoked)]
            )
        }
    }

    @Test(arguments: ["user", "family"])
    func `a spent refresh token that comes back ends what the setting says`(scope: String) async throws {
        try await TestProvider.run(settings: ["refresh.reuseRevokes": scope]) { provider in
            let first = try await provider.logIn()
            let second = try await provider.refresh(first.refreshToken).tokens()
            _ = try await provider.refresh(second.refreshToken).tokens()
            // The second time there is nothing left to end.
            for _ in 0..<2 { #expect(try await provider.refresh(first.refreshToken).error == "invalid_grant") }
            let family = RevocationTarget.grant(sessionID: try provider.sessionID(first), clientID: "gatehouse-demo")
            let target = scope == "user" ? RevocationTarget.subject(try provider.account("alice").id) : family
            #expect(try await provider.told() == [event(target, .sessionRevoked)])
            #expect(try await !provider.isActive(first.accessToken))
        }
    }

    @Test func `a code that comes back ends what it has brought`() async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            let tokens = try await provider.redeem(issued).tokens()
            for _ in 0..<2 { #expect(try await provider.redeem(issued).error == "invalid_grant") }
            let grant = RevocationTarget.grant(sessionID: issued.sessionID, clientID: "web")
            #expect(try await provider.told() == [event(grant, .sessionRevoked)])
            #expect(try await !provider.isActive(tokens.accessToken))
        }
    }

    @Test(
        arguments: [
            ("users/disable", ["username": "alice"], RevocationEvent.Cause.accountDisabled),
            ("users/password", ["username": "alice"], .credentialChange),
            ("revocations", ["username": "alice"], .sessionRevoked),
        ] as [(String, JSONObject, RevocationEvent.Cause)]
    )
    func `what an operator does to a user is told every time`(
        path: String,
        body: JSONObject,
        cause: RevocationEvent.Cause
    ) async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let expected = event(.subject(try provider.account("alice").id), cause)
            for _ in 0..<2 { #expect(try await provider.operate(path, body).status == 200) }
            #expect(try await provider.told() == [expected, expected])
            #expect(try await !provider.isActive(tokens.accessToken))
            #expect(try await provider.refresh(tokens.refreshToken).error == "invalid_grant")
        }
    }

    @Test func `other roles end the access tokens, and neither sessions nor refresh tokens; the same roles nothing`()
        async throws
    {
        try await TestProvider.run { provider in
            let ada = try await provider.logIn("ada")
            #expect(ada.scope.contains("orders:admin"))
            for _ in 0..<2 {
                let body: JSONObject = ["username": "ada", "roles": []]
                #expect(try await provider.operate("users/roles", body).status == 200)
            }
            #expect(
                try await provider.told() == [event(.subject(provider.account("ada").id), .tokenClaimsChange)]
            )
            #expect(try await !provider.isActive(ada.accessToken))
            let next = try await provider.refresh(ada.refreshToken).tokens()
            #expect(!next.scope.contains("orders:admin"))
            #expect(try await provider.isActive(next.accessToken))
        }
    }

    @Test func `what cannot be told does not happen`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            try await provider.parts.database.transaction { try $0.run("DROP TABLE security_events") }
            let answer = try await provider.operate("users/disable", ["username": "alice"])
            #expect(answer.status == 500)
            #expect(try await provider.isActive(tokens.accessToken))
            #expect(try await provider.refresh(tokens.refreshToken).status == 200)
        }
    }

    @Test func `a restart forgets nothing`() async throws {
        try await TestProvider.run { provider in
            let (alice, ada) = (try await provider.logIn(), try await provider.logIn("ada"))
            _ = try await provider.operate("revocations", ["username": "alice"])
            let again = try await open(provider.parts.settings, provider.parts.runtime, sender: TestNetwork())
            for (tokens, isActive) in [(alice, false), (ada, true)] {
                let claims = try? await again.issued.requireActiveAccessToken(tokens.accessToken, .unheard())
                #expect((claims != nil) == isActive)
            }
            await again.close()
        }
    }
}
