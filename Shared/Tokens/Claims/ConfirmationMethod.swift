import Crypto

/// What a token is bound to: the one member of its `cnf` claim (RFC 7800 §3.1).
public enum ConfirmationMethod: Sendable, Hashable {
    /// `x5t#S256`: the certificate of the connection on which the token comes (RFC 8705 §3.1).
    case certificate(CertificateThumbprint)
    /// `jkt`: the key of the DPoP proof that comes with the token (RFC 9449 §6.1).
    case key(KeyThumbprint)

    /// Reads the claim's value; nil for another method, or more than one.
    init?(reading value: JSONObject) {
        guard value.members.count == 1, let (name, member) = value.members.first, let text = member.string else {
            return nil
        }
        switch name {
        case "x5t#S256":
            guard let thumbprint = CertificateThumbprint(reading: text) else { return nil }
            self = .certificate(thumbprint)
        case "jkt":
            guard let thumbprint = KeyThumbprint(reading: text) else { return nil }
            self = .key(thumbprint)
        default: return nil
        }
    }

    /// The claim's value.
    public var json: JSONValue {
        switch self {
        case .certificate(let thumbprint): ["x5t#S256": .string(thumbprint.text)]
        case .key(let thumbprint): ["jkt": .string(thumbprint.text)]
        }
    }
}

/// Which public key, whatever id it goes by (RFC 7638 §3).
public struct KeyThumbprint: Sendable, Hashable {
    /// 43 characters of base64url.
    public let text: String

    /// The thumbprint of `key`.
    public init(of key: VerificationKey) { text = key.thumbprint }

    /// Reads a thumbprint out of a claim; nil for anything but 32 bytes in canonical base64url.
    public init?(reading text: String) {
        guard Base64URL.decode(text)?.count == SHA256.byteCount else { return nil }
        self.text = text
    }
}
