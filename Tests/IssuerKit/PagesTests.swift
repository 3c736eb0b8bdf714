import HTTPTypes
import Hummingbird
import HummingbirdTesting
import IssuerKit
import NIOCore
import ServiceKit
import Testing
import Tokens

@Suite("Pages of an issuer")
struct PagesTests {
    @Test func `the key set says its type and for how long it may be kept, RFC 7517 §8.5.2`() async throws {
        let ring = try await ScratchIssuer().ring()
        try await test(ring) { client in
            try await client.execute(uri: "/jwks.json", method: .get) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "application/jwk-set+json")
                #expect(response.headers[.cacheControl] == "public, max-age=120")
                let keys = try KeySet(reading: Array(buffer: response.body))
                #expect(keys.keys.map(\.keyID) == [try ring.signingKey(.es256).keyID])
            }
        }
    }

    @Test func `the metadata is the service's document as JSON, RFC 8414 §3.2`() async throws {
        try await test(try await ScratchIssuer().ring()) { client in
            try await client.execute(uri: "/metadata", method: .get) { response in
                #expect(response.headers[.contentType] == "application/json")
                #expect(String(buffer: response.body) == #"{"issuer":"https://localhost:8440"}"#)
            }
        }
    }

    private func test(_ ring: KeyRing, _ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        router.get("jwks.json", use: KeySetEndpoint(ring: ring).answer)
        router.get("metadata", use: MetadataEndpoint(["issuer": "https://localhost:8440"]).answer)
        try await Application(router: router).test(.router) { try await body($0) }
    }
}
