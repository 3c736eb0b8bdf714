import Testing
import Tokens

@testable import IdentityProvider

@Suite("Revocation, RFC 7009 §2")
struct RevocationTests {
    private func revoke(_ token: Credential?, client: String = "gatehouse-demo", at provider: TestProvider) async throws
        -> Answer
    {
        try await provider.post("/oauth2/revoke", ["client_id": client, "token": token?.exposed ?? ""])
    }

    @Test func `an access token given back is dead, its family is not`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let answer = try await revoke(tokens.accessToken, at: provider)
            #expect(answer.status == 200 && answer.text.isEmpty)
            #expect(try await !provider.isActive(tokens.accessToken))
            let next = try await provider.refresh(tokens.refreshToken).tokens()
            #expect(try await provider.isActive(next.accessToken))
        }
    }

    @Test func `a refresh token given back takes its family and its access tokens along`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let second = try await provider.refresh(first.refreshToken).tokens()
            // Also an old generation: the client wants all of it gone.
            #expect(try await revoke(first.refreshToken, at: provider).status == 200)
            #expect(try await provider.refresh(second.refreshToken).error == "invalid_grant")
            #expect(try await !provider.isActive(second.accessToken))
        }
    }

    @Test func `the user's other sign-ins stay`() async throws {
        try await TestProvider.run { provider in
            let (here, there) = (try await provider.logIn(), try await provider.logIn())
            #expect(try await revoke(here.refreshToken, at: provider).status == 200)
            #expect(try await provider.refresh(there.refreshToken).status == 200)
        }
    }

    @Test(arguments: ["unknown", "a.b.c", "e30.e30.e30", String(repeating: "x", count: 9_000)])
    func `an unknown token is no error`(text: String) async throws {
        try await TestProvider.run { provider in
            let answer = try await revoke(Credential(text), at: provider)
            #expect(answer.status == 200)
        }
    }

    @Test func `giving back twice is no error`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            for token in [tokens.accessToken, tokens.accessToken, tokens.refreshToken, tokens.refreshToken] {
                #expect(try await revoke(token, at: provider).status == 200)
            }
        }
    }

    @Test func `another client's tokens are refused and stay good`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            for token in [tokens.accessToken, tokens.refreshToken] {
                let answer = try await revoke(token, client: "other-app", at: provider)
                #expect(answer.status == 400 && answer.error == "invalid_grant")
            }
            #expect(try await provider.isActive(tokens.accessToken))
            #expect(try await provider.refresh(tokens.refreshToken).status == 200)
        }
    }

    @Test func `a confidential client must prove itself first`() async throws {
        try await TestProvider.run { provider in
            let unproved = try await revoke(Credential("x"), client: "web", at: provider)
            #expect(unproved.status == 401)
            let proved = try await provider.post("/oauth2/revoke", ["token": "x"], authorization: provider.basic("web"))
            #expect(proved.status == 200)
        }
    }
}
