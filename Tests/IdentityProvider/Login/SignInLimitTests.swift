import Audit
import HTTPTypes
import TestKit
import Testing
import Tokens

@testable import IdentityProvider
@testable import ServiceKit

@Suite("Guessing passwords")
struct SignInLimitTests {
    private func logIn(
        _ provider: TestProvider,
        _ user: String = "alice",
        _ password: String = "wrong horse"
    ) async throws -> Answer {
        try await provider.post(
            "/auth/login",
            json: ["client_id": "gatehouse-demo", "username": .string(user), "password": .string(password)]
        )
    }

    @Test(arguments: ["alice", "nobody", "ALICE", "no such name!"])
    func `after three the wait doubles, for names that do not exist too, and no password is hashed`(name: String)
        async throws
    {
        try await TestProvider.run { provider in
            for _ in 0..<3 { #expect(try await logIn(provider, name).error == "invalid_grant") }
            for wait in [1, 2, 4, 8] as [Int64] {
                let hashed = provider.parts.hasher.workCount
                let answer = try await logIn(provider, name, TestProvider.password.exposed)
                #expect(answer.status == 429 && answer.error == "too_many_requests")
                #expect(answer.headers[.retryAfter] == String(wait))
                #expect(provider.parts.hasher.workCount == hashed)
                provider.clock.advance(bySeconds: wait)
                #expect(try await logIn(provider, name).status == 400)
            }
        }
    }

    @Test(arguments: ["alice", "nobody"])
    func `a try that is turned away says on record at whose door, never what was typed`(
        name: String
    ) async throws {
        try await TestProvider.run { provider in
            for _ in 0..<3 { _ = try await logIn(provider, name) }
            #expect(try await logIn(provider, name).status == 429)
            let record = try #require(provider.audit.records.last)
            #expect(record.event == .signIn && record.reason == .refusal(.rateLimited))
            #expect(record.details["limit"] == "sign-in")
            #expect(record.subject == (name == "alice" ? try provider.account("alice").id : nil))
        }
    }

    @Test func `the victim signs in from home while the attacker waits`() async throws {
        let address = TestAddress(TestAddress.elsewhere)
        try await TestProvider.run(from: address) { provider in
            for _ in 0..<3 { _ = try await logIn(provider) }
            #expect(try await logIn(provider).status == 429)
            try address.move(to: TestAddress.home)
            #expect(try await logIn(provider, "alice", TestProvider.password.exposed).status == 200)
            // The victim's success is not the attacker's.
            try address.move(to: TestAddress.elsewhere)
            #expect(try await logIn(provider).status == 429)
        }
    }

    @Test func `a success clears the failures before it`() async throws {
        try await TestProvider.run { provider in
            for _ in 0..<5 {
                for _ in 0..<2 {
                    let wrong = try await logIn(provider)
                    #expect(wrong.status == 400)
                }
                let right = try await logIn(provider, "alice", TestProvider.password.exposed)
                #expect(right.status == 200)
            }
        }
    }

    @Test func `many who try at the same moment are a few`() async throws {
        try await TestProvider.run { provider in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<12 { tasks.addTask { try await self.logIn(provider).status } }
                return try await tasks.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [400: 3, 429: 9])
        }
    }

    @Test func `one password on many names is a guess too, and the other network is not asked to wait`() async throws {
        let address = TestAddress(TestAddress.elsewhere)
        try await TestProvider.run(settings: ["limits.signInFailuresPerQuarterHour": "8"], from: address) { provider in
            for name in 0..<8 { #expect(try await logIn(provider, "name\(name)").status == 400) }
            let answer = try await logIn(provider, "alice", TestProvider.password.exposed)
            #expect(answer.status == 429)
            #expect(answer.headers[.rateLimitPolicy] == #""sign-in-failures";q=8;w=900"#)
            try address.move(to: TestAddress.home)
            #expect(try await logIn(provider, "alice", TestProvider.password.exposed).status == 200)
        }
    }

    @Test func `the sign-in page says in words how long to wait`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            var page = try await browser.get(try await browser.authorize(.firstParty).location())
            for _ in 0..<4 {
                page = try await browser.submit("/login", of: page, [("username", "alice"), ("password", "wrong")])
                provider.clock.advance(bySeconds: 1)
            }
            page = try await browser.typePassword(on: page)
            #expect(page.status == 429)
            #expect(page.headers[.retryAfter] == "1")
            #expect(page.text.contains("Too many tries have failed. Wait 1 second, then try again."))
            provider.clock.advance(bySeconds: 1)
            #expect(try await browser.typePassword(on: page).status == 303)
        }
    }

    @Test(arguments: [
        ("limits.signInFreeTries", "51"), ("limits.signInWaitSecondsMax", "0"),
        ("limits.signInFailuresPerQuarterHour", "2"),
    ])
    func `a setting that makes no sense stops the start`(key: String, value: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try SignInSettings(reading: SettingsReader(values: [key: value]))
        }
        #expect(error?.key.hasPrefix("limits.signIn") == true)
    }
}
