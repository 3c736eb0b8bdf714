import Audit
import HTTPTypes
import HummingbirdTesting
import ServiceKit
import TestKit
import Testing
import TokenClient
import Tokens

@Suite("What orders-api leaves in the audit log")
struct OrderRecordTests {
    private static let teapot = #"{"item":"Teapot","quantity":1}"#

    @Test func `a route that opened is on record with the token that opened it`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.house.userToken { ($0.tokenID, $0.scope) = ("alices", ["orders:read"]) }
            let response = try await orders.get("/orders", token)
            let record = try #require(orders.audit.records.first)
            #expect(orders.audit.records.count == 1)
            #expect(record.event == .access && record.outcome == .allowed && record.reason == nil)
            #expect(record.route == "GET /orders" && record.status == 200 && record.asked.scope == ["orders:read"])
            #expect(record.subject == "user-alice" && record.presented.map(\.tokenID) == ["alices"])
            #expect(record.trace.transactionID == response.headers[.transactionID])
        }
    }

    @Test func `on a user's behalf: the user is the subject, the services stand in the token`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.house.exchange.mint {
                $0.scope = ["orders.count:read"]
                $0.clientID = "users-api"
                $0.actor = Actor("users-api", actingAfter: Actor("orders-api"))
            }
            _ = try await orders.get("/internal/users/user-alice/order-count", token)
            let record = try #require(orders.audit.records.first)
            #expect(record.outcome == .allowed && record.subject == "user-alice" && record.clientID == "users-api")
            #expect(record.presented.first?.actors == ["users-api", "orders-api"])
        }
    }

    /// Each differs from the request that was allowed above by one thing.
    @Test(
        arguments: [
            ("no token", .tokenMissing), ("no token at all", .tokenMalformed), ("too late", .tokenExpired),
            ("for another service", .audienceMismatch), ("without the scope", .scopeInsufficient),
            ("out of the exchange", .issuerNotTrusted), ("in a service's hands", .actorNotAllowed),
            ("by another key", .keyUnknown), ("revoked", .tokenRevoked),
        ] as [(String, Refusal)]
    )
    func `every closed door leaves one record`(wrong: String, reason: Refusal) async throws {
        try await OrdersUnderTest.run { orders in
            if wrong == "revoked" {
                try orders.house.providerFeed.revoke(.token("alices"), .tokenRevoked)
                try await orders.clockMoved()
            }
            let issuer = wrong == "by another key" ? try TestIssuer() : orders.house.provider
            let token = try issuer.mint { draft in
                (draft.tokenID, draft.scope) = ("alices", ["orders:read"])
                switch wrong {
                case "too late": draft.issuedAt = House.epoch - 611
                case "for another service": draft.audience = House.users
                case "without the scope": draft.scope = ["openid"]
                case "out of the exchange": draft.issuer = House.exchangeIssuer
                case "in a service's hands": draft.actor = Actor("users-api")
                default: break
                }
            }
            let presented = wrong == "no token" ? nil : wrong == "no token at all" ? Credential("alice") : token
            _ = try await orders.get("/orders", presented)
            let record = try #require(orders.audit.records.first)
            #expect(orders.audit.records.count == 1)
            #expect(record.event == .access && record.outcome == .denied && record.reason == .refusal(reason))
            // What a refused token says of itself is noted, and believed in nothing.
            #expect(record.presented.map(\.tokenID) == (wrong.hasPrefix("no token") ? [] : ["alices"]))
            #expect(record.presented.allSatisfy { !$0.isVerified } && record.subject == nil)
        }
    }

    /// A good token for a request that cannot be carried out: one record, with the reason of the house and the verified token.
    @Test(
        arguments: [
            ("not there", .resourceNotFound), ("another order by the same key", .idempotencyKeyReused),
            ("no address", .conflict), ("no order", .bodyMalformed), ("a key without quotes", .parameterMalformed),
            ("a scope that implies no hop", .scopeInsufficient),
        ] as [(String, Refusal)]
    )
    func `every refusal behind the door leaves one record, with the token that opened it`(
        wrong: String,
        reason: Refusal
    ) async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            let placed = try await orders.post("/orders", token, Self.teapot, keys: [#""key-1""#])
            #expect(placed.status == .created)
            if wrong == "no address" { orders.house.network.answer(House.usersAddress, .status(404)) }
            if wrong == "a scope that implies no hop" {
                let refused = TestNetwork.Answer.json(["error": "invalid_scope"], status: 400)
                orders.house.network.answer(House.exchangeTokenEndpoint, refused)
            }
            let record = try await orders.audit.onlyRecord {
                switch wrong {
                case "not there": _ = try await orders.get("/orders/x", token)
                case "another order by the same key":
                    _ = try await orders.post("/orders", token, #"{"item":"Cup","quantity":1}"#, keys: [#""key-1""#])
                case "no order": _ = try await orders.post("/orders", token, "{}")
                case "a key without quotes": _ = try await orders.post("/orders", token, Self.teapot, keys: ["key-2"])
                default: _ = try await orders.post("/orders", token, Self.teapot)
                }
            }
            #expect(record?.event == .access && record?.outcome == .denied)
            #expect(record?.reason == .refusal(reason) && record?.subject == "user-alice")
            #expect(record?.presented.map(\.isVerified) == [true])
        }
    }

    @Test(arguments: [(House.usersAddress, AuditReason.unavailable), (House.exchangeTokenEndpoint, .fault)])
    func `what is our own doing is on record as that`(address: String, reason: AuditReason) async throws {
        try await OrdersUnderTest.run { orders in
            let answer = TestNetwork.Answer.json(["error": "invalid_client"], status: 401)
            orders.house.network.answer(address, reason == .fault ? answer : .unreachable)
            _ = try await orders.post("/orders", orders.token(), Self.teapot)
            #expect(orders.audit.records.count == 1)
            #expect(orders.audit.records.first?.outcome == .failed)
            #expect(orders.audit.records.first?.reason == reason)
        }
    }

    @Test func `while the log's disk is away orders are still read`() async throws {
        try await OrdersUnderTest.run { orders in
            orders.audit.loseDisk()
            let response = try await orders.get("/orders", orders.token())
            #expect(response.status == .ok)
            #expect(orders.audit.records.count == 1)
        }
    }

    @Test func `a hop goes on in the transaction of its request`() async throws {
        try await OrdersUnderTest.run { orders in
            _ = try await orders.post("/orders", orders.token(), Self.teapot)
            let trace = try #require(orders.audit.records.first).trace
            for address in [House.exchangeTokenEndpoint, "\(House.usersAddress)/internal"] {
                let request = try #require(orders.house.network.requests(to: address).first)
                #expect(request.headers.contains { $0 == "traceparent" && $1 == trace.traceparent })
                #expect(request.headers.contains { $0 == "transaction-id" && $1 == trace.transactionID })
            }
        }
    }
}
