import Testing

@testable import Tokens

@Suite("Certificate thumbprints, RFC 8705 §3.1")
struct CertificateThumbprintTests {
    @Test func `SHA-256 of the certificate, in base64url`() {
        #expect(CertificateThumbprint(ofDER: Array("abc".utf8)).text == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
    }

    @Test func `only the canonical text of 32 bytes is read`() {
        let text = CertificateThumbprint(ofDER: [1]).text
        #expect(CertificateThumbprint(reading: text) == CertificateThumbprint(ofDER: [1]))
        for wrong in [
            text + "=", String(text.dropLast()), text + "AA", " " + text, "", String(repeating: "ab", count: 32),
        ] {
            #expect(CertificateThumbprint(reading: wrong) == nil)
        }
    }
}
