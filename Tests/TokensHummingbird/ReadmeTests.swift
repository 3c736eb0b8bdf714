import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import Testing
import TokenClient
import Tokens

/// That `ProtectedAPI.swift` is what the page shows is checked by `CodeBlockTests`.
@Suite("Protect your own API, as the README shows it")
struct ReadmeTests {
    @Test func `they let in whom they say, and nobody else`() async throws {
        let issuer = try TestIssuer("https://id.example.com")
        let network = TestNetwork()
        network.answer("https://id.example.com/jwks.json", .json(issuer.keySet.document))
        let keys = RemoteKeySet(
            issuer: "https://id.example.com",
            keySetURL: "https://id.example.com/jwks.json",
            sender: network
        )
        func token(_ change: (inout AccessTokenDraft) -> Void = { _ in }) throws -> Credential {
            try issuer.mint {
                $0.audience = "https://api.example.com"
                $0.scope = ["parcels:read"]
                $0.issuedAt = SystemClock().now()
                change(&$0)
            }
        }
        let requests: [(Credential?, Int, String?)] = [
            (try token(), 200, nil), (nil, 401, "Bearer"),
            (try token { $0.scope = ["parcels:write"] }, 403, #"Bearer error="insufficient_scope""#),
            (try token { $0.actor = Actor("orders-api") }, 403, #"Bearer error="insufficient_scope""#),
            (try token { $0.audience = House.orders }, 401, #"Bearer error="invalid_token""#),
            (try token { $0.confirmation = .certificate(ofDER: [1]) }, 401, #"Bearer error="invalid_token""#),
        ]
        try await makeAPI(keys: keys).test(.router) { client in
            for (token, status, challenge) in requests {
                var headers = HTTPFields()
                headers[.authorization] = token.map { "Bearer \($0.exposed)" }
                let response = try await client.execute(uri: "/parcels", method: .get, headers: headers)
                #expect(response.status.code == status)
                #expect(response.headers[.wwwAuthenticate] == challenge)
                if status == 200 { #expect(String(buffer: response.body) == "Parcels of user-alice") }
            }
        }
    }
}
