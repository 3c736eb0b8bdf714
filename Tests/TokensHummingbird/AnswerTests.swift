import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import Testing
import Tokens
import TokensHummingbird

@Suite("Refusals that answer for themselves, RFC 6750 §3")
struct AnswerTests {
    private let api: GuardedRoutes

    init() throws { api = try GuardedRoutes() }

    @Test(
        arguments: [
            (Refusal.tokenMissing, "Bearer"), (.tokenExpired, #"Bearer error="invalid_token""#),
            (.signatureInvalid, #"Bearer error="invalid_token""#),
            (.scopeInsufficient, #"Bearer error="insufficient_scope""#),
            (.authenticationTooOld, #"Bearer error="insufficient_user_authentication""#),
            (.proofMissing, #"DPoP error="invalid_token""#), (.proofExpired, #"DPoP error="invalid_dpop_proof""#),
            (.conflict, nil), (.parameterDuplicated, nil), (.resourceNotFound, nil),
        ] as [(Refusal, String?)]
    )
    func `a refusal says its status and its challenge, and nothing else`(reason: Refusal, challenge: String?)
        async throws
    {
        let router = Router()
        router.get("refused") { _, _ -> String in throw reason }
        let response = try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/refused", method: .get)
        }
        #expect(response.status.code == reason.wire.status)
        #expect(response.status.reasonPhrase.isEmpty == false)
        #expect(response.headers[.wwwAuthenticate] == challenge)
        #expect(response.body.readableBytes == 0)
    }

    @Test func `the reason is in the log, the token is not`() async throws {
        let token = try api.issuer.mint { $0.audience = House.users }
        #expect(try await api.get("/open", bearer: token).status == .unauthorized)
        #expect(api.log.lines == ["refused reason=audienceMismatch"])
    }

    @Test func `what a handler refuses is answered alike`() async throws {
        let response = try await api.get("/conflict", bearer: api.issuer.mint())
        #expect(response.status == .conflict)
        #expect(response.headers[.wwwAuthenticate] == nil)
    }

    @Test func `who has to sign in again is told how, RFC 9470 §3`() async throws {
        let response = try await api.get("/sensitive", bearer: api.issuer.mint())
        let challenge =
            #"Bearer error="insufficient_user_authentication", acr_values="phr phrh", max_age="300""#
        #expect(response.headers[.wwwAuthenticate] == challenge)
    }

    @Test func `what is not to be had for the moment is 503 and says when to come back`() async throws {
        let response = try await api.get("/down", [:])
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "1")
        #expect(response.body.readableBytes == 0)
        #expect(api.log.lines == ["unavailable dependency=key set of the issuer"])
    }
}
