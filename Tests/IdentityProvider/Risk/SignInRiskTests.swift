import Audit
import Storage
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Sign-ins from elsewhere")
struct SignInRiskTests {
    private func logIn(
        _ provider: TestProvider,
        password: Credential = TestProvider.password,
        proof: Credential? = nil,
        from place: Place
    ) async throws -> Answer {
        let body: JSONObject = [
            "client_id": "gatehouse-demo", "username": "alice", "password": .string(password.exposed),
        ]
        return try await provider.post("/auth/login", json: body, proof: proof, from: place)
    }

    /// Says to be the owner's phone.
    private static let spoofed = Place(address: TestAddress.elsewhere, agent: Place.home.agent)

    /// Wrong passwords for alice, each from a network of its own.
    private func guess(_ times: Int, at provider: TestProvider) async throws {
        for time in 0..<times {
            let place = Place(address: "203.0.\(time).1", agent: "curl/8")
            #expect(try await logIn(provider, password: Credential("wrong horse"), from: place).status == 400)
        }
    }

    private func noted(_ provider: TestProvider) throws -> (risk: String?, signals: [String]) {
        let record = try #require(provider.audit.records.last)
        return (record.details["risk"], record.signals)
    }

    @Test func `the first sign-in is as good as any; a new place and a new device are on record`() async throws {
        try await TestProvider.run { provider in
            let travels: [(Place, String, [String])] = [
                (.home, "low", []), (.home, "low", []), (.mobile, "low", ["newSourceAtSignIn"]),
                (.mobile, "low", []), (.elsewhere, "medium", ["newAgentAtSignIn", "newSourceAtSignIn"]),
                (.elsewhere, "low", []), (.home, "low", []),
            ]
            for (place, risk, signals) in travels {
                let answer = try await logIn(provider, from: place)
                #expect(answer.status == 200)
                #expect(try noted(provider) == (risk, signals))
            }
        }
    }

    @Test(arguments: [(9, 200), (10, 400)] as [(times: Int, status: Int)], [Place.elsewhere, spoofed])
    func `a guess that is right at last is answered as a wrong one, from a place that is new`(
        _ guesses: (times: Int, status: Int),
        elsewhere: Place
    ) async throws {
        try await TestProvider.run { provider in
            #expect(try await logIn(provider, from: .home).status == 200)
            try await guess(guesses.times, at: provider)
            let right = try await logIn(provider, from: elsewhere)
            #expect(right.status == guesses.status)
            guard guesses.status == 400 else { return }
            #expect(try noted(provider).risk == "high")
            #expect(provider.audit.records.last?.reason == .refusal(.riskTooHigh))
            let wrong = try await logIn(provider, password: Credential("wrong horse"), from: elsewhere)
            #expect(right.text == wrong.text)
            // It has not become a place that is known.
            #expect(try await logIn(provider, from: elsewhere).status == 400)
            // Whoever guesses keeps nobody out of where they always were.
            #expect(try await logIn(provider, from: .home).status == 200)
            provider.clock.advance(bySeconds: 1_800)
            #expect(try await logIn(provider, from: elsewhere).status == 200)
        }
    }

    @Test func `the page says the same as to a wrong password`() async throws {
        try await TestProvider.run { provider in
            #expect(try await logIn(provider, from: .home).status == 200)
            try await guess(10, at: provider)
            var browser = Browser(provider)
            let page = try await browser.get(try await browser.authorize(.firstParty).location())
            let answer = try await browser.typePassword(on: page)
            #expect(answer.status == 403 && answer.text.contains("Name or password is wrong."))
        }
    }

    @Test func `a key that is known is a device that is known, wherever it is`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            for place in [Place.home, .elsewhere] {
                _ = try await provider.logIn(proof: key.proof(for: "/auth/login"), from: place)
                #expect(try noted(provider) == ("low", []))
            }
        }
    }

    @Test(arguments: [false, true])
    func `however many guesses, a key that is known lets its owner in from a new place`(isKnown: Bool) async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            _ = try await provider.logIn(proof: key.proof(for: "/auth/login"), from: .home)
            try await guess(10, at: provider)
            let shown = isKnown ? key : try ClientKey(at: provider)
            let answer = try await logIn(provider, proof: shown.proof(for: "/auth/login"), from: .elsewhere)
            #expect(answer.status == (isKnown ? 200 : 400))
        }
    }

    @Test func `a new key at every sign-in washes out no place`() async throws {
        try await TestProvider.run { provider in
            _ = try await provider.logIn(from: .home)
            for _ in 0..<25 {
                let proof = try ClientKey(at: provider).proof(for: "/auth/login")
                let caller = Place(address: Place.mobile.address, agent: Place.elsewhere.agent)
                _ = try await provider.logIn(proof: proof, from: caller)
                provider.clock.advance(bySeconds: 1)
            }
            _ = try await provider.logIn(from: .home)
            #expect(try noted(provider) == ("low", []))
        }
    }

    @Test func `half a year later a place is new again`() async throws {
        try await TestProvider.run { provider in
            _ = try await provider.logIn(from: .home)
            _ = try await provider.logIn(from: .mobile)
            provider.clock.advance(bySeconds: SignInRisk.memorySeconds - 1)
            _ = try await provider.logIn(from: .mobile)
            provider.clock.advance(bySeconds: 1)
            _ = try await provider.logIn(from: .home)
            #expect(try noted(provider) == ("low", ["newSourceAtSignIn"]))
        }
    }

    @Test func `twenty places are remembered, the latest`() async throws {
        try await TestProvider.run { provider in
            let account = try provider.account("alice")
            for place in 0..<30 {
                let caller = CallerContext(source: SourceNetwork(text: "net\(place)"), agent: nil, key: nil)
                try await provider.parts.signInRisk.require(account, from: caller, .unheard())
                provider.clock.advance(bySeconds: 1)
            }
            let left = try await provider.parts.database.read { connection in
                try connection.query("SELECT value FROM known_contexts WHERE kind = 'source'").map {
                    try $0.text("value")
                }
            }
            #expect(Set(left) == Set((10..<30).map { "net\($0)" }))
        }
    }

    @Test(arguments: [("stepUp", 200), ("deny", 400)])
    func `the policy decides what comes of a new place with new software`(medium: String, status: Int) async throws {
        try await TestProvider.run(settings: ["risk.medium": medium]) { provider in
            _ = try await provider.logIn(from: .home)
            #expect(try await logIn(provider, from: .elsewhere).status == status)
            #expect(try noted(provider) == ("medium", ["newAgentAtSignIn", "newSourceAtSignIn"]))
        }
    }

    @Test func `set to stepUp, the right password is enough`() async throws {
        try await TestProvider.run(settings: ["risk.high": "stepUp"]) { provider in
            #expect(try await logIn(provider, from: .home).status == 200)
            try await guess(10, at: provider)
            #expect(try await logIn(provider, from: .elsewhere).status == 200)
            #expect(try noted(provider).risk == "high")
        }
    }
}
