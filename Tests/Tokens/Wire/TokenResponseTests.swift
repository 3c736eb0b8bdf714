import TestKit
import Testing
import Tokens

@Suite("Token answers, RFC 6749 §5.1")
struct TokenResponseTests {
    private let least: JSONObject = ["access_token": "a", "token_type": "bearer", "expires_in": 60]

    @Test func `an answer that is written is read`() throws {
        let response = TokenResponse(
            accessToken: Credential("a"),
            lifetimeSeconds: 60,
            scope: ["x", "y"],
            refreshToken: Credential("r"),
            idToken: Credential("i"),
            issuedTokenType: TokenTypeIdentifier.accessToken
        )
        let expected = #"""
            {"access_token":"a","token_type":"Bearer","expires_in":60,"scope":"x y",\#
            "refresh_token":"r","id_token":"i","issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}
            """#
        #expect(JSONWriter.text(response.exposedDocument) == expected)
        let read = try #require(TokenResponse(reading: response.exposedDocument))
        #expect(read.exposedDocument == response.exposedDocument)
    }

    @Test(arguments: ["bearer", "Bearer", "BEARER", "dpop", "DPoP"])
    func `the type may be in upper or lower case, and is written as the RFC that defines it has it`(type: String) throws
    {
        let response = try #require(TokenResponse(reading: least.with("token_type", .string(type))))
        let expected: AccessTokenType = type.lowercased() == "dpop" ? .dpop : .bearer
        #expect(response.tokenType == expected)
        #expect(["Bearer", "DPoP"].contains(response.exposedDocument["token_type"]?.string))
    }

    @Test func `no scope is written as no scope, RFC 6749 §3.3`() throws {
        let response = TokenResponse(accessToken: Credential("a"), lifetimeSeconds: 60, scope: [])
        #expect(response.exposedDocument["scope"] == nil)
        #expect(try #require(TokenResponse(reading: response.exposedDocument)).scope.isEmpty)
    }

    @Test(
        arguments: [
            ("access_token", nil), ("access_token", ""), ("access_token", 1), ("token_type", nil),
            ("token_type", ""), ("token_type", "mac"), ("expires_in", nil), ("expires_in", 0), ("expires_in", -1),
            ("expires_in", "60"),
            ("expires_in", .decimal("60.5")),
        ] as [(String, JSONValue?)]
    )
    func `what is no such answer is not read`(member: String, value: JSONValue?) {
        #expect(TokenResponse(reading: least) != nil)
        #expect(TokenResponse(reading: value.map { least.with(member, $0) } ?? least.without(member)) == nil)
    }

    @Test func `it prints without its tokens`() {
        let secret = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"
        let response = TokenResponse(accessToken: Credential(secret), lifetimeSeconds: 60, scope: ["x"])
        #expect(!"\(response)".contains(secret) && !String(reflecting: response).contains(secret))
    }
}
