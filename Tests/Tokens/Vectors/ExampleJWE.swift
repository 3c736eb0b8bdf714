import Crypto
import Testing

@testable import Tokens

/// The examples of RFC 7520 §5 that are made of our parts with shorter keys; and one on X25519 from the working group's
/// cookbook, for Bob of RFC 8037 appendix A.6.
struct ExampleJWE: CustomTestStringConvertible {
    let testDescription: String
    /// The recipient's key, as it stands there.
    let key: JSONObject
    let algorithm: KeyManagementAlgorithm
    let token: String

    /// What is in every one of them.
    static let plaintext = """
        You can trust us to stick with you through thick and thin\u{2013}to the bitter end. And you can trust us to keep \
        any secret of yours\u{2013}closer than you keep it yourself. But you cannot trust us to let you face trouble \
        alone, and go off without a word. We are your friends, Frodo.
        """

    static let all = [
        ExampleJWE(
            testDescription: "RFC 7520 §5.4: agreement on P-384, then key wrapping",
            key: [
                "kty": "EC", "crv": "P-384", "kid": "peregrin.took@tuckborough.example", "use": "enc",
                "x": "YU4rRUzdmVqmRtWOs2OpDE_T5fsNIodcG8G5FWPrTPMyxpzsSOGaQLpe2FpxBmu2",
                "y": "A8-yxCHxkfBz3hKZfI1jUYMjUhsEveZ9THuwFjH2sCNdtksRJU7D5-SkgaFL1ETP",
                "d": "iTx2pk7wW-GqJkHcEkFQb2EFyYcO7RugmaW3mRrQVAOUiPommT0IdnYK2xDlZh-j",
            ],
            algorithm: .short("ECDH-ES+A128KW", .p384, wrappingKeyBytes: 16),
            token: """
                eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImtpZCI6InBlcmVncmluLnRvb2tAdHVja2Jvcm91Z2guZXhhbXBsZSIsImVwayI6eyJrdH\
                kiOiJFQyIsImNydiI6IlAtMzg0IiwieCI6InVCbzRrSFB3Nmtiang1bDB4b3dyZF9vWXpCbWF6LUdLRlp1NHhBRkZrYllpV2d1dEVL\
                Nml1RURzUTZ3TmROZzMiLCJ5Ijoic3AzcDVTR2haVkMyZmFYdW1JLWU5SlUyTW84S3BvWXJGRHI1eVBOVnRXNFBnRXdaT3lRVEEtSm\
                RhWTh0YjdFMCJ9LCJlbmMiOiJBMTI4R0NNIn0.0DJjBXri_kBcC46IkU5_Jk9BqaQeHdv2.mH-G2zVqgztUtnW_.tkZuOO9h95OgHJ\
                mkkrfLBisku8rGf6nzVxhRM3sVOhXgz5NJ76oID7lpnAi_cPWJRCjSpAaUZ5dOR3Spy7QuEkmKx8-3RCMhSYMzsXaEwDdXta9Mn5B7\
                cCBoJKB0IgEnj_qfo1hIi-uEkUpOZ8aLTZGHfpl05jMwbKkTe2yK3mjF6SBAsgicQDVCkcY9BLluzx1RmC3ORXaM0JaHPB93YcdSDG\
                gpgBWMVrNU1ErkjcMqMoT_wtCex3w03XdLkjXIuEr2hWgeP-nkUZTPU9EoGSPj6fAS-bSz87RCPrxZdj_iVyC6QWcqAu07WNhjzJEP\
                c4jVntRJ6K53NgPQ5p99l3Z408OUqj4ioYezbS6vTPlQ.WuGzxmcreYjpHGJoa17EBg
                """
        ),
        ExampleJWE(
            testDescription: "RFC 7520 §5.6: a shared content key",
            key: [
                "kty": "oct", "kid": "77c7e2b8-6e13-45cf-8672-617b5b45243a", "use": "enc", "alg": "A128GCM",
                "k": "XctOhJAkA-pD9Lh7ZgW_2A",
            ],
            algorithm: .short("dir"),
            token: """
                eyJhbGciOiJkaXIiLCJraWQiOiI3N2M3ZTJiOC02ZTEzLTQ1Y2YtODY3Mi02MTdiNWI0NTI0M2EiLCJlbmMiOiJBMTI4R0NNIn0..r\
                efa467QzzKx6QAB.JW_i_f52hww_ELQPGaYyeAB6HYGcR559l9TYnSovc23XJoBcW29rHP8yZOZG7YhLpT1bjFuvZPjQS-m0IFtVcX\
                kZXdH_lr_FrdYt9HRUYkshtrMmIUAyGmUnd9zMDB2n0cRDIHAzFVeJUDxkUwVAE7_YGRPdcqMyiBoCO-FBdE-Nceb4h3-FtBP-c_BI\
                wCPTjb9o0SbdcdREEMJMyZBH8ySWMVi1gPD9yxi-aQpGbSv_F9N4IZAxscj5g-NJsUPbjk29-s7LJAGb15wEBtXphVCgyy53CoIKLH\
                HeJHXex45Uz9aKZSRSInZI-wjsY0yu3cT4_aQ3i1o-tiE-F8Ios61EKgyIQ4CWao8PFMj8TTnp.vbb32Xvllea2OtmHAdccRQ
                """
        ),
        ExampleJWE(
            testDescription: "RFC 7520 §5.8: key wrapping",
            key: [
                "kty": "oct", "kid": "81b20965-8332-43d9-a468-82160ad91ac8", "use": "enc", "alg": "A128KW",
                "k": "GZy6sIZ6wl9NJOKB-jnmVQ",
            ],
            algorithm: .short("A128KW", wrappingKeyBytes: 16),
            token: """
                eyJhbGciOiJBMTI4S1ciLCJraWQiOiI4MWIyMDk2NS04MzMyLTQzZDktYTQ2OC04MjE2MGFkOTFhYzgiLCJlbmMiOiJBMTI4R0NNIn\
                0.CBI6oDw8MydIx1IBntf_lQcw2MmJKIQx.Qx0pmsDa8KnJc9Jo.AwliP-KmWgsZ37BvzCefNen6VTbRK3QMA4TkvRkH0tP1bTdhtF\
                JgJxeVmJkLD61A1hnWGetdg11c9ADsnWgL56NyxwSYjU1ZEHcGkd3EkU0vjHi9gTlb90qSYFfeF0LwkcTtjbYKCsiNJQkcIp1yeM03\
                OmuiYSoYJVSpf7ej6zaYcMv3WwdxDFl8REwOhNImk2Xld2JXq6BR53TSFkyT7PwVLuq-1GwtGHlQeg7gDT6xW0JqHDPn_H-puQsmth\
                c9Zg0ojmJfqqFvETUxLAF-KjcBTS5dNy6egwkYtOt8EIHK-oEsKYtZRaa8Z7MOZ7UGxGIMvEmxrGCPeJa14slv2-gaqK0kEThkaSqd\
                Yw0FkQZF.ER7MWJZ1FBI_NKvn7Zb1Lw
                """
        ),
        ExampleJWE(
            testDescription: "the cookbook: agreement on X25519",
            key: [
                "kty": "OKP", "crv": "X25519", "kid": "Bob", "use": "enc",
                "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
                "d": "XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os",
            ],
            algorithm: .short("ECDH-ES", .x25519),
            token: """
                eyJhbGciOiJFQ0RILUVTIiwia2lkIjoiQm9iIiwiZXBrIjp7Imt0eSI6Ik9LUCIsImNydiI6IlgyNTUxOSIsIngiOiJ4dlhIaDNRMl\
                M0Vm90WGdCZGRHV0RfS2huellaX2V1QjJlYWVrTHZ2QURVIn0sImVuYyI6IkExMjhHQ00ifQ..0tCoBvRfolezYjpJ.cX3qZ4cfxiy\
                r_Leem1b69MeLo-BHsMJy6RetGse91pgXjR7X87k1e7dJliYfzgseMV9dcVo3i1cAPeU2jkDCxrjxIBW0iUlF3JfkVH7DU3B8Gxzkb\
                lOJKwJE58Sd0rJEN9rSwfLf66sbTiY_vGYf7cZhbWhj6wwBnICFfaRh_2NubCdma7zX_vsdaGJXHn-6-jjR9UaQUbJD-tPn5UAW8Sa\
                9lPAcncYZywscUM-FET3tePOH2h_xv_LFGuN2KYJ3BED_Eyo--oSX17DD7ksSt0wfzy_TWczaG1E_TWn4nvP6T6d5nMp9OdfLWQNop\
                QHoQGWlPbaRLHCk2mNl1K5GsJ6Q4tjSdFWpqRDpQUz2eYAk.Yd4jUyp_PC5cACOwaAGwUQ
                """
        ),
    ]
}

/// Rows that the table of the library does not have: what is below it is the same.
extension KeyManagementAlgorithm {
    /// With A128GCM.
    static func short(_ name: String, _ curve: AgreementCurve? = nil, wrappingKeyBytes: Int? = nil) -> Self {
        KeyManagementAlgorithm(
            name: name,
            curve: curve,
            wrappingKeyBytes: wrappingKeyBytes,
            contentEncryption: ContentEncryption(name: "A128GCM", keyBytes: 16)
        )
    }
}

extension AgreementCurve {
    static let p384 = AgreementCurve(
        name: "P-384",
        keyType: "EC",
        coordinates: ["x", "y"],
        coordinateBytes: 48,
        privateKey: P384.KeyAgreement.PrivateKey.self
    )
}

extension P384.KeyAgreement.PublicKey: AgreementPublicKey {}
extension P384.KeyAgreement.PrivateKey: AgreementPrivateKey {
    static func generate() -> Self { Self() }
}
