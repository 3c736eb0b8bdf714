import Audit
import Tokens

/// Records of four requests, as the services of a stack write them; always the same to the letter.
enum StoryRecords {
    static let provider = "https://localhost:8440"
    static let exchange = "https://localhost:8441"
    static let orders = "https://orders.gatehouse.local"
    static let users = "https://users.gatehouse.local"
    static let transactionID = "3q2-7wAAAAAAAAAAAAAAAQ"
    /// 2026-11-21T21:27:23Z
    static let start: Int64 = 1_795_296_443_000

    /// One decision; its span is named by a number.
    static func record(
        _ event: AuditEvent,
        at service: String,
        _ route: String,
        span: Int,
        calledBy parent: Int? = nil,
        peer: String? = nil,
        from begin: Int64,
        milliseconds: Double,
        status: Int? = 200,
        _ change: (inout AuditRecord) -> Void = { _ in }
    ) -> AuditRecord {
        let trace = TraceContext(transactionID: transactionID, spanID: spanID(span)) ?? .none
        var record = AuditRecord(
            event,
            service: service,
            trace: trace,
            time: start + begin + Int64(milliseconds.rounded(.up))
        )
        record.durationMicroseconds = Int64(milliseconds * 1_000)
        record.parentSpanID = parent.map(spanID)
        record.route = route
        record.status = status
        record.peer = AuditRecord.Peer(address: "127.0.0.1", name: peer.map { "spiffe://gatehouse.local/\($0)" })
        change(&record)
        return record
    }

    private static func spanID(_ number: Int) -> String { "0000000000000000".dropLast(2) + "\(10 + number)" }

    static func token(
        _ kind: AuditToken.Kind,
        _ id: String = "Xb3k0aQm7Zr2",
        from issuer: String = provider,
        for audience: String = orders,
        scope: ScopeSet = ["orders:read", "orders:write"],
        client: String = "gatehouse-demo",
        actors: [String] = [],
        seconds: Int64 = 598
    ) -> AuditToken {
        AuditToken(
            kind,
            tokenID: id,
            issuer: issuer,
            subject: "5f0c2d91",
            clientID: client,
            audience: audience,
            scope: scope,
            actors: actors,
            sessionID: "9TZ0m2J3xw4m",
            expiresAt: NumericDate(start / 1_000 + seconds),
            keyID: "qPzK1v_0Jx8A"
        )
    }

    /// The service token of Orders, good at the exchange alone.
    static let ordersOwn = AuditToken(
        .actor,
        tokenID: "pW81kcTd0aaa",
        issuer: provider,
        subject: "orders-api",
        clientID: "orders-api",
        audience: "https://exchange.gatehouse.local",
        scope: ["token:exchange"],
        expiresAt: NumericDate(start / 1_000 + 251)
    )

    static let exchanged = token(
        .access,
        "c8Vd20Lq5fff",
        from: exchange,
        for: users,
        scope: ["users.address:read"],
        client: "orders-api",
        actors: ["orders-api"],
        seconds: 60
    )

    static let atGateway = record(
        .forward,
        at: "gateway",
        "POST /orders",
        span: 1,
        from: 0,
        milliseconds: 38.2,
        status: 201
    ) {
        $0.presented = [token(.access)]
        $0.subject = "5f0c2d91"
    }

    static let atOrders = record(
        .access,
        at: "orders-api",
        "POST /orders",
        span: 2,
        calledBy: 1,
        peer: "gateway",
        from: 2,
        milliseconds: 33.4,
        status: 201
    ) {
        $0.presented = [token(.access)]
        $0.asked.scope = ["orders:write"]
    }

    static let atExchange = record(
        .tokenExchange,
        at: "token-exchange",
        "POST /oauth2/token",
        span: 3,
        calledBy: 2,
        peer: "orders-api",
        from: 5,
        milliseconds: 12.6
    ) {
        $0.clientID = "orders-api"
        $0.presented = [token(.subject), ordersOwn]
        $0.asked = AuditRecord.Asked(audience: users, scope: ["users.address:read"])
        $0.issued = [exchanged]
    }

    static let atUsers = record(
        .access,
        at: "users-api",
        "GET /internal/users/{id}/shipping-address",
        span: 4,
        calledBy: 2,
        peer: "orders-api",
        from: 22,
        milliseconds: 3.1
    ) {
        $0.presented = [exchanged]
        $0.asked.scope = ["users.address:read"]
    }

    /// An order: gateway, Orders, the exchange, Users.
    static let order = [atUsers, atExchange, atOrders, atGateway]

    /// The same request where the exchange turns Orders down: the house disagrees with itself, the user reads 500.
    static let refusedExchange: [AuditRecord] = {
        var (gateway, orders, exchange) = (atGateway, atOrders, atExchange)
        gateway.status = 500
        orders.status = 500
        orders.outcome = .failed
        orders.reason = .fault
        exchange.status = 400
        exchange.outcome = .denied
        exchange.reason = .refusal(.audienceNotAllowed)
        exchange.asked = AuditRecord.Asked(audience: "https://billing.gatehouse.local")
        exchange.issued = []
        return [gateway, orders, exchange]
    }()

    /// A refresh token that comes a second time.
    static let reuse = record(
        .tokenRefresh,
        at: "identity-provider",
        "POST /oauth2/token",
        span: 1,
        from: 0,
        milliseconds: 6.9,
        status: 400
    ) {
        $0.outcome = .denied
        $0.reason = .refusal(.refreshTokenReused)
        $0.clientID = "gatehouse-demo"
        $0.presented = [
            AuditToken(.refresh, tokenID: "4be1c0de77aa", subject: "5f0c2d91", clientID: "gatehouse-demo")
        ]
        $0.revoked = [.session("9TZ0m2J3xw4m"), .subject("5f0c2d91")]
        $0.details = ["grant": "refresh_token"]
    }

    /// One hop, and no further: a token that ended a while ago, and that a stranger may have written.
    static let expired = record(
        .access,
        at: "orders-api",
        "GET /orders/{id}",
        span: 1,
        from: 0,
        milliseconds: 0.8,
        status: 401
    ) {
        $0.outcome = .denied
        $0.reason = .refusal(.tokenExpired)
        $0.asked.scope = ["orders:read"]
        var token = token(.access, seconds: -95)
        token.isVerified = false
        $0.presented = [token]
    }
}
