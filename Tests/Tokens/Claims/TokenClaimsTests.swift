import TestKit
import Testing

@testable import Tokens

@Suite("Kinds of token, RFC 8725 §3.11")
struct TokenClaimsTests {
    @Test(
        arguments: [
            (
                TokenKind.accessToken, ["at+jwt"],
                [nil, "jwt", "client-authentication+jwt", "secevent+jwt", "", "at+jwt "]
            ),
            (.auditHead, ["audit-head+jwt"], [nil, "jwt", "at+jwt", "secevent+jwt", ""]),
            (.idToken, [nil, "jwt"], ["at+jwt", "client-authentication+jwt", "logout+jwt", "dpop+jwt", ""]),
            (.clientAssertion, [nil, "jwt", "client-authentication+jwt"], ["at+jwt", "logout+jwt", "dpop+jwt", ""]),
            (.dpopProof, ["dpop+jwt"], [nil, "jwt", "at+jwt", "dpop", ""]),
            (.introspectionResponse, ["token-introspection+jwt"], [nil, "jwt", "at+jwt", "introspection+jwt", ""]),
            (.logoutToken, ["logout+jwt"], [nil, "jwt", "at+jwt", "secevent+jwt", ""]),
            (.securityEvent, ["secevent+jwt"], [nil, "jwt", "at+jwt", "logout+jwt", ""]),
        ] as [(TokenKind, [String?], [String?])]
    )
    func `typ says which is which`(kind: TokenKind, accepted: [String?], refused: [String?]) {
        for type in accepted { #expect(kind.accepts(type: type)) }
        for type in refused { #expect(!kind.accepts(type: type)) }
        #expect(kind.accepts(type: kind.rawValue.lowercased()))
    }

    @Test(arguments: TokenKind.allCases, TokenKind.allCases)
    func `no kind passes for another, whoever signed it`(presented: TokenKind, expected: TokenKind) async throws {
        let key = try SharedKeys.own(.es256)
        let token = try SampleToken(presented, signedBy: key).token
        let outcome = await Result { try await SampleToken(expected, signedBy: key).verify(token) }
        let refusal: Refusal? =
            switch (presented, expected) {
            case _ where presented == expected: nil
            case (_, .dpopProof): .proofMalformed
            case (.dpopProof, _): .headerParameterForbidden
            // Their types may be missing; what they claim may not.
            case (.idToken, .clientAssertion): .clientMismatch
            default: .tokenTypeMismatch
            }
        #expect(outcome.refusal == refusal)
    }
}
