import Audit
import HTTPTypes
import HummingbirdTesting
import ServiceKit
import TestKit
import Testing
import Tokens

@Suite("What the gateway leaves in the audit log")
struct ForwardRecordTests {
    @Test func `a request that went on is on record with its token and where it went`() async throws {
        try await GatewayUnderTest.run { gateway in
            let response = try await gateway.send(
                .get,
                "/orders/x?a=b",
                gateway.house.userToken { $0.tokenID = "alices" }
            )
            let record = try #require(gateway.audit.records.first)
            #expect(gateway.audit.records.count == 1)
            #expect(record.event == .forward && record.outcome == .allowed && record.reason == nil)
            #expect(record.route == "GET /orders/**" && record.details == ["upstream": "orders-api"])
            #expect(record.subject == "user-alice" && record.clientID == "gatehouse-demo")
            #expect(record.presented.map(\.tokenID) == ["alices"] && record.presented.allSatisfy(\.isVerified))
            #expect(record.trace.transactionID == response.headers[.transactionID])
            #expect(!record.isDurable)
        }
    }

    /// Each differs from the request above by one thing.
    @Test(
        arguments: [
            ("no token", .tokenMissing), ("for another service", .audienceMismatch), ("too late", .tokenExpired),
            ("in a service's hands", .actorNotAllowed), ("a dot in the path", .parameterMalformed),
            ("too long", .bodyTooLarge),
        ] as [(String, Refusal)]
    )
    func `every refusal of the gateway leaves one record`(wrong: String, reason: Refusal) async throws {
        try await GatewayUnderTest.run { gateway in
            let token = try gateway.house.userToken { draft in
                draft.tokenID = "alices"
                switch wrong {
                case "for another service": draft.audience = House.users
                case "too late": draft.issuedAt = House.epoch - 611
                case "in a service's hands": draft.actor = Actor("orders-api")
                default: break
                }
            }
            _ = try await gateway.send(
                .post,
                wrong == "a dot in the path" ? "/orders/%2e/x" : "/orders/x",
                wrong == "no token" ? nil : token,
                body: wrong == "too long" ? String(repeating: "x", count: 1_025) : "x"
            )
            let record = try #require(gateway.audit.records.first)
            #expect(gateway.audit.records.count == 1)
            #expect(record.event == .forward && record.outcome == .denied && record.reason == .refusal(reason))
            switch wrong {
            case "no token", "a dot in the path": #expect(record.presented.isEmpty && record.subject == nil)
            case "too long": #expect(record.presented.map(\.isVerified) == [true] && record.subject == "user-alice")
            default:
                #expect(record.presented.map(\.isVerified) == [false] && record.subject == nil)
                #expect(record.presented.map(\.tokenID) == ["alices"])
            }
        }
    }

    @Test func `a token that nobody could judge is on record all the same`() async throws {
        try await GatewayUnderTest.run { gateway in
            // No news of revocations, for longer than anybody goes on without.
            gateway.house.clock.advance(bySeconds: 601)
            let token = try gateway.house.userToken { draft in
                (draft.tokenID, draft.issuedAt) = ("alices", House.epoch + 601)
            }
            let response = try await gateway.send(.get, "/orders", token)
            #expect(response.status == .serviceUnavailable)
            let record = try #require(gateway.audit.records.first)
            #expect(gateway.audit.records.count == 1)
            #expect(record.event == .forward && record.outcome == .failed && record.reason == .unavailable)
            #expect(record.presented.map(\.tokenID) == ["alices"] && record.presented.map(\.isVerified) == [false])
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, "/internal", Refusal.resourceNotFound), (.trace, "/orders", .methodNotAllowed),
    ])
    func `what leads nowhere is on record as no more than a request`(
        method: HTTPRequest.Method,
        path: String,
        reason: Refusal
    ) async throws {
        try await GatewayUnderTest.run { gateway in
            _ = try await gateway.send(method, path, gateway.house.userToken())
            #expect(gateway.audit.records.map(\.event) == [.request])
            #expect(gateway.audit.records.first?.reason == .refusal(reason))
        }
    }

    @Test func `a service that does not answer is nobody's refusal`() async throws {
        try await GatewayUnderTest.run { gateway in
            gateway.house.network.answer(House.ordersAddress, .unreachable)
            _ = try await gateway.send(.get, "/orders", gateway.house.userToken())
            let record = try #require(gateway.audit.records.first)
            #expect(gateway.audit.records.count == 1)
            #expect(record.event == .forward && record.outcome == .failed && record.reason == .unavailable)
            #expect(record.subject == "user-alice")
        }
    }

    @Test func `while the log's disk is away requests still go on`() async throws {
        try await GatewayUnderTest.run { gateway in
            gateway.audit.loseDisk()
            let response = try await gateway.send(.get, "/orders", gateway.house.userToken())
            #expect(response.status == .ok)
            #expect(gateway.audit.records.count == 1)
        }
    }
}
