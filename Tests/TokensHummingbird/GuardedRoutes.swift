import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import TestKit
import Tokens
import TokensHummingbird

/// An API without any room of the house: routes behind guards on a plain Hummingbird router.
struct GuardedRoutes: Sendable {
    let issuer: TestIssuer
    let clock = House.clock()
    let log = ReasonLog()
    /// Of every connection.
    var certificate: CertificateThumbprint?
    /// Nil for an API that takes bearer tokens only.
    var address: String? = House.ordersAddress

    init() throws { issuer = try TestIssuer() }

    /// `/open` is for people, `/inside` for tokens that Orders exchanged, `/of/{user}` for the user it names,
    /// `/sensitive` for who has signed in strongly, five minutes ago at the most.
    private var router: Router<BasicRequestContext> {
        let proofs = DPoPProofValidator(replays: ReplayWindow(clock: clock), clock: clock)
        let callers = CallerGuard<BasicRequestContext>(
            validator: issuer.validator(clock: clock, proofs: address == nil ? nil : proofs),
            address: address,
            certificate: { [certificate] _ in certificate }
        )
        let router = Router()
        router.get("open", use: callers.requiring(scope: "orders:read") { _, _, caller in caller.claims.subject })
        let inside = callers.requiring(scope: "orders:read", actor: .only("orders-api")) { _, _, _ in "inside" }
        router.get("inside", use: inside)
        router.get("of/:user", use: callers.requiring(scope: "orders:read", subjectInPath: "user") { _, _, _ in "of" })
        let strong = AuthenticationRule(contexts: ["phr", "phrh"], ageSecondsMax: 300)
        router.get(
            "sensitive",
            use: callers.requiring(scope: "orders:read", authentication: strong) { _, _, _ in "sensitive" }
        )
        router.get(
            "conflict",
            use: callers.requiring(scope: "orders:read") { _, _, _ -> String in throw Refusal.conflict }
        )
        router.get("down") { _, _ -> String in throw DependencyUnavailable("key set of the issuer") }
        return router
    }

    func get(_ path: String, _ headers: HTTPFields) async throws -> TestResponse {
        try await get([(path, headers)])[0]
    }

    /// Several requests to one and the same API.
    func get(_ requests: [(path: String, headers: HTTPFields)]) async throws -> [TestResponse] {
        let app = Application(router: router, logger: Logger(label: "test", factory: { _ in log.handler }))
        return try await app.test(.router) { client in
            var responses: [TestResponse] = []
            for request in requests {
                responses.append(try await client.execute(uri: request.path, method: .get, headers: request.headers))
            }
            return responses
        }
    }

    func get(_ path: String, bearer token: Credential) async throws -> TestResponse {
        try await get(path, [.authorization: "Bearer \(token.exposed)"])
    }

    /// The fields of a request to `/open` with a bound token.
    func fields(_ request: BoundRequest, to url: String = "\(House.ordersAddress)/open") throws -> HTTPFields {
        let (authorization, proofs) = try request.fields("GET", url, clock: clock) { confirmation in
            try issuer.mint { $0.confirmation = confirmation }
        }
        var fields: HTTPFields = [.authorization: authorization]
        fields[values: .dpop] = proofs
        return fields
    }
}

/// What an API has written down about those it refused.
final class ReasonLog: Sendable {
    private let texts = Mutex<[String]>([])

    var lines: [String] { texts.withLock { $0 } }
    var handler: any LogHandler { Handler(log: self) }

    private struct Handler: LogHandler {
        let log: ReasonLog
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.info
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            let values = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
            log.texts.withLock { $0.append(([event.message.description] + values).joined(separator: " ")) }
        }
    }
}
