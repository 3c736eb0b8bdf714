import TestKit
import Testing
import Tokens

@Suite("Keys at hand")
struct KeySourceTests {
    @Test func `keys are those of their issuer, and of nobody else`() throws {
        let issuer = try TestIssuer()
        let kid = issuer.key.keyID
        #expect(issuer.keys.knownKey(kid, issuer: issuer.issuer)?.keyID == kid)
        #expect(issuer.keys.key(kid, issuer: issuer.issuer)?.keyID == kid)
        #expect(issuer.keys.knownKey(kid, issuer: "https://another.example") == nil)
        #expect(issuer.keys.knownKey("another", issuer: issuer.issuer) == nil)
    }

    @Test func `what is unavailable is named`() {
        #expect(
            "\(DependencyUnavailable("key set of https://localhost:8440"))"
                == "key set of https://localhost:8440 is unavailable"
        )
    }
}
