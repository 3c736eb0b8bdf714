import Crypto

/// SHA-256 of a client certificate in DER form, `x5t#S256` in the `cnf` claim (RFC 8705 §3.1).
public struct CertificateThumbprint: Sendable, Hashable {
    /// 43 characters of base64url.
    public let text: String

    public init(ofDER certificate: [UInt8]) { text = Base64URL.encode(Array(SHA256.hash(data: certificate))) }

    init?(reading text: String) {
        guard Base64URL.decode(text)?.count == 32 else { return nil }
        self.text = text
    }
}
