import Audit
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Telemetry
import TestKit
import Testing
import Tokens

@testable import ServiceKit

extension HTTPField.Name {
    fileprivate static let limit = HTTPField.Name("RateLimit")!
    fileprivate static let policy = HTTPField.Name("RateLimit-Policy")!
}

/// From where requests come, until they come from elsewhere.
private final class SharedAddress: Sendable {
    private let host: Mutex<String>

    init(_ host: String) { self.host = Mutex(host) }

    var socket: SocketAddress? { host.withLock { try? SocketAddress(ipAddress: $0, port: 1) } }

    func move(to host: String) { self.host.withLock { $0 = host } }
}

/// One service with a route of each kind, and whoever calls it.
private struct Scene {
    let clock = MovableClock(base: FixedClock(NumericDate(1_800_000_000)))
    let audit = AuditMemory()
    var settings = LimitSettings()
    var style = RefusalStyle.oauth
    var spiffeID: String?
    let address = SharedAddress("192.0.2.1")

    func run(_ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        let peer = spiffeID.map { PeerCertificate(thumbprint: CertificateThumbprint(ofDER: [1]), spiffeID: $0) }
        let recorder = DecisionRecorder.test(audit, clock: clock, peers: FixedPeer(peer: peer))
        let limiter = RateLimiter(settings, clock: clock) { [address] _ in address.socket }
        let router = Router<ServiceContext>.service(style, recordedBy: recorder, limitedBy: limiter)
        router.get("open") { _, _ in Response.json([:]) }
        for (prefix, kind) in [("credentials", LimitedRoutes.credentials), ("api", .api)] {
            router.limited(kind, .tokenIssue).get("\(prefix)/good") { _, _ in Response.json([:]) }
            for method in [HTTPRequest.Method.get, .post] {
                router.limited(kind, .tokenIssue).on("\(prefix)/:reason", method: method) { _, context -> Response in
                    throw try #require(Refusal(rawValue: context.parameters.require("reason")))
                }
            }
        }
        try await Application(router: router).test(.router, body)
    }
}

@Suite("Requests and their limits, RFC 6585 §4")
struct RequestLimitsTests {
    @Test(arguments: [RefusalStyle.oauth, .problem])
    func `one too many is 429, says when to come back, and is recorded with its limit`(style: RefusalStyle) async throws
    {
        var scene = Scene(style: style)
        scene.settings.sourceRequests = 3
        try await scene.run { [clock = scene.clock] client in
            for left in [2, 1, 0] {
                let answer = try await client.execute(uri: "/credentials/good", method: .get)
                #expect(answer.status == .ok)
                #expect(answer.headers[.policy] == #""source";q=3;w=60"#)
                #expect(answer.headers[.limit]?.hasPrefix("\"source\";r=\(left);t=") == true)
                #expect(answer.headers[.retryAfter] == nil)
            }
            let refused = try await client.execute(uri: "/credentials/good", method: .get)
            #expect(refused.status == .tooManyRequests)
            // The window is of whole minutes; a third of it must have faded in the next one.
            #expect(refused.headers[.retryAfter] == "80")
            #expect(refused.headers[.limit] == #""source";r=0;t=80"#)
            let body = String(buffer: refused.body)
            #expect(style == .oauth ? body == #"{"error":"too_many_requests"}"# : body.contains(#""status":429"#))
            clock.advance(bySeconds: 80)
            #expect(try await client.execute(uri: "/credentials/good", method: .get).status == .ok)
        }
        let record = try #require(scene.audit.records.first)
        #expect(record.event == .tokenIssue && record.reason == .refusal(.rateLimited))
        #expect(record.details["limit"] == "source" && record.signals.isEmpty)
    }

    @Test func `an API says what is left only when half is gone`() async throws {
        var scene = Scene()
        scene.settings.sourceRequests = 4
        try await scene.run { client in
            for isSaid in [false, true, true, true] {
                let answer = try await client.execute(uri: "/api/good", method: .get)
                #expect((answer.headers[.limit] != nil) == isSaid)
                #expect((answer.headers[.policy] != nil) == isSaid)
            }
        }
    }

