import Logging
import Synchronization
import TestKit
import TokenClient
import Tokens

/// A feed that listens to one issuer out of memory, with a clock that the test moves and a wire that it cuts.
struct FeedScene: Sendable {
    static let tokenEndpoint = "https://localhost:8440/oauth2/token"
    static let lifetimeSeconds: Int64 = 600

    let clock = House.clock()
    let issuer: TestFeed
    let sender: StubSender
    let index: RevocationIndex
    let feed: RevocationFeed
    let pauses = Pauses()

    init(
        delivery: RevocationFeed.Delivery = .poll,
        clientIssuers: [String] = [],
        entriesMax: Int = 1_000,
        keys: (any HTTPSender)? = nil
    ) throws {
        let issuer = try TestFeed()
        let sender = StubSender { .success(FeedScene.answer($0, issuer)) }
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        self.issuer = issuer
        self.sender = sender
        index = RevocationIndex(
            tokenLifetimeSecondsMax: Self.lifetimeSeconds,
            clock: clock,
            entriesMax: entriesMax
        )
        feed = RevocationFeed(
            issuer: House.issuer,
            index: index,
            tokens: ServiceTokenSource(
                tokenEndpoint: Self.tokenEndpoint,
                clientID: "orders-api",
                resource: House.issuer,
                scope: ["events:receive"],
                sender: sender,
                clock: clock
            ),
            sender: sender,
            delivery: delivery,
            clientIssuers: clientIssuers,
            keys: keys.map { [clock] in
                let source = (issuer: House.issuer, keySetURL: "\(House.issuer)/oauth2/jwks.json")
                return RemoteKeySet(sources: [source], sender: $0, clock: clock, logger: logger)
            },
            clock: clock,
            logger: logger,
            sleep: { [pauses] in try await pauses.pass($0) },
            random: { $0.upperBound }
        )
    }

    /// Answers as the issuer does, but for requests that `fault` has another answer for.
    func wire(_ fault: @escaping @Sendable (OutboundRequest) -> StubSender.Answer?) {
        sender.script { [issuer] in fault($0) ?? .success(Self.answer($0, issuer)) }
    }

    func isRevoked(_ target: RevocationTarget, of issuer: String = House.issuer) -> Bool {
        index.isRevoked(RevocableToken(hitBy: target, issuer: issuer, at: House.epoch))
    }

    /// Nil until the feed has caught up.
    var ageSeconds: Int64? { index.ageSeconds(of: House.issuer) }

    private static func answer(_ request: OutboundRequest, _ issuer: TestFeed) -> OutboundResponse {
        guard request.url == tokenEndpoint else { return issuer.answer(request) }
        let token = "token-\(tokenCount.add(1, ordering: .relaxed).newValue)"
        let document: JSONObject = ["access_token": .string(token), "token_type": "Bearer", "expires_in": 300]
        return OutboundResponse(status: 200, body: JSONWriter.bytes(document))
    }

    private static let tokenCount = Atomic<Int>(0)
}

/// Remembers for how long a feed would have slept; ends its `run` after some time.
final class Pauses: Sendable {
    private let durations = Mutex<[Duration]>([])
    private let countMax = Mutex(Int.max)

    var all: [Duration] { durations.withLock { $0 } }

    /// The pause after `count` others never ends.
    func end(after count: Int) { countMax.withLock { $0 = count } }

    func pass(_ duration: Duration) async throws {
        let count = durations.withLock {
            $0.append(duration)
            return $0.count
        }
        if count >= countMax.withLock({ $0 }) { withUnsafeCurrentTask { $0?.cancel() } }
    }
}

extension RevocableToken {
    /// A token that `target` would end.
    init(hitBy target: RevocationTarget, issuer: String, at date: NumericDate) {
        var (tokenID, session, subject, client, key): (String?, String?, String?, String?, String)
        (tokenID, session, subject, client, key) = (nil, nil, nil, nil, "key")
        switch target {
        case .token(let id): tokenID = id
        case .session(let id): session = id
        case .grant(let sessionID, let clientID): (session, client) = (sessionID, clientID)
        case .subject(let id): subject = id
        case .client(let id): client = id
        case .key(let id): key = id
        }
        self.init(
            issuer: issuer,
            tokenID: tokenID,
            sessionID: session,
            subject: subject,
            clientID: client,
            keyID: key,
            issuedAt: date
        )
    }
}

extension OutboundRequest {
    var isPoll: Bool { url.hasSuffix("/poll") }
}
