import Audit
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Who tries a bound refresh token without its key again and again")
struct KeyProbingTests {
    private struct Scene {
        let provider: TestProvider
        let key: ClientKey
        var tokens: TokenResponse

        /// Alice, signed in with a key.
        init(at provider: TestProvider) async throws {
            self.provider = provider
            key = try ClientKey(at: provider)
            tokens = try await provider.logIn(proof: key.proof(for: "/auth/login"))
        }

        /// Presents a token without its key, every other time with another one.
        func probe(_ token: Credential?, times: Int) async throws {
            for time in 0..<times {
                let proof = time.isMultiple(of: 2) ? nil : try ClientKey(at: provider).proof()
                #expect(try await provider.refresh(token, proof: proof).error == "invalid_grant")
            }
        }

        func isSuspended() async throws -> Bool { try await !provider.parts.suspensions.list().isEmpty }
    }

    @Test(arguments: [(4, false), (5, true)])
    func `four guesses end nothing, the fifth ends the family`(times: Int, isSuspended: Bool) async throws {
        try await TestProvider.run { provider in
            let scene = try await Scene(at: provider)
            try await scene.probe(scene.tokens.refreshToken, times: times)
            #expect(try await scene.isSuspended() == isSuspended)
            let owner = try await provider.refresh(scene.tokens.refreshToken, proof: scene.key.proof())
            #expect(owner.status == (isSuspended ? 400 : 200))
        }
    }

    @Test func `verifiers are told, and the record says which suspension it was`() async throws {
        try await TestProvider.run { provider in
            let scene = try await Scene(at: provider)
            let session = try provider.sessionID(scene.tokens)
            try await scene.probe(scene.tokens.refreshToken, times: 6)
            let grant = RevocationTarget.grant(sessionID: session, clientID: "gatehouse-demo")
            #expect(try await provider.told().map(\.target) == [grant])
            let record = try #require(provider.audit.records.last { !$0.revoked.isEmpty })
            #expect(record.reason == .refusal(.grantKeyMismatch) && record.revoked == [grant])
            let suspension = try #require(try await provider.parts.suspensions.list().first?.suspension)
            #expect(suspension.id == record.details["suspension"] && suspension.cause.reason == .keyProbed)
        }
    }

    @Test func `guesses far apart end nothing`() async throws {
        try await TestProvider.run { provider in
            let scene = try await Scene(at: provider)
            for _ in 0..<3 {
                try await scene.probe(scene.tokens.refreshToken, times: 4)
                provider.clock.advance(bySeconds: 600)
            }
            #expect(try await !scene.isSuspended())
        }
    }

    @Test func `an old token is worth no guess, and nobody is signed out by it`() async throws {
        try await TestProvider.run { provider in
            var scene = try await Scene(at: provider)
            let old = scene.tokens.refreshToken
            scene.tokens = try await provider.refresh(old, proof: scene.key.proof()).tokens()
            try await scene.probe(old, times: 10)
            #expect(try await provider.refresh(scene.tokens.refreshToken, proof: scene.key.proof()).status == 200)
        }
    }

    @Test func `what was never bound is not guessed at`() async throws {
        try await TestProvider.run { provider in
            let token = try await provider.logIn().refreshToken
            for _ in 0..<10 {
                let proof = try ClientKey(at: provider).proof()
                #expect(try await provider.refresh(token, proof: proof).error == "invalid_grant")
            }
            #expect(try await provider.refresh(token).status == 200)
        }
    }

    @Test func `lifted, the key opens it again, and guesses are counted anew`() async throws {
        try await TestProvider.run { provider in
            var scene = try await Scene(at: provider)
            try await scene.probe(scene.tokens.refreshToken, times: 5)
            let id = try #require(try await provider.parts.suspensions.list().first?.suspension.id)
            _ = try await provider.parts.suspensions.lift(id, includingFamily: true)
            try await scene.probe(scene.tokens.refreshToken, times: 4)
            scene.tokens = try await provider.refresh(scene.tokens.refreshToken, proof: scene.key.proof()).tokens()
            #expect(scene.tokens.tokenType == .dpop)
        }
    }
}
