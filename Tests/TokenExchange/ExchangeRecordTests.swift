import Audit
import HTTPTypes
import ServiceKit
import TestKit
import Testing
import Tokens

@Suite("What an exchange leaves in the audit log")
struct ExchangeRecordTests {
    @Test func `what was given is on record: who asked for whom, with what, and what they got`() async throws {
        let house = try await ExchangeHouse()
        let answer = try await house.exchange(house.token(), scope: "users.address:read")
        let record = try #require(house.records.first)
        #expect(house.records.count == 1)
        #expect(record.event == .tokenExchange && record.outcome == .allowed && record.reason == nil)
        #expect(record.trace.transactionID == answer.headers[.transactionID])
        #expect(record.subject == "user-alice" && record.clientID == "orders-api")
        #expect(record.peer.name == "spiffe://gatehouse.local/orders-api")
        #expect(record.asked == .init(audience: House.users, scope: ["users.address:read"]))
        let issued = try await house.verify(answer.token)
        #expect(record.issued.map(\.tokenID) == [issued.tokenID])
        #expect(record.issued.first?.actors == ["orders-api"])
        #expect(record.issued.first?.expiresAt == issued.expiresAt)
        #expect(record.issued.first?.scope == ["users.address:read"])
        let page = try await house.send(.get, "/oauth2/jwks.json").body["keys"]?.array
        #expect(record.issued.first?.keyID == page?.first?.object?["kid"]?.string)
    }

    @Test func `both tokens that were brought are on record, the user's and the service's own`() async throws {
        let house = try await ExchangeHouse()
        let subject = try house.token { $0.tokenID = "alices" }
        _ = try await house.exchange(subject, scope: "users.address:read")
        let presented = try #require(house.records.first).presented
        #expect(presented.map(\.kind) == [.subject, .actor])
        #expect(presented.map(\.isVerified) == [true, true])
        #expect(presented.first?.tokenID == "alices" && presented.first?.sessionID == "session-1")
        #expect(presented.first?.keyID == house.provider.key.keyID)
        #expect(presented.last?.subject == "orders-api")
    }

    @Test func `a chain is on record whole, the last actor first`() async throws {
        let house = try await ExchangeHouse()
        let first = try await house.exchange(house.token { $0.scope = ["orders:read"] })
        _ = try await house.exchange(first.token, by: "users-api", to: House.orders)
        let record = try #require(house.audit.records.last)
        #expect(record.presented.first?.actors == ["orders-api"])
        #expect(record.issued.first?.actors == ["users-api", "orders-api"])
    }

    @Test func `the record belongs to the request; a token from another one says so`() async throws {
        let house = try await ExchangeHouse()
        let (here, elsewhere) = (TraceContext().transactionID, TraceContext().transactionID)
        for (own, noted) in [(nil, nil), (here, nil), (elsewhere, elsewhere)] as [(String?, String?)] {
            let answer = try await house.exchange(
                house.token { $0.transactionID = own },
                headers: [.transactionID: here]
            )
            let record = try #require(house.audit.records.last)
            #expect(record.trace.transactionID == here)
            #expect(record.details["tokenTxn"] == noted)
            // The chain keeps the name that its first hop has given it.
            #expect(try await house.verify(answer.token).transactionID == own ?? here)
        }
    }

    @Test(
        arguments: ExchangeRefusalTests.callers + ExchangeRefusalTests.subjects + ExchangeRefusalTests.targets
            + ExchangeRefusalTests.requests
    )
    func `every refusal of the exchange leaves one record`(attempt: Attempt) async throws {
        let house = try await ExchangeHouse()
        let answer = try await attempt.send(house)
        // Those before it belong to hops that were granted on the way.
        let (granted, record) = (house.audit.records.dropLast(), try #require(house.audit.records.last))
        #expect(granted.allSatisfy { $0.outcome == .allowed })
        #expect(record.event == .tokenExchange && record.outcome == .denied)
        #expect(record.reason == .refusal(attempt.reason))
        #expect(record.status == answer.status && record.trace.transactionID == answer.headers[.transactionID])
        #expect(record.issued.isEmpty)
    }

    /// By what is wrong: the tokens that were accepted by then, and the client and the user that are known by them.
    @Test(
        arguments: [
            ("nothing", [true, true], "orders-api", "user-alice"), ("certificate", [false, false], nil, nil),
            ("actor", [false, false], nil, nil), ("subject", [false, true], "orders-api", nil),
            ("target", [true, true], "orders-api", "user-alice"), ("scope", [true, true], "orders-api", "user-alice"),
        ] as [(String, [Bool], String?, String?)]
    )
    func `a refusal says what was known by then, and that the rest is hearsay`(
        wrong: String,
        areVerified: [Bool],
        client: String?,
        user: String?
    ) async throws {
        let house = try await ExchangeHouse()
        let subject = try house.token { if wrong == "subject" { $0.audience = House.users } }
        _ = try await house.exchange(
            subject,
            to: wrong == "target" ? "https://payments.gatehouse.local" : House.users,
            scope: wrong == "scope" ? "profile:write" : "users.address:read",
            changes: wrong == "actor" ? ["actor_token": house.token().exposed] : [:],
            certificateOf: wrong == "certificate" ? "" : nil
        )
        let record = try #require(house.records.first)
        #expect((record.outcome == .allowed) == (wrong == "nothing"))
        #expect(record.presented.map(\.isVerified) == areVerified)
        #expect(record.clientID == client && record.subject == user)
        // What a token says of itself is noted in any case.
        #expect(record.presented.first?.subject == "user-alice")
        #expect(record.asked.audience == (wrong == "target" ? "https://payments.gatehouse.local" : House.users))
    }

    @Test(arguments: ["audience", "scope"])
    func `a token in the wrong place is not written down`(parameter: String) async throws {
        let house = try await ExchangeHouse()
        let token = try house.token()
        _ = try await house.exchange(
            token,
            to: parameter == "audience" ? token.exposed : House.users,
            scope: parameter == "scope" ? token.exposed : nil
        )
        let record = try #require(house.records.first)
        #expect(record.outcome == .denied)
        #expect(record.asked.audience == (parameter == "audience" ? nil : House.users))
        #expect(record.asked.scope.isEmpty)
    }

    @Test func `while the log takes nothing nothing is minted, and what gives nothing out goes on`() async throws {
        let house = try await ExchangeHouse()
        #expect(try await house.exchange(house.token()).status == 200)
        house.audit.loseDisk()
        let answer = try await house.exchange(house.token())
        #expect(answer.status == 503 && answer.error == "temporarily_unavailable")
        #expect(answer.headers[.retryAfter] == "1")
        #expect(answer.body["access_token"] == nil)
        #expect(try await house.send(.get, "/oauth2/jwks.json").status == 200)
        #expect(house.audit.records.allSatisfy { $0.issued.isEmpty || $0.outcome == .allowed })
    }
}