    @Test func `whoever only fails is soon stopped, for good requests too`() async throws {
        var scene = Scene()
        scene.settings.sourceFailures = 2
        try await scene.run { client in
            for _ in 0..<50 { #expect(try await client.execute(uri: "/credentials/good", method: .get).status == .ok) }
            for _ in 0..<2 {
                let failed = try await client.execute(uri: "/credentials/clientSecretWrong", method: .post)
                #expect(failed.status == .unauthorized)
            }
            for path in ["credentials/credentialsWrong", "credentials/good", "api/good"] {
                let answer = try await client.execute(uri: "/\(path)", method: .get)
                #expect(answer.status == .tooManyRequests)
                #expect(answer.headers[.policy] == #""source-failures";q=2;w=60"#)
            }
            #expect(try await client.execute(uri: "/open", method: .get).status == .ok)
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "credentials", Refusal.credentialsWrong, true),
        (.post, "credentials", .refreshTokenUnknown, true), (.get, "api", .signatureInvalid, true),
        (.get, "api", .proofReplayed, true),
        // An image of a page, on any web site.
        (.get, "credentials", .redirectURIMismatch, false), (.get, "credentials", .clientUnknown, false),
        (.post, "credentials", .csrfTokenWrong, false), (.post, "credentials", .parameterMissing, false),
        (.post, "credentials", .scopeWidened, false), (.get, "api", .scopeInsufficient, false),
        (.get, "api", .resourceNotFound, false), (.get, "api", .tokenMissing, false),
    ])
    func `what is shown and not good counts as a guess, and neither a page nor a mistake does`(
        method: HTTPRequest.Method,
        prefix: String,
        reason: Refusal,
        isGuess: Bool
    ) async throws {
        var scene = Scene()
        scene.settings.sourceFailures = 1
        try await scene.run { client in
            _ = try await client.execute(uri: "/\(prefix)/\(reason.rawValue)", method: method)
            let next = try await client.execute(uri: "/\(prefix)/good", method: .get)
            #expect(next.status == (isGuess ? .tooManyRequests : .ok))
        }
    }

    @Test(arguments: [("spiffe://gatehouse.local/orders-api", true), (nil, false)])
    func `a service of the house carries everybody's requests, and nobody is kept out because of them`(
        name: String?,
        isCounted: Bool
    ) async throws {
        var scene = Scene(spiffeID: name)
        (scene.settings.sourceRequests, scene.settings.clientRequests) = (1, 1)
        try await scene.run { client in
            #expect(try await client.execute(uri: "/credentials/good", method: .get).status == .ok)
            let second = try await client.execute(uri: "/credentials/good", method: .get)
            #expect(second.status == (isCounted ? .ok : .tooManyRequests))
        }
    }

    /// By whom a verified token speaks, and from where it comes.
    @Test(arguments: [
        ("web", RequestSource.network(1), ["token", "client"]), ("alice", .network(1), ["token", "user"]),
        ("web", .house("orders-api"), []), ("alice", .house("gateway"), ["token", "user"]),
    ])
    func `a client is counted for its own tokens, not for its users'`(
        subject: String,
        source: RequestSource,
        expected: [String]
    ) throws {
        var settings = LimitSettings()
        (settings.tokenRequests, settings.userRequests, settings.clientRequests) = (1, 1, 1)
        var reached: [String] = []
        var draft = AccessTokenDraft(issuer: House.issuer)
        (draft.subject, draft.clientID) = (subject, "web")
        let claims = draft.claims
        for rule in ["token", "user", "client"] {
            let limiter = RateLimiter(settings, clock: FixedClock(NumericDate(1_800_000_000)))
            // What this rule allows is used up by somebody else's request.
            switch rule {
            case "token": _ = limiter.tokenRequests.count(LimitKey(claims.tokenID))
            case "user": _ = limiter.userRequests.count(LimitKey(subject))
            default: _ = limiter.clientRequests.count(LimitKey("web"))
            }
            let limits = RequestLimits(limiter, source: source, decision: .unrecorded)
            do { try limits.count(claims) } catch { reached.append(rule) }
        }
        #expect(reached == expected)
    }

    @Test func `all strangers together have a limit at one endpoint, not at the next`() async throws {
        var scene = Scene()
        (scene.settings.sourceRequests, scene.settings.endpointRequests) = (100, 2)
        try await scene.run { client in
            for status in [HTTPResponse.Status.ok, .ok, .tooManyRequests] {
                let answer = try await client.execute(uri: "/credentials/good", method: .get)
                #expect(answer.status == status)
            }
            let next = try await client.execute(uri: "/api/good", method: .get)
            #expect(next.status == .ok)
        }
    }

