import Tokens

/// The values of RFC 9449. Every proof in it is of one key.
enum RFC9449 {
    /// The header of every proof.
    static let header = """
        eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjN\
        oUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VE\
        RWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19
        """

    /// The key in it, under an algorithm and an id as published keys have them.
    static let key: JSONObject = [
        "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "dpop",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
    ]
    /// Section 6.1: `jkt` of the key in that header.
    static let thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"

    /// Sections 4.1 and 5: an authorization code is redeemed.
    static let tokenRequest = ExampleProof(
        section: "RFC 9449 4.1",
        payload: """
            eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1\
            wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ
            """,
        signature: "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg",
        method: "POST",
        url: "https://server.example.com/token",
        issuedAt: NumericDate(1_562_262_616),
        accessToken: nil
    )

    /// Section 5: a refresh token is redeemed, under the same `jti` some time later.
    static let refresh = ExampleProof(
        section: "RFC 9449 5",
        payload: """
            eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1\
            wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjY1Mjk2fQ
            """,
        signature: "pAqut2IRDm_De6PR93SYmGBPXpwrAk90e8cP2hjiaG5QsGSuKDYW7_X620BxqhvYC8ynrrvZLTk41mSRroapUA",
        method: "POST",
        url: "https://server.example.com/token",
        issuedAt: NumericDate(1_562_265_296),
        accessToken: nil
    )

    /// Section 7.1: an access token is used.
    static let resourceRequest = ExampleProof(
        section: "RFC 9449 7.1",
        payload: """
            eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGF\
            tcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNT\
            NFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9
            """,
        signature: "2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA",
        method: "GET",
        url: "https://resource.example.org/protectedresource",
        issuedAt: NumericDate(1_562_262_618),
        accessToken: Credential("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")
    )

    /// Section 6.1: an access token bound to that key.
    static let boundTokenHeader = "eyJhbGciOiJFUzI1NiIsImtpZCI6IkJlQUxrYiJ9"
    /// Section 6.1.
    static let boundTokenPayload = """
        eyJzdWIiOiJzb21lb25lQGV4YW1wbGUuY29tIiwiaXNzIjoiaHR0cHM6Ly9zZXJ2ZXIuZXhhbXBsZS5jb20iLCJuYmY\
        iOjE1NjIyNjI2MTEsImV4cCI6MTU2MjI2NjIxNiwiY25mIjp7ImprdCI6IjBaY09DT1JaTll5LURXcHFxMzBqWnlKR0\
        hUTjBkMkhnbEJWM3VpZ3VBNEkifX0
        """
    /// Section 6.1; the key is not given.
    static let boundTokenSignature =
        "3Tyo8VTcn6u_PboUmAOYUY1kfAavomW_YwYMkmRNizLJoQzWy2fCo79Zi5yObpIzjWb5xW4OGld7ESZrh0fsrA"
}
