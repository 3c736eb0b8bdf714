import Audit
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestKit
import TokenClient
import Tokens

@testable import ServiceKit
@testable import TokenExchange

/// A token exchange with the house's own policy, and everything around it in memory: a provider's key, a clock that stands until it
/// is moved, callers with certificates.
final class ExchangeHouse {
    static let issuer = "https://localhost:8441"
    static let exchange = "https://exchange.gatehouse.local"
    static let tokenType = "urn:ietf:params:oauth:token-type:access_token"

    let clock = House.clock()
    let provider: TestIssuer
    let providerFeed: TestFeed
    let network = TestNetwork()
    let audit = TestAudit()
    /// Those of requests: what a start says of the keys is none.
    var records: [AuditRecord] { audit.records.filter { $0.event != .keyChange } }
    let service: AssembledService
    private let folder: URL
    private let caller = CurrentCaller()
    private let refusals = RefusalLog()

    /// - Parameter isProviderUp: whether the provider was there when the exchange started.
    init(isProviderUp: Bool = true, limits: LimitSettings = LimitSettings()) async throws {
        provider = try TestIssuer()
        providerFeed = try TestFeed()
        folder = FileManager.default.temporaryDirectory.appending(path: "exchange-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let keyFile = folder.appending(path: "exchange.kek").path
        try Credential.random().exposed.write(toFile: keyFile, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile)
        let settings = try Settings(
            reading: SettingsReader(values: [
                "issuer": Self.issuer, "audience": Self.exchange,
                "policyFile": House.composeFile("exchange-policy.yaml"),
                "database.file": folder.appending(path: "exchange.sqlite").path, "keys.encryptionKeyFile": keyFile,
                "trust.provider.issuer": House.issuer, "trust.provider.keySet": "\(House.issuer)/oauth2/jwks.json",
                "provider.tokenEndpoint": House.providerTokenEndpoint,
            ])
        )
        network.serve(providerFeed)
        network.answer(
            "\(House.issuer)/oauth2/jwks.json",
            .response(
                OutboundResponse(
                    status: 200,
                    headers: [("cache-control", "max-age=120")],
                    body: JSONWriter.bytes(provider.keySet.document)
                )
            )
        )
        network.answer(
            House.providerTokenEndpoint,
            .json(["access_token": "service-token", "token_type": "Bearer", "expires_in": 300])
        )
        let runtime = Runtime(
            name: "token-exchange",
            environment: .test,
            clock: clock,
            logger: Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() }),
            peers: caller,
            decisions: .test(audit, service: "token-exchange", clock: clock, peers: caller),
            limits: RateLimiter(limits, clock: clock),
            tls: nil,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton
        )
        if !isProviderUp { network.answer(House.issuer, .unreachable) }
        service = try await assemble(settings, runtime, sender: network)
        // As its background does at the start: it hears what has been revoked so far.
        try await service.clockMoved()
    }

    /// Nobody is at the provider's address any more.
    func loseProvider() { network.answer(House.issuer, .unreachable) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static func certificate(of client: String) -> CertificateThumbprint {
        CertificateThumbprint(ofDER: Array("certificate of \(client)".utf8))
    }

    /// A token of the provider: Alice's for Orders, as a request of hers carries it, but for what `change` changes.
    ///
    /// - Parameter issuer: another who signs in the provider's name.
    func token(
        from issuer: TestIssuer? = nil,
        _ change: (inout AccessTokenDraft) -> Void = { _ in }
    ) throws -> Credential {
        try (issuer ?? provider).mint {
            $0.issuedAt = clock.now()
            $0.authenticatedAt = House.epoch - 30
            $0.sessionID = "session-1"
            change(&$0)
        }
    }

    /// What a service has to show, its own token for the exchange, bound to its certificate; but for what `change` changes.
    func serviceToken(
        of client: String,
        _ change: (inout AccessTokenDraft) -> Void = { _ in }
    ) throws -> Credential {
        try provider.mint {
            $0.issuedAt = clock.now()
            $0.audience = Self.exchange
            $0.subject = client
            $0.clientID = client
            $0.lifetimeSeconds = 300
            $0.scope = []
            $0.confirmation = .certificate(Self.certificate(of: client))
            change(&$0)
        }
    }

    /// Exchanges `subject` as `actor` would, but for what is changed.
    ///
    /// - Parameters:
    ///   - changes: parameters to send instead.
    ///   - missing: a parameter to leave out.
    ///   - additions: parameters to send besides.
    ///   - certificateOf: whose certificate the connection shows; empty for none.
    func exchange(
        _ subject: Credential,
        by actor: String = "orders-api",
        to audience: String = House.users,
        scope: String? = nil,
        changes: [String: String] = [:],
        without missing: String? = nil,
        additions: [(String, String)] = [],
        certificateOf holder: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var parameters: [String: String] = [
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": subject.exposed, "subject_token_type": Self.tokenType,
            "actor_token": try serviceToken(of: actor).exposed, "actor_token_type": Self.tokenType,
            "audience": audience,
        ]
        parameters["scope"] = scope
        for (name, value) in changes { parameters[name] = value }
        if let missing { parameters[missing] = nil }
        let pairs = parameters.map { ($0.key, $0.value) } + additions
        let form = pairs.map { "\($0.0)=\(FormParameters.percentEncode($0.1))" }.joined(separator: "&")
        caller.set(holder ?? actor)
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await send(.post, "/oauth2/token", headers, form)
    }

    /// Posts JSON, with a token and the certificate of `holder`.
    func post(
        _ path: String,
        _ body: JSONObject,
        token: Credential,
        certificateOf holder: String = "orders-api"
    ) async throws -> Answer {
        caller.set(holder)
        let headers: HTTPFields = [.contentType: "application/json", .authorization: "Bearer \(token.exposed)"]
        return try await send(.post, path, headers, JSONWriter.text(body))
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ headers: HTTPFields = [:],
        _ body: String = ""
    ) async throws -> Answer {
        refusals.clear()
        let log = refusals
        let app = Application(router: service.router, logger: Logger(label: "test", factory: { _ in log.handler }))
        return try await app.test(.router) { client in
            try await client.execute(uri: path, method: method, headers: headers, body: ByteBuffer(string: body)) {
                Answer(
                    status: $0.status.code,
                    headers: $0.headers,
                    body: (try? JSONReader.readObject(Array(buffer: $0.body))) ?? [:],
                    reason: log.last
                )
            }
        }
    }

    /// What the next service makes of an exchanged token, with the keys that the exchange publishes.
    func verify(_ token: Credential, at audience: String = House.users) async throws -> AccessTokenClaims {
        let page = JSONWriter.bytes(try await send(.get, "/oauth2/jwks.json").body)
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: [Self.issuer],
            audience: audience,
            algorithms: [.es256],
            keys: FixedKeys(try KeySet(reading: page), issuer: Self.issuer),
            clock: clock,
            revocations: NothingRevoked()
        )
        return try await validator.verify(token).claims
    }
}

