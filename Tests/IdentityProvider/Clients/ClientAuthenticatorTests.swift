import Foundation
import HTTPTypes
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Client authentication, RFC 6749 §2.3")
struct ClientAuthenticatorTests {
    private static let grant: KeyValuePairs<String, String> = ["grant_type": "client_credentials"]

    @Test func `a secret in the header is right or wrong, and the refusal names the scheme`() async throws {
        try await TestProvider.run { provider in
            let right = try await provider.post("/oauth2/token", Self.grant, authorization: provider.basic("web"))
            #expect(right.status == 200)
            let wrong = try await provider.post(
                "/oauth2/token",
                Self.grant,
                authorization: provider.basic("web", .random())
            )
            #expect(wrong.status == 401 && wrong.text == #"{"error":"invalid_client"}"#)
            #expect(wrong.headers[.wwwAuthenticate] == #"Basic realm="gatehouse""#)
        }
    }

    @Test func `an unknown client is answered like a wrong secret`() async throws {
        try await TestProvider.run { provider in
            let unknown = try await provider.post(
                "/oauth2/token",
                Self.grant,
                authorization: provider.basic("nobody", .random())
            )
            #expect(unknown.status == 401 && unknown.text == #"{"error":"invalid_client"}"#)
            #expect(unknown.headers[.wwwAuthenticate] == #"Basic realm="gatehouse""#)
        }
    }

    @Test(arguments: ["Basic", "Basic !", "Basic d2Vi", "Basic d2ViOng", "Bearer abc", "Negotiate d2ViOng="])
    func `malformed credentials are no credentials`(field: String) async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.post("/oauth2/token", Self.grant, authorization: field)
            #expect(answer.status == 401 && answer.error == "invalid_client")
        }
    }

    @Test func `both parts of Basic are form-encoded`() async throws {
        try await TestProvider.run { provider in
            let secret = provider.template.secrets["web"]?.exposed ?? ""
            // %77 is w: the same client, spelled otherwise.
            let encoded = "Basic \(Data("%77eb:\(secret)".utf8).base64EncodedString())"
            let answer = try await provider.post("/oauth2/token", Self.grant, authorization: encoded)
            #expect(answer.status == 200)
        }
    }

    @Test func `a secret in the body is right or wrong, and no scheme is named`() async throws {
        try await TestProvider.run { provider in
            for (secret, status) in [(provider.template.secrets["poster"], 200), (.random(), 401)] {
                let answer = try await provider.post(
                    "/oauth2/token",
                    ["grant_type": "client_credentials", "client_id": "poster", "client_secret": secret?.exposed ?? ""]
                )
                #expect(answer.status == status && answer.headers[.wwwAuthenticate] == nil)
            }
        }
    }

    @Test func `the registered method is the only one`() async throws {
        try await TestProvider.run(spiffeID: "spiffe://gatehouse.local/orders-api") { provider in
            let secret = provider.template.secrets["web"]?.exposed ?? ""
            let posted = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "client_id": "web", "client_secret": secret]
            )
            #expect(posted.status == 401)
            let poster = try await provider.post("/oauth2/token", Self.grant, authorization: provider.basic("poster"))
            #expect(poster.status == 401)
            // A client id alone is enough for a public client only.
            let bare = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "client_id": "web"]
            )
            #expect(bare.status == 401)
            let machine = try await provider.post(
                "/oauth2/token",
                Self.grant,
                authorization: provider.basic("orders-api", .random())
            )
            #expect(machine.status == 401)
        }
    }

    @Test func `two proofs in one request are ambiguous`() async throws {
        try await TestProvider.run { provider in
            let secret = provider.template.secrets["web"]?.exposed ?? ""
            let twice = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "client_id": "web", "client_secret": secret],
                authorization: provider.basic("web")
            )
            #expect(twice.status == 400 && twice.error == "invalid_request")
            let otherID = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "client_id": "poster"],
                authorization: provider.basic("web")
            )
            #expect(otherID.status == 400 && otherID.error == "invalid_request")
            let sameID = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "client_id": "web"],
                authorization: provider.basic("web")
            )
            #expect(sameID.status == 200)
        }
    }

    @Test(arguments: [
        ("spiffe://gatehouse.local/orders-api", 200), ("spiffe://gatehouse.local/users-api", 401),
        ("spiffe://gatehouse.local/orders-api/x", 401), (nil, 401),
    ])
    func `a certificate must carry the registered name, RFC 8705 §2.1`(spiffeID: String?, status: Int) async throws {
        try await TestProvider.run(spiffeID: spiffeID) { provider in
            let answer = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "client_id": "orders-api"]
            )
            #expect(answer.status == status)
        }
    }

    @Test func `nobody at all is refused`() async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.post("/oauth2/token", Self.grant)
            #expect(answer.status == 401 && answer.error == "invalid_client")
        }
    }
}
