import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ResourceServerKit
import TestKit
import Testing
import TokenClient
import Tokens

@testable import ServiceKit

@Suite("POST /events, RFC 8935")
struct EventEndpointTests {
    private let scene: RevocationScene

    init() throws { scene = try RevocationScene(delivery: "push") }

    private func claims(_ tokenID: String = "event-1") -> SecurityEventClaims {
        RevocationEvent(.session("session-1"), .sessionRevoked, at: House.epoch)
            .claims(issuer: House.issuer, audience: scene.house.providerFeed.audience, tokenID: tokenID)
    }

    private func send(
        _ event: Credential,
        type: String = "application/secevent+jwt",
        from peer: PeerCertificate? = RevocationScene.peer
    ) async throws -> TestResponse {
        try await scene.test(from: peer) { client in
            try await client.execute(
                uri: "/events",
                method: .post,
                headers: [.contentType: type],
                body: ByteBuffer(string: event.exposed)
            )
        }
    }

    @Test func `an event is taken with 202 and nothing more, as often as it comes`() async throws {
        await scene.revocations.catchUp()
        let event = try scene.house.providerFeed.signer.mint(claims())
        for _ in 0..<2 {
            let response = try await send(event)
            #expect(response.status == .accepted)
            #expect(response.body.readableBytes == 0)
        }
        #expect(scene.isRevoked(session: "session-1", of: House.issuer))
        #expect(!scene.isRevoked(session: "session-1", of: House.exchangeIssuer))
    }

    @Test func `each issuer's events go to its own feed, and its heartbeat makes the service ready`() async throws {
        await scene.revocations.catchUp()
        for feed in [scene.house.providerFeed, scene.house.exchangeFeed] {
            #expect(throws: DependencyUnavailable.self) { try scene.revocations.requireCaughtUp() }
            let heartbeat = try feed.heartbeat(of: "stream-1", at: House.epoch)
            #expect(try await send(heartbeat).status == .accepted)
        }
        try scene.revocations.requireCaughtUp()
        let asked = scene.house.providerFeed.madeStreams.first?["delivery"]?.object?["endpoint_url"]
        #expect(asked == "https://localhost:8442/events")
    }

    @Test(arguments: [
        ("iss", "https://stranger.example", "invalid_issuer"), ("aud", House.orders, "invalid_audience"),
        ("iss", House.exchangeIssuer, "invalid_audience"), ("jti", "", "invalid_request"),
    ])
    func `an event of others is refused in the words of the RFC`(
        claim: String,
        value: String,
        code: String
    ) async throws {
        await scene.revocations.catchUp()
        let signer = scene.house.providerFeed.signer
        let event = try signer.forge(
            header: signer.header.with("typ", "secevent+jwt"),
            payload: claims().payload.with(claim, .string(value))
        )
        let response = try await send(event)
        #expect(response.status == .badRequest)
        #expect(response.headers[.contentType] == "application/json")
        #expect(response.headers[.contentLanguage] == "en")
        let body = try JSONReader.readObject(Array(buffer: response.body))
        #expect(body["err"] == .string(code))
        #expect(body["description"]?.string?.isEmpty == false)
        #expect(!scene.isRevoked(session: "session-1", of: House.issuer))
    }

    @Test func `a stranger's signature is refused, and garbage too`() async throws {
        await scene.revocations.catchUp()
        let forged = try TestIssuer(House.issuer, key: SharedKeys.other(.es256)).mint(claims())
        for (event, code) in [(forged, "invalid_key"), (Credential("garbage"), "invalid_request")] {
            let response = try await send(event)
            #expect(response.status == .badRequest)
            #expect(try JSONReader.readObject(Array(buffer: response.body))["err"] == .string(code))
        }
    }

    @Test func `what can be sent again in vain is told apart from what cannot be taken just now`() async throws {
        let event = try scene.house.providerFeed.signer.mint(claims())
        // No stream yet.
        let early = try await send(event)
        #expect(early.status == .serviceUnavailable)
        #expect(early.headers[.retryAfter] != nil)
        await scene.revocations.catchUp()
        #expect(try await send(event).status == .accepted)
    }

    @Test
    func `whoever shows no certificate, or sends another type, or too much, is turned away before anything is read`()
        async throws
    {
        await scene.revocations.catchUp()
        let event = try scene.house.providerFeed.signer.mint(claims())
        #expect(try await send(event, from: nil).status == .unauthorized)
        #expect(try await send(event, type: "application/json").status == .unsupportedMediaType)
        #expect(try await send(Credential(String(repeating: "a", count: 8_193))).status == .contentTooLarge)
        #expect(!scene.isRevoked(session: "session-1", of: House.issuer))
        #expect(try await send(event).status == .accepted)
    }
}
