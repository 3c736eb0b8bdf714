import Hummingbird
import HummingbirdTesting
import ResourceServerKit
import Synchronization
import TestKit
import TokenClient
import Tokens

@testable import ServiceKit

/// The revocations of an API that believes both issuers, on a router that has nothing else.
struct RevocationScene: Sendable {
    static let peer = PeerCertificate(
        thumbprint: CertificateThumbprint(ofDER: Array("certificate of the provider".utf8)),
        spiffeID: "spiffe://gatehouse.local/identity-provider"
    )

    let house: TestHouse
    let revocations: Revocations
    let audit = TestAudit()
    private let peers = CurrentPeer()

    init(delivery: String = "poll") throws {
        let settings = SettingsReader(
            values: House.apiSettings.merging([
                "audience": House.orders, "address": House.ordersAddress, "revocations.delivery": delivery,
            ]) { $1 }
        )
        let access = try AccessSettings(reading: settings)
        house = try TestHouse()
        let quiet = Runtime.test(name: "orders-api", clock: house.clock)
        let runtime = Runtime(
            name: quiet.name,
            environment: .test,
            clock: house.clock,
            logger: quiet.logger,
            peers: peers,
            decisions: .test(audit, clock: house.clock, peers: peers),
            limits: quiet.limits,
            tls: nil,
            eventLoopGroup: quiet.eventLoopGroup
        )
        revocations = AccessRules(access, runtime, sender: house.network).revocations
    }

    func isRevoked(session: String, of issuer: String) -> Bool {
        revocations.index.isRevoked(
            RevocableToken(issuer: issuer, sessionID: session, keyID: "key", issuedAt: House.epoch)
        )
    }

    /// Requests to the public routes and to `/ops`, all from `peer`.
    func test<Answer: Sendable>(
        from peer: PeerCertificate? = peer,
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Answer
    ) async throws -> Answer {
        peers.current.withLock { $0 = peer }
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test(audit, peers: peers))
        if let events = revocations.events { router.post("events", use: events.answer) }
        revocations.addOperations(to: router.group("ops"))
        return try await Application(router: router).test(.router, body)
    }
}

/// Whose certificate the connection shows.
private final class CurrentPeer: PeerCertificateSource {
    let current = Mutex<PeerCertificate?>(nil)

    func certificate(of context: ServiceContext) -> PeerCertificate? { current.withLock { $0 } }
}
