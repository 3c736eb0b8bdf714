import Audit
import Tokens

extension AuditRecord {
    /// Nothing in it but what must be.
    static let minimal = AuditRecord(.request, .denied, service: "users-api", trace: .none, time: 1_795_299_643_123)

    /// Every member, each of another value.
    static func full(_ change: (inout AuditRecord) -> Void = { _ in }) -> AuditRecord {
        var record = AuditRecord(.tokenExchange, .denied, service: "token-exchange", trace: TraceContext())
        record.time = 1_795_299_643_123
        record.durationMicroseconds = 812
        record.parentSpanID = "00f067aa0ba902b7"
        record.reason = .refusal(.tokenExpired)
        record.route = "POST /oauth2/token"
        record.status = 400
        record.peer = Peer(address: "127.0.0.1", certificate: "thumbprint", name: "spiffe://gatehouse.local/orders-api")
        record.subject = "user-alice"
        record.clientID = "orders-api"
        record.asked = Asked(audience: "https://users.gatehouse.local", scope: ["users:read", "users:write"])
        record.presented = [.sample(.subject), .sample(.actor, isVerified: false)]
        record.issued = [.sample(.access)]
        record.revoked = [
            .token("token-1"), .session("session-1"), .grant(sessionID: "session-2", clientID: "web"),
            .subject("user-bob"), .client("reports"), .key("key-1"),
        ]
        record.signals = ["newSource", "newAgent"]
        record.details = ["grant": "token-exchange", "kid": "key-1"]
        change(&record)
        return record
    }
}

extension AuditToken {
    static func sample(_ kind: Kind, isVerified: Bool = true) -> AuditToken {
        AuditToken(
            kind,
            isVerified: isVerified,
            tokenID: "id-\(kind.rawValue)",
            issuer: "https://id.gatehouse.local",
            subject: "user-alice",
            clientID: "web",
            audience: "https://orders.gatehouse.local",
            scope: ["orders:read"],
            actors: ["orders-api", "gateway"],
            sessionID: "session-1",
            expiresAt: NumericDate(1_795_300_000),
            keyID: "key-1"
        )
    }
}
