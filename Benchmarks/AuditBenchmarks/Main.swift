import Audit
import Foundation
import Hummingbird
import ServiceKit
import Tokens
import TokensHummingbird

/// One service with one protected route, as every service of the house has them: token, guard, decision, record. Of two such
/// processes one keeps its records on disk and the other forgets them; Scripts/bench audit asks them by turns.
///
/// It answers out of memory. What else a real service does would only make the log's share smaller.
@main enum AuditBenchmarks {
    private enum Sink: String, CaseIterable { case disk, nowhere }

    static func main() async {
        await ServiceProcess.run("audit-benchmark") { settings, runtime in
            let issuer = "https://id.example.com"
            let key = try SigningKey.generate(.es256)
            let claims = AccessTokenClaims(
                issuer: issuer,
                subject: "user-alice",
                audience: "https://orders.example.com",
                clientID: "web-shop",
                issuedAt: runtime.clock.now(),
                expiresAt: runtime.clock.now() + 3_600,
                tokenID: Credential.random(byteCount: 16).exposed,
                scope: ["orders:read"],
                sessionID: "session-1"
            )
            let token = try TokenMinter { _ in key }.mint(claims)
            try token.exposed.write(
                toFile: settings.string("benchmark.tokenFile"),
                atomically: true,
                encoding: .utf8
            )
            let sink: any AuditSink =
                switch try settings.choice("benchmark.sink", default: Sink.disk) {
                case .disk: runtime.decisions.audit
                case .nowhere: Forgetful()
                }
            let recorder = DecisionRecorder(
                service: runtime.name,
                audit: sink,
                clock: runtime.clock,
                peers: runtime.peers
            )
            let guarded = CallerGuard(
                validator: TokenValidator<AccessTokenClaims>(
                    issuers: [issuer],
                    audience: claims.audience,
                    algorithms: [.es256],
                    keys: FixedKeys(KeySet([key.verificationKey]), issuer: issuer),
                    clock: runtime.clock,
                    revocations: NothingRevoked(),
                    cache: VerifiedTokenCache()
                ),
                address: nil,
                peers: runtime.peers
            )
            let router = Router<ServiceContext>.service(.problem, recordedBy: recorder, limitedBy: runtime.limits)
            router.get(
                "orders/:id",
                use: guarded.requiring(scope: "orders:read") { _, context, caller in
                    Response.json([
                        "id": .string(context.parameters.get("id") ?? ""), "owner": .string(caller.claims.subject),
                        "item": "lamp", "quantity": 1,
                    ])
                }
            )
            return AssembledService(router: router)
        }
    }
}

private struct Forgetful: AuditSink {
    func record(_ record: AuditRecord) {}
    func recordDurably(_ record: AuditRecord) async {}
    func requireWritable() {}
}
