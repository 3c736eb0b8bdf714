public import HTTPTypes
public import Hummingbird
public import Tokens

/// A token as a request brings it: in the `Authorization` field and nowhere else (RFC 6750 §2.1, RFC 9449 §7.1).
public struct PresentedToken: Sendable {
    /// The token itself.
    public let credential: Credential
    /// The proof that came with it under the scheme `DPoP`; nil under `Bearer`.
    public let proof: DPoPRequest?

    /// Reads the `Authorization` field, and under the scheme `DPoP` the proof beside it.
    ///
    /// - Parameters:
    ///   - request: of which the header fields, the method and the path count.
    ///   - address: under which clients reach this service; nil for a service that takes
    ///     bearer tokens only.
    /// - Refuses: `tokenMissing` without the field or with another scheme, `parameterDuplicated` for a field that stands
    ///   twice, `tokenMalformed` for an empty token, `proofMissing` for the scheme `DPoP` without a proof.
    public init(reading request: Request, address: String?) throws(Refusal) {
        let fields = request.headers[values: .authorization]
        guard let field = fields.first else { throw .tokenMissing }
        guard fields.count == 1 else { throw .parameterDuplicated }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let isBound = parts[0].lowercased() == "dpop"
        guard isBound ? address != nil : parts[0].lowercased() == "bearer" else { throw .tokenMissing }
        guard parts.count == 2, !parts[1].isEmpty else { throw .tokenMalformed }
        credential = Credential(String(parts[1]))
        guard isBound, let address else {
            proof = nil
            return
        }
        guard let proof = try DPoPRequest(reading: request, address: address) else { throw .proofMissing }
        self.proof = proof
    }
}

extension DPoPRequest {
    /// The proof in the `DPoP` field, for this request at `address`; nil without the field.
    ///
    /// - Refuses: `proofMalformed` for a field that stands twice (RFC 9449 §4.3).
    public init?(reading request: Request, address: String) throws(Refusal) {
        let fields = request.headers[values: .dpop]
        guard let field = fields.first else { return nil }
        guard fields.count == 1 else { throw .proofMalformed }
        let path = request.uri.path
        // No request target has a fragment (RFC 9112 §3.2); where one is let in, what stands behind it is not compared.
        guard !path.contains("#") else { throw .proofURLMismatch }
        // The path brings the slash.
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.init(proof: Credential(field), method: request.method.rawValue, url: base + path)
    }
}

extension HTTPField.Name {
    /// `DPoP` (RFC 9449 §4.1).
    public static let dpop = HTTPField.Name("DPoP")!  // A literal of ours, a valid name.
}
