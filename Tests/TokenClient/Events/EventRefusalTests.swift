import TestKit
import Testing
import TokenClient
import Tokens

/// What stands in the stream in the place of a good event, and what the issuer is told.
private struct BadEvent: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: String
    let token: @Sendable (_ good: SecurityEventClaims, _ signer: TestIssuer) throws -> Credential

    init(
        _ name: String,
        _ code: String,
        _ token: @escaping @Sendable (_ good: SecurityEventClaims, _ signer: TestIssuer) throws -> Credential
    ) {
        testDescription = name
        self.code = code
        self.token = token
    }
}

@Suite("Events that are refused, RFC 8935 §2.4", .timeLimit(.minutes(5)))
struct EventRefusalTests {
    private static let good = RevocationEvent(.session("session-1"), .sessionRevoked, at: House.epoch)
        .claims(issuer: House.issuer, audience: "\(House.issuer)/events", tokenID: "event-1")

    @Test(arguments: [
        BadEvent("a stranger's signature", "invalid_key") { good, signer in
            try signer.forge(
                header: signer.eventHeader,
                payload: good.payload,
                signedBy: .key(SharedKeys.other(.es256))
            )
        },
        BadEvent("a stranger's key", "invalid_key") { good, _ in
            try TestIssuer(House.issuer, key: SharedKeys.other(.es256)).mint(good)
        },
        BadEvent("no signature", "invalid_key") { good, signer in
            try signer.forge(
                header: signer.eventHeader.with("alg", "none"),
                payload: good.payload,
                signedBy: .signature([])
            )
        },
        BadEvent("another audience", "invalid_audience") { good, signer in
            try signer.forgeEvent(good.payload.with("aud", "https://orders.gatehouse.local"))
        },
        BadEvent("another issuer", "invalid_issuer") { good, signer in
            try signer.forgeEvent(good.payload.with("iss", "https://stranger.example"))
        },
        BadEvent("an access token", "invalid_request") { _, signer in
            try signer.mint { $0.audience = "\(House.issuer)/events" }
        },
        BadEvent("an expiry", "invalid_request") { good, signer in
            try signer.forgeEvent(good.payload.with("exp", 1_900_000_000))
        },
        BadEvent("no event", "invalid_request") { good, signer in
            try signer.forgeEvent(good.payload.with("events", .object([:])))
        },
        BadEvent("a revocation of nothing", "invalid_request") { good, signer in
            try signer.forgeEvent(good.payload.without("sub_id"))
        },
        BadEvent("a revocation of another issuer's subject", "invalid_request") { good, signer in
            let subject: JSONValue = ["format": "iss_sub", "iss": "https://stranger.example", "sub": "user-alice"]
            return try signer.forgeEvent(good.payload.with("sub_id", subject))
        },
        BadEvent("two events under one name", "invalid_request") { good, signer in
            try signer.forgeEvent(good.payload.with("jti", "event-2"))
        },
        BadEvent("garbage", "invalid_request") { _, _ in Credential("not a token") },
        BadEvent("nothing", "invalid_request") { _, _ in Credential("") },
        BadEvent("too much", "invalid_request") { _, _ in Credential(String(repeating: "a", count: 8_193)) },
    ])
    private func `a bad event is refused beside a good one, which is taken`(bad: BadEvent) async throws {
        let scene = try FeedScene()
        scene.issuer.append(try bad.token(Self.good, scene.issuer.signer), named: "event-1")
        let id = try scene.issuer.revoke(.session("session-2"))
        for _ in 0..<2 { await scene.feed.catchUp() }
        let report = try #require(scene.issuer.polls.last)
        #expect(report.errors.map(\.tokenID) == ["event-1"])
        #expect(report.errors.map(\.code) == [bad.code])
        #expect(report.acknowledged == [id])
        #expect(scene.isRevoked(.session("session-2")))
        #expect(!scene.isRevoked(.session("session-1")))
        // The issuer knows, and one bad event does not stop every service.
        #expect(scene.ageSeconds == 0)
    }

    @Test func `the same event with nothing changed is taken`() async throws {
        let scene = try FeedScene()
        scene.issuer.append(try scene.issuer.signer.forgeEvent(Self.good.payload), named: "event-1")
        for _ in 0..<2 { await scene.feed.catchUp() }
        #expect(scene.issuer.polls.last?.acknowledged == ["event-1"])
        #expect(scene.isRevoked(.session("session-1")))
    }

    @Test func `an event of a type that we do not know is acknowledged, and changes nothing`() async throws {
        let scene = try FeedScene()
        let events: JSONValue = ["https://schemas.openid.net/secevent/caep/event-type/device-compliance-change": [:]]
        scene.issuer.append(
            try scene.issuer.signer.forgeEvent(Self.good.payload.with("events", events)),
            named: "event-1"
        )
        for _ in 0..<2 { await scene.feed.catchUp() }
        #expect(scene.issuer.polls.last?.acknowledged == ["event-1"])
        #expect(scene.index.count == 0)
        #expect(scene.ageSeconds == 0)
    }

    @Test func `while the events' keys cannot be had, nothing is acknowledged and nothing is refused`() async throws {
        let scene = try FeedScene()
        try scene.issuer.revoke(.session("session-1"))
        scene.wire { $0.url.hasSuffix("/events/jwks.json") ? .unreachable : nil }
        for _ in 0..<2 { await scene.feed.catchUp() }
        #expect(scene.issuer.polls.allSatisfy { $0.acknowledged.isEmpty && $0.errors.isEmpty })
        #expect(scene.ageSeconds == nil)
        scene.wire { _ in nil }
        scene.clock.advance(bySeconds: 10)
        await scene.feed.catchUp()
        #expect(scene.isRevoked(.session("session-1")))
        #expect(scene.ageSeconds == 0)
    }

    @Test func `a key that is new since this second is fetched before an event is refused for it`() async throws {
        let scene = try FeedScene()
        let old = StubSender.Answer.keys([try SharedKeys.other(.es256)])
        scene.wire { $0.url.hasSuffix("/events/jwks.json") ? old : nil }
        await scene.feed.catchUp()
        // Asked in vain a moment ago: within ten seconds the key set would not be asked again by itself.
        scene.issuer.append(try TestIssuer(House.issuer).mint(Self.good), named: "event-1")
        await scene.feed.catchUp()
        try scene.issuer.revoke(.session("session-2"))
        scene.wire { _ in nil }
        await scene.feed.catchUp()
        #expect(scene.isRevoked(.session("session-2")))
    }
}

extension TestIssuer {
    fileprivate var eventHeader: JSONObject { header.with("typ", "secevent+jwt") }

    fileprivate func forgeEvent(_ payload: JSONObject) throws -> Credential {
        try forge(header: eventHeader, payload: payload)
    }
}
