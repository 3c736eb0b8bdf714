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
            (.idToken, [nil, "jwt"], ["at+jwt", "client-authentication+jwt", "logout+jwt", "dpop+jwt", ""]),
            (.clientAssertion, [nil, "jwt", "client-authentication+jwt"], ["at+jwt", "logout+jwt", "dpop+jwt", ""]),
        ] as [(TokenKind, [String?], [String?])]
    )
    func `typ says which is which`(kind: TokenKind, accepted: [String?], refused: [String?]) {
        for type in accepted { #expect(kind.accepts(type: type)) }
        for type in refused { #expect(!kind.accepts(type: type)) }
        #expect(kind.accepts(type: kind.rawValue.lowercased()))
    }
}
