public import Tokens

/// An event that its receiver will not take, whenever and however often it comes.
///
/// - Source: RFC 8935 §2.3, §2.4; the same words in `setErrs`, RFC 8936 §2.6.
public struct EventRefused: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the issuer is told: an error code of RFC 8935 §2.4.
    public enum Code: String, Sendable {
        case invalidAudience = "invalid_audience"
        case invalidIssuer = "invalid_issuer"
        case invalidKey = "invalid_key"
        case invalidRequest = "invalid_request"
    }

    public let code: Code
    /// The exact reason, for the log.
    public let reason: Refusal

    public init(_ reason: Refusal) {
        self.reason = reason
        code =
            switch reason {
            case .audienceMismatch: .invalidAudience
            case .issuerNotTrusted: .invalidIssuer
            case .algorithmNotAccepted, .keyMismatch, .keyUnknown, .signatureInvalid: .invalidKey
            default: .invalidRequest
            }
    }

    /// One sentence for the people who run the issuer.
    public var description: String {
        switch code {
        case .invalidAudience: "the event is meant for another receiver"
        case .invalidIssuer: "this receiver does not listen to that issuer"
        case .invalidKey: "the signature is by no key of the issuer that is accepted here"
        case .invalidRequest: "this is no security event that could be read"
        }
    }
}