/// An answer, and the reason that only the log knows.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: JSONObject
    let reason: Refusal?

    var error: String? { body["error"]?.string }
    var token: Credential { Credential(body["access_token"]?.string ?? "") }
}

/// Whose certificate the connection shows.
private final class CurrentCaller: PeerCertificateSource {
    private let name = Mutex("")

    func set(_ client: String) { name.withLock { $0 = client } }

    func certificate(of context: ServiceContext) -> PeerCertificate? {
        let name = name.withLock { $0 }
        if name.isEmpty { return nil }
        return PeerCertificate(
            thumbprint: ExchangeHouse.certificate(of: name),
            spiffeID: "spiffe://gatehouse.local/\(name)"
        )
    }
}

/// Keeps the reason of the last refusal that was logged.
private final class RefusalLog: Sendable {
    private let reason = Mutex<Refusal?>(nil)

    var last: Refusal? { reason.withLock { $0 } }
    var handler: any LogHandler { Handler(log: self) }
    func clear() { reason.withLock { $0 = nil } }

    private struct Handler: LogHandler {
        let log: RefusalLog
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.info
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            guard let reason = event.metadata?["reason"].map({ "\($0)" }) else { return }
            log.reason.withLock { $0 = Refusal(rawValue: reason) }
        }
    }
}
