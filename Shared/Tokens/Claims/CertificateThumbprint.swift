import Crypto

/// SHA-256 of a client certificate in DER form, `x5t#S256` in the `cnf` claim (RFC 8705 §3.1).
public struct CertificateThumbprint: Sendable, Hashable {
    /// 43 characters of base64url.
    public let text: String

    /// The thumbprint of a certificate in DER form.
    public init(ofDER certificate: [UInt8]) { text = Base64URL.encode(Array(SHA256.hash(data: certificate))) }

    /// Reads a thumbprint out of a claim; nil for anything but 32 bytes in canonical base64url.
    public init?(reading text: String) {
        guard Base64URL.decode(text)?.count == 32 else { return nil }
        self.text = text
    }
}
