import TestKit
import Testing
import Tokens

@Suite("Tokens shown without being believed")
struct UnverifiedTokenTests {
    @Test func `a forged token is shown as it was written`() throws {
        let issuer = try TestIssuer()
        let header = issuer.header.with("alg", "none").with("jku", "https://evil.example")
        let token = try issuer.forge(header: header, payload: ["sub": "admin"], signedBy: .signature([]))
        let shown = try UnverifiedToken.decodeWithoutVerifying(token)
        #expect(shown.header == header)
        #expect(shown.payload == ["sub": "admin"])
    }

    @Test(arguments: [
        (Refusal.tokenMalformed, "e30.e30"), (.tokenMalformed, ""), (.tokenMalformed, "e30.W10."),
        (.tokenMalformed, "e30=.e30."),
        (.duplicateMember, "eyJhIjoxLCJhIjoxfQ.e30."),
        (.tokenTooLarge, String(repeating: "A", count: Bounds.tokenBytesMax + 1)),
    ])
    func `what is no token cannot be shown`(refusal: Refusal, text: String) {
        #expect(throws: Never.self) { try UnverifiedToken.decodeWithoutVerifying(Credential("e30.e30.")) }
        #expect(throws: refusal) { try UnverifiedToken.decodeWithoutVerifying(Credential(text)) }
    }
}