    @Test func `good requests at the same moment are no failures, however many`() throws {
        var settings = LimitSettings()
        settings.sourceFailures = 2
        let limiter = RateLimiter(settings, clock: FixedClock(NumericDate(1_800_000_000)))
        for _ in 0..<20 {
            let limits = RequestLimits(limiter, source: .network(1), decision: .unrecorded)
            try limits.admit(.api, "orders")
            #expect(limits.waitSeconds == nil)
        }
    }

    @Test func `a few networks that spend all they may close no door to the others`() async throws {
        var scene = Scene()
        (scene.settings.sourceRequests, scene.settings.endpointRequests) = (100, 6)
        try await scene.run { [address = scene.address] client in
            // Half of the six is each one's share, as they are two.
            for (host, answered) in [("192.0.2.1", 6), ("192.0.2.2", 3)] {
                address.move(to: host)
                for sent in 1...answered + 1 {
                    let answer = try await client.execute(uri: "/api/good", method: .get)
                    #expect(answer.status == (sent <= answered ? .ok : .tooManyRequests))
                }
            }
        }
    }

    @Test func `a wrong operator key is answered ten times a minute, a right one always`() async throws {
        let clock = MovableClock(base: FixedClock(NumericDate(1_800_000_000)))
        let key = Credential.random()
        let router = operationsRouter(
            AssembledService(router: .service(.problem, recordedBy: .test())) { group in
                group.get("thing") { _, _ in Response.json([:]) }
            },
            operatorKey: key,
            recorder: .test(),
            metrics: PrometheusRegistry(),
            limiter: RateLimiter(clock: clock),
            clock: nil,
            shutdown: ShutdownNotice()
        )
        try await Application(router: router).test(.router) { client in
            func ask(_ key: Credential) async throws -> HTTPResponse.Status {
                let headers: HTTPFields = [.authorization: "Bearer \(key.exposed)"]
                return try await client.execute(uri: "/ops/thing", method: .get, headers: headers).status
            }
            for wrong in 1...11 {
                let status = try await ask(.random())
                #expect(status == (wrong <= 10 ? .unauthorized : .tooManyRequests))
            }
            for _ in 0..<100 { #expect(try await ask(key) == .ok) }
            clock.advance(bySeconds: 120)
            #expect(try await ask(.random()) == .unauthorized)
        }
    }
}

@Suite("Whom requests are counted for")
struct RequestSourceTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("192.0.2.1", "::ffff:192.0.2.1", true),
        ("2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", true),
        ("2001:db8:1:200::1", "2001:db8:1:100::1", false), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
        ("::1", "127.0.0.1", false),
    ])
    func `an address of IPv4, a network of IPv6`(one: String, other: String, isSame: Bool) throws {
        func source(_ text: String) throws -> RequestSource {
            RequestSource(certificate: nil, address: try SocketAddress(ipAddress: text, port: 1))
        }
        #expect(try (source(one) == source(other)) == isSame)
    }

    @Test func `only a certificate with a name of the house makes a service of it`() throws {
        let nameless = PeerCertificate(thumbprint: CertificateThumbprint(ofDER: [1]), spiffeID: nil)
        let named = PeerCertificate(
            thumbprint: CertificateThumbprint(ofDER: [1]),
            spiffeID: "spiffe://gatehouse.local/a"
        )
        let foreign = PeerCertificate(
            thumbprint: CertificateThumbprint(ofDER: [1]),
            spiffeID: "spiffe://elsewhere/a",
            isOfHouse: false
        )
        #expect(RequestSource(certificate: nameless, address: nil) == .network(0))
        #expect(RequestSource(certificate: foreign, address: nil) == .network(0))
        #expect(RequestSource(certificate: named, address: nil) == .house("spiffe://gatehouse.local/a"))
    }
}

@Suite("The settings of limits")
struct LimitSettingsTests {
    @Test(arguments: [
        ("limits.sourceFailuresPerMinute", "3001"), ("limits.endpointRequestsPerMinute", "2999"),
        ("limits.tokenRequestsPerMinute", "1201"), ("limits.clientRequestsPerMinute", "0"),
        ("limits.operatorFailuresPerMinute", "many"),
    ])
    func `one that contradicts another stops the start and is named`(key: String, value: String) {
        let error = #expect(throws: SettingsError.self) {
            try LimitSettings(reading: SettingsReader(values: [key: value]))
        }
        #expect(error?.key == key)
    }

    @Test func `what is not said is the default`() throws {
        let settings = try LimitSettings(reading: SettingsReader(values: ["limits.userRequestsPerMinute": "700"]))
        #expect(settings.userRequests == 700 && settings.tokenRequests == 600 && settings.sourceFailures == 60)
    }
}
