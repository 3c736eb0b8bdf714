import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Tokens

@testable import IdentityProvider
@testable import ServiceKit

@Suite("Every door of the provider has its limits")
struct RouteLimitTests {
    @Test func `what shows or gives out credentials is limited; only what everybody may read is not`() async throws {
        var limits = LimitSettings()
        limits.sourceRequests = 1
        try await TestProvider.run(limits: limits) { provider in
            let routes = try service(provider.parts).router.routes
            let open = try await RouteWalk.openRoutes(
                routes.map { ($0.method.rawValue, $0.path.description) },
                resting: { provider.clock.advance(bySeconds: 180) },
                send: { method, path in
                    try await provider.send(try #require(HTTPRequest.Method(method)), path, body: "x").status
                }
            )
            #expect(
                open == [
                    "GET /oauth2/jwks.json", "GET /events/jwks.json", "GET /.well-known/ssf-configuration",
                    "GET /.well-known/oauth-authorization-server", "GET /.well-known/openid-configuration",
                ]
            )
        }
    }

    @Test(arguments: ["Basic", "post"])
    func `a client's secret cannot be guessed, whichever way it is sent`(way: String) async throws {
        var limits = LimitSettings()
        limits.sourceFailures = 5
        try await TestProvider.run(limits: limits) { provider in
            func ask(_ secret: Credential?) async throws -> Answer {
                way == "Basic"
                    ? try await provider.post(
                        "/oauth2/token",
                        ["grant_type": "client_credentials"],
                        authorization: provider.basic("web", secret)
                    )
                    : try await provider.post(
                        "/oauth2/token",
                        [
                            "grant_type": "client_credentials", "client_id": "poster",
                            "client_secret": (secret ?? provider.template.secrets["poster"])?.exposed ?? "",
                        ]
                    )
            }
            for _ in 0..<20 { #expect(try await ask(nil).status == 200) }
            for _ in 0..<5 { #expect(try await ask(.random()).status == 401) }
            for secret in [Credential.random(), nil] {
                let answer = try await ask(secret)
                #expect(answer.status == 429 && answer.error == "too_many_requests")
                #expect(answer.headers[.retryAfter] != nil)
            }
        }
    }

    @Test func `a client that has proved who it is has a limit of its own`() async throws {
        var limits = LimitSettings()
        limits.clientRequests = 2
        try await TestProvider.run(limits: limits) { provider in
            func introspect(as client: String) async throws -> Int {
                try await provider.post("/oauth2/introspect", ["token": "x"], authorization: provider.basic(client))
                    .status
            }
            for expected in [200, 200, 429] {
                let status = try await introspect(as: "auditor")
                #expect(status == expected)
            }
            let other = try await introspect(as: "web")
            #expect(other == 200)
        }
    }

    @Test
    func `strangers cannot fill the window of DPoP proofs: what fails too often is stopped before its proof counts`()
        async throws
    {
        var limits = LimitSettings()
        limits.sourceFailures = 3
        let address = TestAddress(TestAddress.elsewhere)
        try await TestProvider.run(limits: limits, from: address) { provider in
            let key = try ClientKey(at: provider)
            for _ in 0..<3 {
                let answer = try await provider.refresh(.random(), proof: try key.proof())
                #expect(answer.error == "invalid_grant")
            }
            let proof = try key.proof()
            #expect(try await provider.refresh(.random(), proof: proof).status == 429)
            try address.move(to: TestAddress.home)
            #expect(try await provider.refresh(.random(), proof: proof).error == "invalid_grant", "it was not used up")
        }
    }
}
