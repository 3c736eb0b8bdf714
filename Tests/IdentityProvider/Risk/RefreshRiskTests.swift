import Audit
import HTTPTypes
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Refreshes from elsewhere, RFC 9470 §3")
struct RefreshRiskTests {
    private static let updated = Place(address: TestAddress.home, agent: "Phone/2")

    private func expectNoted(_ level: RiskLevel, _ signals: [RiskSignal], _ provider: TestProvider) throws {
        let record = try #require(provider.audit.records.last)
        #expect(record.details["risk"] == level.rawValue)
        #expect(record.signals == signals.map(\.rawValue))
    }

    @Test(
        arguments: [
            ([.home, .mobile, .home], [.sourceChanged]), ([.home, updated, updated], []),
            ([.home, .home, updated], [.agentChanged]), ([.home, .mobile, .mobile], []),
        ] as [([Place], [RiskSignal])]
    )
    func `an ordinary phone is not bothered, and what was seen is on record`(places: [Place], last: [RiskSignal])
        async throws
    {
        try await TestProvider.run { provider in
            var tokens = try await provider.logIn(from: places[0])
            for place in places.dropFirst() {
                provider.clock.advance(bySeconds: 60)
                tokens = try await provider.refresh(tokens.refreshToken, from: place).tokens()
            }
            try expectNoted(.low, last, provider)
        }
    }

