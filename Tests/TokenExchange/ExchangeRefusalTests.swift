import HTTPTypes
import TestKit
import Testing
import Tokens

@testable import TokenExchange

/// One request that differs from a good one by one thing.
struct Attempt: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reason: Refusal
    let error: String
    let send: @Sendable (ExchangeHouse) async throws -> Answer

    init(
        _ description: String,
        _ reason: Refusal,
        _ error: String,
        _ send: @escaping @Sendable (ExchangeHouse) async throws -> Answer
    ) {
        testDescription = description
        self.reason = reason
        self.error = error
        self.send = send
    }
}

@Suite("Token exchange, what is refused: RFC 8693 §2.2.2")
struct ExchangeRefusalTests {
    @Test(arguments: callers + subjects + targets + requests)
    func `one thing wrong: the exact reason inside, the standard's word outside, no token`(attempt: Attempt)
        async throws
    {
        let house = try await ExchangeHouse()
        let answer = try await attempt.send(house)
        #expect(answer.error == attempt.error)
        #expect(answer.reason == attempt.reason)
        #expect(answer.status == (attempt.error == "invalid_client" ? 401 : 400))
        #expect(answer.body.members.map(\.name) == ["error"])
    }

    /// Who calls.
    static let callers: [Attempt] = [
        Attempt("no certificate", .clientUnauthenticated, "invalid_client") { house in
            try await house.exchange(house.token(), certificateOf: "")
        },
        Attempt("somebody else's service token", .certificateMismatch, "invalid_request") { house in
            try await house.exchange(house.token(), certificateOf: "users-api")
        },
        Attempt("a service token that is bound to nothing", .actorTokenNotService, "invalid_request") { house in
            try await house.exchangeAsActor { $0.confirmation = nil }
        },
        Attempt("a user's token as the actor's", .actorTokenNotService, "invalid_request") { house in
            try await house.exchangeAsActor { $0.subject = "user-alice" }
        },
        Attempt("an actor who has signed in", .actorTokenNotService, "invalid_request") { house in
            try await house.exchangeAsActor { $0.authenticatedAt = House.epoch }
        },
        Attempt("an actor that others act for", .actorTokenNotService, "invalid_request") { house in
            try await house.exchangeAsActor { $0.actor = Actor("users-api") }
        },
        Attempt("a service token for another audience", .audienceMismatch, "invalid_request") { house in
            try await house.exchangeAsActor { $0.audience = House.users }
        },
        Attempt("a token made here as the actor's", .issuerNotTrusted, "invalid_request") { house in
            try await house.exchangeAsActor { $0.issuer = ExchangeHouse.issuer }
        },
        Attempt("an actor token that has expired", .tokenExpired, "invalid_request") { house in
            try await house.exchangeAsActor { $0.lifetimeSeconds = -10 }
        },
        Attempt("a service that the policy does not know", .grantNotAllowedForClient, "unauthorized_client") { house in
            try await house.exchange(house.token(), by: "gateway")
        },
        Attempt("no actor token", .parameterMissing, "invalid_request") { house in
            try await house.exchange(house.token(), without: "actor_token")
        },
    ]

    /// For whom.
    static let subjects: [Attempt] = [
        Attempt("a token that was meant for another service", .subjectTokenNotForActor, "invalid_request") { house in
            try await house.exchange(house.token { $0.audience = House.users })
        },
        Attempt(
            "the hop's own token, shown again by who received it first",
            .subjectTokenNotForActor,
            "invalid_request"
        ) { house in
            let hop = try await house.exchange(house.token())
            return try await house.exchange(hop.token)
        },
        Attempt("the service's own token as the subject", .subjectTokenNotOfUser, "invalid_request") { house in
            let service = try house.token {
                $0.subject = "orders-api"
                $0.clientID = "orders-api"
                $0.authenticatedAt = nil
                $0.confirmation = .certificate(ExchangeHouse.certificate(of: "orders-api"))
            }
            return try await house.exchange(service)
        },
        Attempt("a service that claims to have signed in", .subjectTokenNotOfUser, "invalid_request") { house in
            try await house.exchange(
                house.token {
                    $0.subject = "orders-api"
                    $0.clientID = "orders-api"
                }
            )
        },
        Attempt("a subject who never signed in", .subjectTokenNotOfUser, "invalid_request") { house in
            try await house.exchange(house.token { $0.authenticatedAt = nil })
        },
        Attempt("a token bound to another certificate", .certificateMismatch, "invalid_request") { house in
            try await house.exchange(
                house.token { $0.confirmation = .certificate(ExchangeHouse.certificate(of: "gatehouse-demo")) }
            )
        },
        Attempt("a stranger's issuer", .issuerNotTrusted, "invalid_request") { house in
            try await house.exchange(house.token { $0.issuer = "https://evil.example" })
        },
        Attempt("a key that the provider does not publish", .keyUnknown, "invalid_request") { house in
            try await house.exchange(house.token(from: TestIssuer()))
        },
        Attempt("the provider's key under our own name", .keyUnknown, "invalid_request") { house in
            try await house.exchange(house.token { $0.issuer = ExchangeHouse.issuer })
        },
        Attempt("a token that has expired", .tokenExpired, "invalid_request") { house in
            try await house.exchange(house.token { $0.lifetimeSeconds = -10 })
        },
        Attempt("a token that only the skew keeps alive", .lifetimeTooShort, "invalid_request") { house in
            try await house.exchange(house.token { $0.lifetimeSeconds = -1 })
        },
        Attempt("a token in its last moment", .lifetimeTooShort, "invalid_request") { house in
            try await house.exchange(house.token { $0.lifetimeSeconds = 0 })
        },
        Attempt("four actors already", .actorChainTooLong, "invalid_request") { house in
            let four = Actor("d", actingAfter: Actor("c", actingAfter: Actor("b", actingAfter: Actor("a"))))
            return try await house.exchange(house.token { $0.actor = four })
        },
        Attempt("no token at all", .tokenMalformed, "invalid_request") { house in
            try await house.exchange(Credential("user-alice"))
        },
        Attempt("no subject token", .parameterMissing, "invalid_request") { house in
            try await house.exchange(house.token(), without: "subject_token")
        },
    ]

