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

    @Test func `the timeline shows each key with its moments and its state`() async throws {
        let ring = try await ScratchIssuer().ring()
        try await ring.rotate()
        try await test(ring) { client in
            try await client.execute(uri: "/ops/keys", method: .get) { response in
                let keys = try JSONReader.readObject(Array(buffer: response.body))["keys"]?.array?.compactMap(\.object)
                let (first, second) = (try #require(keys?.first), try #require(keys?.last))
                #expect(first["state"] == "active")
                #expect(first["alg"] == "ES256")
                #expect(first["activatesAt"] == 1_800_000_000)
                #expect(first["retiredAt"] == 1_800_000_250)
                #expect(first["removedAt"] == 1_800_000_990)
                #expect(second["state"] == "announced")
                #expect(second["announcedAt"] == 1_800_000_000)
                #expect(second["retiredAt"] == .null)
            }
        }
    }

    @Test(arguments: ["", #"{"algorithm":"ES256"}"#])
    func `a rotation names the key that signs next, and the second one says that nothing was done`(body: String)
        async throws
    {
        let ring = try await ScratchIssuer().ring()
        try await test(ring) { client in
            for wasAnnouncedBefore in [false, true] {
                try await client.execute(uri: "/ops/keys/rotate", method: .post, body: body) { response in
                    #expect(response.status == .ok)
                    let document = try JSONReader.readObject(Array(buffer: response.body))
                    let announced = try #require(document["announced"]?.array?.first?.object)
                    #expect(announced["kid"]?.string == ring.list().last?.life.keyID)
                    #expect(announced["wasAnnouncedBefore"] == .bool(wasAnnouncedBefore))
                }
            }
        }
    }

    @Test(arguments: [
        #"{"algorithm":"none"}"#, #"{"algorithm":"RS256"}"#, #"{"alg":"ES256"}"#, #"{"algorithm":"ES256","now":true}"#,
        "{}", "[]",
    ])
    func `a rotation that asks for anything else is refused and announces nothing`(body: String) async throws {
        let ring = try await ScratchIssuer().ring()
        try await test(ring) { client in
            try await client.execute(uri: "/ops/keys/rotate", method: .post, body: body) { response in
                #expect(response.status == .badRequest)
            }
        }
        #expect(ring.list().count == 1)
    }

    private func test(_ ring: KeyRing, _ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        let router = Router<ServiceContext>.service(.problem)
        router.get("jwks.json", use: KeySetEndpoint(ring: ring).answer)
        router.get("metadata", use: MetadataEndpoint(["issuer": "https://localhost:8440"]).answer)
        KeyOperations(ring: ring).add(to: router.group("ops"))
        try await Application(router: router).test(.router) { try await body($0) }
    }
}

extension TestClientProtocol {
    fileprivate func execute(
        uri: String,
        method: HTTPRequest.Method,
        body: String,
        check: @escaping @Sendable (TestResponse) throws -> Void
    ) async throws {
        let headers: HTTPFields =
            body.isEmpty ? [:] : [.contentType: "application/json", .contentLength: "\(body.utf8.count)"]
        try await execute(uri: uri, method: method, headers: headers, body: ByteBuffer(string: body)) { try check($0) }
    }
}
