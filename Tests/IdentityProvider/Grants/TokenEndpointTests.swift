import HTTPTypes
import ServiceKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Token endpoint, RFC 6749 §3.2 and §5.2")
struct TokenEndpointTests {
    @Test(arguments: [
        ("password", 400, "unsupported_grant_type"), ("", 400, "invalid_request"),
        ("urn:ietf:params:oauth:grant-type:token-exchange", 400, "unsupported_grant_type"),
    ])
    func `an unknown grant is refused before the client is asked`(grant: String, status: Int, error: String)
        async throws
    {
        try await TestProvider.run { provider in
            let answer = try await provider.post("/oauth2/token", ["grant_type": grant])
            #expect(answer.status == status && answer.error == error)
            #expect(answer.text == #"{"error":"\#(error)"}"#)
        }
    }

    @Test func `a client may only use the grants it is registered for`() async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.post(
                "/oauth2/token",
                [
                    "grant_type": "refresh_token", "client_id": "poster", "client_secret": secret(provider),
                    "refresh_token": "x",
                ]
            )
            #expect(answer.status == 400 && answer.error == "unauthorized_client")
        }
    }

    @Test(arguments: [
        ("application/json", #"{"grant_type":"client_credentials"}"#, 415),
        ("application/x-www-form-urlencoded", "grant_type=client_credentials&grant_type=client_credentials", 400),
        ("application/x-www-form-urlencoded", "grant_type=client_credentials&scope=a%00b", 400),
        ("application/x-www-form-urlencoded", String(repeating: "a", count: 33_000), 413),
    ])
    func `a body of another kind is refused`(type: String, body: String, status: Int) async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.send(.post, "/oauth2/token", headers: [.contentType: type], body: body)
            #expect(answer.status == status)
            #expect(answer.error != nil)
        }
    }

    @Test func `a stranger's transaction id is not taken over`() async throws {
        try await TestProvider.run { provider in
            let theirs = Credential.random(byteCount: 16).exposed
            let answer = try await provider.send(.get, "/oauth2/jwks.json", headers: [.transactionID: theirs])
            #expect(answer.headers[.transactionID]?.utf8.count == 22)
            #expect(answer.headers[.transactionID] != theirs)
        }
    }

    @Test func `another method is refused with the one that works`() async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.get("/oauth2/token")
            #expect(answer.status == 405 && answer.headers[.allow] == "POST")
        }
    }

    private func secret(_ provider: TestProvider) -> String { provider.template.secrets["poster"]?.exposed ?? "" }
}
