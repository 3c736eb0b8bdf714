import NIOSSL
import Tokens

/// Tokens that are bound to a certificate, in other hands (RFC 8705 §3).
enum BoundTokens {
    static let group = AttackGroup(
        "certificate-bound-tokens",
        hope: "a bound token works without what it is bound to, or its binding can be taken off",
        [
            .exchange(
                "a stolen service token and no certificate",
                gain: "every user's data that Orders may ask for, for whoever found its token in a log",
                sent: "actor_token: the one of Orders, over a connection without certificate",
                refused: .clientUnauthenticated
            ) { request, _ in request.certificate = nil },
            .exchange(
                "a stolen service token and the thief's own certificate",
                gain: "every user's data that Orders may ask for, for another service of the house",
                sent: "actor_token: the one of Orders, over the connection of Users",
                refused: .certificateMismatch
            ) { request, _ in request.certificate = StackService.usersAPI.name },
            .exchange(
                "the binding cut out",
                gain: "a bearer token out of a bound one",
                sent: "actor_token: without cnf, the genuine signature",
                refused: .signatureInvalid
            ) { request, scene in
                request.actorToken = try scene.forgery(at: .actorToken).claim("cnf", nil).underTheOldSignature
                request.certificate = StackService.usersAPI.name
            },
            .exchange(
                "the binding exchanged for the thief's own",
                gain: "the identity of Orders under the certificate of Users",
                sent: "actor_token: cnf of the thief's certificate, the genuine signature",
                refused: .signatureInvalid
            ) { request, scene in
                let certificates = try NIOSSLCertificate.fromPEMFile(scene.stack.folder.certificate(of: "users-api"))
                let own = CertificateThumbprint(ofDER: try certificates.first?.toDERBytes() ?? [])
                let bound = try scene.forgery(at: .actorToken).claim("cnf", ["x5t#S256": .string(own.text)])
                request.actorToken = bound.underTheOldSignature
                request.certificate = StackService.usersAPI.name
            },
            .exchange(
                "a service token that is bound to nothing",
                gain: "the rights of an actor for a client that proved itself some weaker way",
                sent: "actor_token: genuine, of a client with a key and no certificate",
                refused: .actorTokenNotService
            ) { request, scene in
                request.actorToken = try await KeyClient.register(on: scene.stack).serviceToken(for: Audience.exchange)
            },
            .forged(
                "a binding that nobody can check",
                gain: "a bound token as a bearer token, where unknown bindings are passed over",
                sent: "cnf: {\"kid\": \"a key somewhere\"}",
                refused: .confirmationUnsupported
            ) { try $0.claim("cnf", ["kid": "a key somewhere"]).signed() },
            .credentials(
                "another service's name over one's own certificate",
                gain: "the service token of Orders for whoever has any certificate of the house",
                sent: "client_id: orders-api, over the connection of Users",
                certificate: "users-api"
            ),
            .credentials(
                "a certificate in a header",
                gain: "any service's identity, where a proxy once spoke for the connection",
                sent: "X-Forwarded-Client-Cert and its like, over a connection without certificate",
                headers: [
                    ("x-forwarded-client-cert", "URI=spiffe://gatehouse.local/orders-api"),
                    ("x-ssl-client-s-dn", "CN=orders-api"), ("x-client-verify", "SUCCESS"),
                ]
            ),
        ]
    )
}

extension Attack {
    /// The request with which Orders gets its own token, from somebody else.
    fileprivate static func credentials(
        _ name: String,
        gain: String,
        sent: String,
        certificate: String? = nil,
        headers: [(name: String, value: String)] = []
    ) -> Attack {
        request(name, gain: gain, sent: sent, at: .tokenEndpoint, refused: .clientUnauthenticated) { scene in
            // The genuine request is how the scene came by its service token.
            var call = Call(
                form: [
                    ("grant_type", GrantType.clientCredentials.rawValue), ("client_id", "orders-api"),
                    ("resource", Audience.exchange),
                ],
                to: "\(scene.stack.address(of: .identityProvider))/oauth2/token"
            )
            call.headers += headers
            call.certificate = certificate
            return try await scene.stack.client.send(call)
        }
    }
}
