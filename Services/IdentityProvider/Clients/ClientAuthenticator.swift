import Audit
import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// A client that has proved who it is; of a public one, who says so.
struct AuthenticatedClient: Sendable {
    let client: Client
    /// The certificate by which it proved it, to bind tokens to (RFC 8705 §3).
    let certificate: CertificateThumbprint?
}

/// Finds out which client sends a request (RFC 6749 §2.3, §3.2.1).
///
/// - Takes: exactly one proof. Each method is one row of `presented`; two at once would let a request be one client to us and
///   another to a proxy in front.
/// - Refuses: `clientAuthenticationAmbiguous` for two proofs or two ids, `clientUnknown`, `clientSecretWrong`,
///   `assertionLifetimeTooLong`, `assertionReplayed`, and `clientUnauthenticated` for everything else, above all for a method
///   that is not the one registered: a secret must not open what a key was meant to guard.
struct ClientAuthenticator: Sendable {
    let clients: ClientStore
    let assertions: ClientAssertionVerifier
    let peers: any PeerCertificateSource

    private enum Proof {
        case basic(id: String, secret: Credential)
        case post(id: String, secret: Credential)
        case assertion(Credential, id: String)
        /// Only an id. Whether that is enough, or a certificate has to speak for it, the registration says.
        case identifier(String)

        var clientID: String {
            switch self {
            case .basic(let id, _), .post(let id, _), .assertion(_, let id), .identifier(let id): id
            }
        }
    }

    func authenticate(
        _ request: Request,
        _ form: FormParameters,
        _ context: ServiceContext
    ) async throws -> AuthenticatedClient {
        let proof = try presented(request, form, context)
        let found = try await clients.find(proof.clientID, noting: context.decision)
        if let named = form.optional("client_id"), named != proof.clientID {
            throw Refusal.clientAuthenticationAmbiguous
        }
        guard let client = found else { throw Refusal.clientUnknown }
        var certificate: CertificateThumbprint?
        switch (proof, client.authentication) {
        case (.basic(_, let secret), .clientSecretBasic), (.post(_, let secret), .clientSecretPost):
            guard clients.verify(secret, of: client) else { throw Refusal.clientSecretWrong }
        case (.assertion(let assertion, _), .privateKeyJWT):
            try await assertions.verify(assertion, of: client, context)
        case (.identifier, .tlsClientAuth):
            // RFC 8705 §2.1: TLS has verified the chain; here the name in it must be the registered one.
            guard let peer = try await peers.certificate(of: context), peer.spiffeID == client.spiffeID else {
                throw Refusal.clientUnauthenticated
            }
            certificate = peer.thumbprint
        case (.identifier, .none): break
        default: throw Refusal.clientUnauthenticated
        }
        if client.isConfidential { try context.limits.count(client: client.id) }
        return AuthenticatedClient(client: client, certificate: certificate)
    }

    private func presented(_ request: Request, _ form: FormParameters, _ context: ServiceContext) throws(Refusal)
        -> Proof
    {
        let authorization = request.headers[values: .authorization]
        let secret = form.optional("client_secret")
        let assertion = form.optional("client_assertion")
        // RFC 6749 §2.3: no more than one method in each request.
        guard authorization.count + (secret == nil ? 0 : 1) + (assertion == nil ? 0 : 1) <= 1 else {
            throw .clientAuthenticationAmbiguous
        }
        if let field = authorization.first { return try basic(field) }
        if let secret { return .post(id: try form.required("client_id"), secret: Credential(secret)) }
        if let assertion {
            guard try form.required("client_assertion_type") == ClientAuthenticationMethod.assertionType else {
                throw .clientUnauthenticated
            }
            let credential = Credential(assertion)
            let id = try ClientAssertionVerifier.claimedClient(of: credential, context)
            return .assertion(credential, id: id)
        }
        guard let id = form.optional("client_id") else { throw .clientUnauthenticated }
        return .identifier(id)
    }

    /// `Basic` credentials: both parts are form-encoded before they are joined (RFC 6749 §2.3.1), so that a colon in either is safe.
    private func basic(_ field: String) throws(Refusal) -> Proof {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic", let text = Self.decodeBase64(parts[1]),
            let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let id = try? FormParameters.decode(text[..<colon]),
            let secret = try? FormParameters.decode(text[text.index(after: colon)...])
        else { throw .clientUnauthenticated }
        return .basic(id: id, secret: Credential(secret))
    }

    /// Base64 with the alphabet and the padding of RFC 4648 §4, in its canonical form.
    private static func decodeBase64(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count % 4 == 0, !text.contains(where: { $0 == "-" || $0 == "_" }) else { return nil }
        let unpadded = text.hasSuffix("==") ? text.dropLast(2) : text.hasSuffix("=") ? text.dropLast() : text
        return Base64URL.decode(String(unpadded.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }))
    }
}
