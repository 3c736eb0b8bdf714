import HTTPTypes
import TestKit
import Testing
import Tokens

@testable import TokenExchange

@Suite("token-exchange as a transmitter of security events")
struct EventStreamTests {
    private static let poll: JSONObject = ["delivery": ["method": "urn:ietf:rfc:8936"]]

    @Test func `a service makes a stream and polls it`() async throws {
        let house = try await ExchangeHouse()
        let token = try house.receiverToken()
        let made = try await house.post("/events/streams", Self.poll, token: token)
        let id = try #require(made.body["stream_id"]?.string)
        #expect(made.status == 201)
        #expect(
            made.body == [
                "stream_id": .string(id), "iss": "https://localhost:8441", "aud": "https://localhost:8441/events",
                "delivery": [
                    "method": "urn:ietf:rfc:8936",
                    "endpoint_url": .string("https://localhost:8441/events/streams/\(id)/poll"),
                ],
            ]
        )
        let path = "/events/streams/\(id)/poll"
        let answer = try await house.post(path, ["returnImmediately": true, "unknown": [1]], token: token)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "application/json")
        #expect(answer.body == ["sets": [:], "moreAvailable": false])
        let foreign = try house.receiverToken(of: "users-api")
        let refused = try await house.post(path, [:], token: foreign, certificateOf: "users-api")
        #expect(refused.status == 404 && refused.reason == .resourceNotFound)
    }

    @Test(
        arguments: [
            (["delivery": ["method": "urn:ietf:rfc:8935", "endpoint_url": "https://orders.example/events"]], 201),
            (["delivery": ["method": "urn:ietf:rfc:8935", "endpoint_url": "http://orders.example/events"]], 400),
            (["delivery": ["method": "urn:ietf:rfc:8935", "endpoint_url": "https://a@b.example/"]], 400),
            (["delivery": ["method": "urn:ietf:rfc:8935", "endpoint_url": "https://a.example/ b"]], 400),
            (["delivery": ["method": "urn:ietf:rfc:8935", "endpoint_url": "https://a.example/#b"]], 400),
            (["delivery": ["method": "urn:ietf:rfc:8935"]], 400),
            (["delivery": ["method": "carrier pigeon", "endpoint_url": "https://a.example/"]], 400),
            (["delivery": "urn:ietf:rfc:8936"], 400), ([:], 400),
            // What other houses' receivers send besides.
            (["delivery": ["method": "urn:ietf:rfc:8936"], "events_requested": ["https://a.example"]], 201),
        ] as [(JSONObject, Int)]
    )
    func `events are sent to https alone`(body: JSONObject, status: Int) async throws {
        let house = try await ExchangeHouse()
        let answer = try await house.post("/events/streams", body, token: try house.receiverToken())
        #expect(answer.status == status)
        #expect(answer.reason == (status == 201 ? nil : .bodyMalformed))
    }

    /// A token, by what is changed about a good one.
    struct TokenCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: Refusal?
        let status: Int
        let change: @Sendable (inout AccessTokenDraft) -> Void

        init(
            _ name: String,
            _ reason: Refusal?,
            _ status: Int,
            _ change: @escaping @Sendable (inout AccessTokenDraft) -> Void
        ) {
            (testDescription, self.reason, self.status, self.change) = (name, reason, status, change)
        }

        static let all = [
            TokenCase("a good one", nil, 201) { _ in },
            TokenCase("without the scope", .scopeInsufficient, 403) { $0.scope = [] },
            TokenCase("with the provider's scope", .scopeInsufficient, 403) { $0.scope = ["events:receive"] },
            TokenCase("for the provider", .audienceMismatch, 401) { $0.audience = House.issuer },
            TokenCase("by the exchange itself", .issuerNotTrusted, 401) { $0.issuer = ExchangeHouse.issuer },
            TokenCase("not bound", .confirmationUnsupported, 401) { $0.confirmation = nil },
            TokenCase("bound to another's certificate", .certificateMismatch, 401) {
                $0.confirmation = .certificate(ExchangeHouse.certificate(of: "users-api"))
            },
            TokenCase("a user's", .subjectMismatch, 403) { $0.subject = "user-alice" },
            TokenCase("an exchanged one", .actorNotAllowed, 403) { $0.actor = Actor("users-api") },
        ]
    }

    @Test(arguments: TokenCase.all)
    func `only a service's own token that is bound to its certificate will do`(token: TokenCase) async throws {
        let house = try await ExchangeHouse()
        let answer = try await house.post("/events/streams", Self.poll, token: try house.receiverToken(token.change))
        #expect(answer.status == token.status)
        #expect(answer.reason == token.reason)
    }

    @Test func `it says where its events and their keys are, and keeps these apart from the keys of tokens`()
        async throws
    {
        let house = try await ExchangeHouse()
        let configuration = try await house.send(.get, "/.well-known/ssf-configuration").body
        #expect(
            configuration == [
                "issuer": "https://localhost:8441", "jwks_uri": "https://localhost:8441/events/jwks.json",
                "configuration_endpoint": "https://localhost:8441/events/streams",
                "delivery_methods_supported": ["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"],
            ]
        )
        let events = try await house.keyIDs("/events/jwks.json")
        let tokens = try await house.keyIDs("/oauth2/jwks.json")
        #expect(events.count == 1 && tokens.count == 1 && events != tokens)
    }
}

extension ExchangeHouse {
    /// A service's own token for hearing events.
    fileprivate func receiverToken(
        of client: String = "orders-api",
        _ change: (inout AccessTokenDraft) -> Void = { _ in }
    ) throws -> Credential {
        try serviceToken(of: client) {
            $0.scope = ["exchange.events:receive"]
            change(&$0)
        }
    }
    fileprivate func keyIDs(_ path: String) async throws -> [String] {
        try KeySet(reading: JSONWriter.bytes(try await send(.get, path).body)).keys.map(\.keyID)
    }
}