    @Test func `another device is told to have the user sign in; nothing is spent, and the owner goes on`() async throws
    {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn(from: .home)
            let body: JSONObject = [
                "client_id": "gatehouse-demo", "refresh_token": .string(tokens.refreshToken?.exposed ?? ""),
            ]
            let (before, again) = ([RiskSignal.agentAndSourceChangedAtOnce, .agentChanged], [RiskSignal.signInOwed])
            for (send, signals) in [
                ({ try await provider.refresh(tokens.refreshToken, from: .elsewhere) }, before),
                ({ try await provider.post("/auth/refresh", json: body, from: .elsewhere) }, before + again),
            ] as [(() async throws -> Answer, [RiskSignal])] {
                let answer = try await send()
                #expect(answer.status == 400)
                #expect(answer.text == #"{"error":"insufficient_user_authentication","max_age":0}"#)
                #expect(
                    answer.headers[.wwwAuthenticate]
                        == #"Bearer error="insufficient_user_authentication", max_age="0""#
                )
                try expectNoted(.medium, signals + [.sourceChanged], provider)
                #expect(provider.audit.records.last?.reason == .refusal(.riskStepUpRequired))
            }
            #expect(try await provider.isActive(tokens.accessToken))
            #expect(try await provider.refresh(tokens.refreshToken, from: .home).status == 200)
        }
    }

    @Test(arguments: [false, true])
    func `whoever was turned away is turned away later too: to wait is no sign-in`(wasTurnedAway: Bool) async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn(from: .home)
            if wasTurnedAway { _ = try await provider.refresh(tokens.refreshToken, from: .elsewhere) }
            provider.clock.advance(bySeconds: 86_400)
            guard wasTurnedAway else {
                #expect(try await provider.refresh(tokens.refreshToken, from: .elsewhere).status == 200)
                return
            }
            // Neither does it help to say what the owner's software says.
            for place in [Place.elsewhere, Place(address: TestAddress.elsewhere, agent: Place.home.agent)] {
                let answer = try await provider.refresh(tokens.refreshToken, from: place)
                #expect(answer.error == "insufficient_user_authentication")
            }
            let others = try await provider.logIn(from: .elsewhere)
            #expect(try await provider.refresh(others.refreshToken, from: .elsewhere).status == 200)
            #expect(try await provider.refresh(tokens.refreshToken, from: .home).status == 200)
        }
    }

    @Test func `who signs in again has a family that is fine where they are`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            _ = try await browser.signIn(for: .firstParty)
            provider.clock.advance(bySeconds: 1)
            // The session at the browser does not do: whoever holds it may be who has just been turned away.
            let ask = Ask.firstParty.with("max_age", "0").with("code_challenge", IssuedCode.challenge)
                .with("scope", "openid offline_access orders:read")
            let code = try await browser.signIn(for: ask).redirected().required("code")
            let redeemed = try await provider.post(
                "/oauth2/token",
                [
                    "grant_type": "authorization_code", "client_id": "gatehouse-demo", "code": code,
                    "redirect_uri": "http://127.0.0.1:8400/callback", "code_verifier": IssuedCode.verifier.exposed,
                ],
                from: .elsewhere
            ).tokens()
            let next = try await provider.refresh(redeemed.refreshToken, from: .elsewhere).tokens()
            try expectNoted(.low, [], provider)
            #expect(try await provider.refresh(next.refreshToken, from: .elsewhere).status == 200)
        }
    }

    @Test func `two devices by turns lose the family, and an operator can give it back`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn(from: .home)
            // Slowly: carried away and updated, for all that is known.
            provider.clock.advance(bySeconds: 1_000)
            let second = try await provider.refresh(first.refreshToken, from: .elsewhere).tokens()
            provider.clock.advance(bySeconds: 60)
            let answer = try await provider.refresh(second.refreshToken, from: .home)
            #expect(answer.status == 400 && answer.text == #"{"error":"invalid_grant"}"#)
            let record = try #require(provider.audit.records.last)
            let suspension = try #require(try await provider.parts.suspensions.list().first?.suspension)
            #expect(record.reason == .refusal(.riskTooHigh) && record.details["risk"] == "high")
            #expect(record.details["suspension"] == suspension.id && suspension.cause.reason == .riskTooHigh)
            #expect(record.signals.contains(RiskSignal.sourcesAlternate.rawValue) && !record.revoked.isEmpty)
            #expect(try await provider.refresh(second.refreshToken, from: .elsewhere).error == "invalid_grant")
            _ = try await provider.parts.suspensions.lift(suspension.id, includingFamily: true)
            #expect(try await provider.refresh(second.refreshToken, from: .elsewhere).status == 200)
        }
    }

    @Test func `two who share successors within the grace are seen`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn(from: .home)
            let second = try await provider.refresh(first.refreshToken, from: .home).tokens()
            // The thief writes what the owner's software writes, and is let in once: an answer that was lost on the way.
            #expect(try await provider.refresh(first.refreshToken, from: .mobile).status == 200)
            let third = try await provider.refresh(second.refreshToken, from: .home).tokens()
            let shared = try await provider.refresh(second.refreshToken, from: .mobile)
            #expect(shared.error == "insufficient_user_authentication")
            #expect(try await provider.refresh(third.refreshToken, from: .home).status == 200)
        }
    }

    @Test(
        arguments: [
            ("allow", 200, nil, false), ("stepUp", 400, "insufficient_user_authentication", false),
            ("deny", 400, "invalid_grant", true),
        ] as [(String, Int, String?, Bool)]
    )
    func `the policy decides what comes of a level`(response: String, status: Int, error: String?, isSuspended: Bool)
        async throws
    {
        try await TestProvider.run(settings: ["risk.medium": response]) { provider in
            let tokens = try await provider.logIn(from: .home)
            let answer = try await provider.refresh(tokens.refreshToken, from: .elsewhere)
            #expect(answer.status == status && answer.error == error)
            #expect(provider.audit.records.last?.details["risk"] == "medium")
            #expect(try await !provider.parts.suspensions.list().isEmpty == isSuspended)
        }
    }

    @Test func `a spent token is reuse before it is a risk`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn(from: .home)
            _ = try await provider.refresh(first.refreshToken, from: .home).tokens()
            provider.clock.advance(bySeconds: 31)
            #expect(try await provider.refresh(first.refreshToken, from: .elsewhere).error == "invalid_grant")
            #expect(try await provider.parts.suspensions.list().first?.suspension.cause.reason == .refreshTokenReused)
        }
    }

    @Test func `a confidential client proves itself, from whichever machine`() async throws {
        try await TestProvider.run { provider in
            var tokens = try await provider.redeem(provider.issueCode()).tokens()
            for place in [Place.home, .elsewhere, .home, .elsewhere] {
                tokens = try await provider.post(
                    "/oauth2/token",
                    ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken?.exposed ?? ""],
                    authorization: provider.basic("web"),
                    from: place
                ).tokens()
            }
            #expect(provider.audit.records.last?.details["risk"] == nil)
        }
    }
}
