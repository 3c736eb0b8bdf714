import HTTPTypes
import Testing
import Tokens

@testable import IdentityProvider

@Suite("The provider as a transmitter of security events")
struct EventStreamTests {
    private static let orders = "spiffe://gatehouse.local/orders-api"
    private static let polling: JSONObject = ["delivery": ["method": "urn:ietf:rfc:8936"]]

    /// A token of Orders' own, for the provider or for another.
    private func token(_ provider: TestProvider, for resource: String) async throws -> Credential {
        try await provider.post(
            "/oauth2/token",
            ["grant_type": "client_credentials", "client_id": "orders-api", "resource": resource]
        ).tokens().accessToken
    }

    private func post(_ path: String, _ body: JSONObject, _ token: Credential, _ provider: TestProvider) async throws
        -> Answer
    {
        try await provider.send(
            .post,
            path,
            headers: [.authorization: "Bearer \(token.exposed)", .contentType: "application/json"],
            body: JSONWriter.text(body)
        )
    }

    @Test func `a service hears what was revoked before it came, and what is revoked while it listens`() async throws {
        try await TestProvider.run(spiffeID: Self.orders) { provider in
            _ = try await provider.operate("revocations", ["username": "alice"])
            let token = try await token(provider, for: TestProvider.issuer)
            let made = try await post("/events/streams", Self.polling, token, provider)
            #expect(made.status == 201)
            let stream = try #require(made.json["stream_id"]?.string)
            #expect(made.json["aud"]?.string == "\(TestProvider.issuer)/events")

            let path = "/events/streams/\(stream)/poll"
            let first = try await post(path, ["returnImmediately": true], token, provider)
            let heard = try #require(first.json["sets"]?.object?.members)
            #expect(heard.count == 1 && first.json["moreAvailable"] == false)
            // Nothing new: it waits, and is woken by the next revocation.
            let acknowledgement: JSONObject = ["ack": .array(heard.map { .string($0.name) })]
            async let second = post(path, acknowledgement, token, provider)
            _ = try await provider.operate("revocations", ["username": "ada"])
            let later = try #require(try await second.json["sets"]?.object?.members)
            let events = try (heard + later).map { member in
                try RevocationEvent.decodeWithoutVerifying(Credential(member.value.string ?? ""))
            }
            #expect(events == (try await provider.told()))
        }
    }

    @Test func `only a service's own token for the provider will do, in the hands of that service`() async throws {
        try await TestProvider.run(spiffeID: Self.orders) { provider in
            for (resource, status) in [(TestProvider.issuer, 201), (TestProvider.exchange, 401)] {
                let token = try await token(provider, for: resource)
                let answer = try await post("/events/streams", Self.polling, token, provider)
                #expect(answer.status == status)
            }
            let users = try await provider.logIn(scope: "openid", resource: TestProvider.issuer)
            #expect(try await post("/events/streams", Self.polling, users.accessToken, provider).status == 403)
        }
    }

    @Test func `events are signed by keys of their own, and it says where they are`() async throws {
        try await TestProvider.run { provider in
            let configuration = try await provider.get("/.well-known/ssf-configuration").json
            #expect(configuration["issuer"]?.string == TestProvider.issuer)
            #expect(configuration["jwks_uri"]?.string == "\(TestProvider.issuer)/events/jwks.json")
            let keyIDs = { @Sendable (path: String) async throws -> [String?] in
                try await provider.get(path).json["keys"]?.array?.map { $0.object?["kid"]?.string } ?? []
            }
            let (events, tokens) = (try await keyIDs("/events/jwks.json"), try await keyIDs("/oauth2/jwks.json"))
            #expect(events.count == 1 && tokens.count == 2 && !tokens.contains(events[0]))
        }
    }
}
