public import Tokens

extension TokenValidator {
    /// The token as a bearer brings it: nothing is proven about the sender, as in most tests.
    public func verify(_ token: Credential) async throws -> VerifiedToken<Claims> {
        try await verify(token, from: .unproven)
    }

    /// The same, explained.
    public func explain(_ token: Credential) async throws -> [CheckOutcome] {
        try await explain(token, from: .unproven)
    }
}

extension ConfirmationMethod {
    /// Bound to a certificate, of which only the thumbprint matters here.
    public static func certificate(ofDER der: [UInt8]) -> ConfirmationMethod {
        .certificate(CertificateThumbprint(ofDER: der))
    }
}