    /// Where to, and with what.
    static let targets: [Attempt] = [
        Attempt("no audience", .audienceNotAllowed, "invalid_target") { house in
            try await house.exchange(house.token(), without: "audience")
        },
        Attempt("two audiences", .audienceNotAllowed, "invalid_target") { house in
            try await house.exchange(house.token(), additions: [("audience", House.orders)])
        },
        Attempt("a resource beside the audience", .audienceNotAllowed, "invalid_target") { house in
            try await house.exchange(house.token(), additions: [("resource", House.users)])
        },
        Attempt("a resource instead of the audience", .audienceNotAllowed, "invalid_target") { house in
            try await house.exchange(
                house.token(),
                without: "audience",
                additions: [("resource", House.users)]
            )
        },
        Attempt("an audience that nobody has", .audienceNotAllowed, "invalid_target") { house in
            try await house.exchange(house.token(), to: "https://payments.gatehouse.local")
        },
        Attempt("the actor's own audience", .audienceNotAllowed, "invalid_target") { house in
            try await house.exchange(house.token(), to: House.orders)
        },
        Attempt("a scope that the user's token does not imply", .scopeWidened, "invalid_scope") { house in
            try await house.exchange(house.token { $0.scope = ["orders:read"] }, scope: "users.address:read")
        },
        Attempt("a scope more than can be derived", .scopeWidened, "invalid_scope") { house in
            try await house.exchange(house.token(), scope: "users.address:read profile:write")
        },
        Attempt("the user's own scope, which is not derived", .scopeWidened, "invalid_scope") { house in
            try await house.exchange(house.token(), scope: "orders:write")
        },
        Attempt("a user whose scopes imply nothing there", .scopeNotAllowed, "invalid_scope") { house in
            try await house.exchange(house.token { $0.scope = ["openid", "orders:admin"] })
        },
        Attempt("a user without any scope", .scopeNotAllowed, "invalid_scope") { house in
            try await house.exchange(house.token { $0.scope = [] })
        },
        Attempt("a chain that outgrows what the first hop was given", .scopeNotAllowed, "invalid_scope") { house in
            let hop = try await house.exchange(house.token(), scope: "users.address:read")
            return try await house.exchange(hop.token, by: "users-api", to: House.orders)
        },
    ]

    /// How it is asked.
    static let requests: [Attempt] = [
        Attempt("another grant", .grantTypeUnsupported, "unsupported_grant_type") { house in
            try await house.exchange(house.token(), changes: ["grant_type": "client_credentials"])
        },
        Attempt("no grant", .parameterMissing, "invalid_request") { house in
            try await house.exchange(house.token(), without: "grant_type")
        },
        Attempt("an ID token as subject", .tokenTypeUnsupported, "invalid_request") { house in
            let type = "urn:ietf:params:oauth:token-type:id_token"
            return try await house.exchange(house.token(), changes: ["subject_token_type": type])
        },
        Attempt("another kind of actor token", .tokenTypeUnsupported, "invalid_request") { house in
            let type = "urn:ietf:params:oauth:token-type:jwt"
            return try await house.exchange(house.token(), changes: ["actor_token_type": type])
        },
        Attempt("a refresh token wished for", .tokenTypeUnsupported, "invalid_request") { house in
            let type = "urn:ietf:params:oauth:token-type:refresh_token"
            return try await house.exchange(house.token(), additions: [("requested_token_type", type)])
        },
        Attempt("no subject token type", .parameterMissing, "invalid_request") { house in
            try await house.exchange(house.token(), without: "subject_token_type")
        },
        Attempt("no actor token type", .parameterMissing, "invalid_request") { house in
            try await house.exchange(house.token(), without: "actor_token_type")
        },
        Attempt("two subject tokens", .parameterDuplicated, "invalid_request") { house in
            try await house.exchange(
                house.token(),
                additions: [("subject_token", house.token { $0.subject = "bob" }.exposed)]
            )
        },
        Attempt("a scope with two spaces", .scopeMalformed, "invalid_scope") { house in
            try await house.exchange(house.token(), scope: "users.address:read  users.summary:read")
        },
    ]

    @Test func `without the provider's keys nobody is refused: the answer is later`() async throws {
        let house = try await ExchangeHouse(isProviderUp: false)
        let answer = try await house.exchange(try house.token())
        #expect(answer.status == 503)
        #expect(answer.error == "temporarily_unavailable")
        #expect(answer.headers[.retryAfter] != nil)
    }

    @Test func `a JSON body is not a form`() async throws {
        let house = try await ExchangeHouse()
        let answer = try await house.send(.post, "/oauth2/token", [.contentType: "application/json"], "{}")
        #expect(answer.status == 415)
        #expect(answer.reason == .contentTypeUnsupported)
    }
}

extension ExchangeHouse {
    /// A good exchange by Orders, but for what `change` changes in its service token.
    func exchangeAsActor(_ change: (inout AccessTokenDraft) -> Void) async throws -> Answer {
        let actorToken = try serviceToken(of: "orders-api", change)
        return try await exchange(token(), changes: ["actor_token": actorToken.exposed])
    }
}
