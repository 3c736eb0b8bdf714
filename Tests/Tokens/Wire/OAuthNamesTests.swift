import Testing
import Tokens

@Suite("Names on the wire")
struct OAuthNamesTests {
    @Test func `each is spelled as its RFC spells it`() {
        #expect(
            GrantType.allCases.map(\.rawValue) == [
                "authorization_code", "client_credentials", "refresh_token",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ]
        )
        #expect(
            ClientAuthenticationMethod.allCases.map(\.rawValue) == [
                "client_secret_basic", "client_secret_post", "none", "private_key_jwt", "tls_client_auth",
            ]
        )
        #expect(ClientAuthenticationMethod.assertionType == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        #expect(TokenTypeIdentifier.accessToken == "urn:ietf:params:oauth:token-type:access_token")
    }
}
