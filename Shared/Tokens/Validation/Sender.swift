/// What a connection and a request prove about who sends a token; asked of every token that is bound to somebody.
public struct Sender: Sendable {
    /// Of the certificate that the peer has shown on this connection (RFC 8705 §3).
    let certificate: CertificateThumbprint?
    /// The proof that came with the request (RFC 9449 §7.1).
    let proof: DPoPRequest?
    /// Whether the key behind a token was asked for by somebody else.
    let isRelay: Bool

    /// Nobody in particular: good for bearer tokens only.
    public static let unproven = Sender(certificate: nil)

    /// Whoever sent the request.
    ///
    /// - Parameters:
    ///   - certificate: of the peer on this connection; nil where it presented none.
    ///   - proof: nil where the token came under the scheme `Bearer`.
    public init(certificate: CertificateThumbprint?, proof: DPoPRequest? = nil) {
        self.init(certificate: certificate, proof: proof, isRelay: false)
    }

    /// A token that its audience passes on, as the `subject_token` of an exchange: the DPoP proof was made for the
    /// audience, which saw it, and can not be made again for us. Only for a sender who has been authenticated as that
    /// audience.
    public static func relayWithoutProof(certificate: CertificateThumbprint?) -> Sender {
        Sender(certificate: certificate, proof: nil, isRelay: true)
    }

    private init(certificate: CertificateThumbprint?, proof: DPoPRequest?, isRelay: Bool) {
        self.certificate = certificate
        self.proof = proof
        self.isRelay = isRelay
    }
}

/// A DPoP proof and the request that it must be for (RFC 9449 §4.3).
public struct DPoPRequest: Sendable {
    /// The one value of the `DPoP` field.
    public let proof: Credential
    /// The method of the request.
    public let method: String
    /// The URL under which the receiver knows itself and the request's path: never the `Host` that the request claims,
    /// or a proof made for somebody else could be played here.
    public let url: String

    /// The value of the `DPoP` field, and the request that it came with.
    public init(proof: Credential, method: String, url: String) {
        self.proof = proof
        self.method = method
        self.url = url
    }
}
