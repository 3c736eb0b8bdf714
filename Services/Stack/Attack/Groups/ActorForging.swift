import Tokens

/// Acting for a user whom one was never called by (RFC 8693 §4.1).
enum ActorForging {
    static let group = AttackGroup(
        "actor-forging",
        hope: "who acts is what the caller says, and not what the exchange has seen",
        [
            .forged(
                "an actor written into the token",
                gain: "a service's rights for a user's own token",
                sent: "act: {\"sub\": \"orders-api\"}, the genuine signature",
                refused: .signatureInvalid
            ) { $0.claim("act", ["sub": "orders-api"]).underTheOldSignature },
            .forged(
                "an actor with a right of its own",
                gain: "rights in a place where nobody looks for them",
                sent: "act: {\"sub\": \"orders-api\", \"scope\": \"users:everything\"}",
                refused: .claimMalformed
            ) { try $0.claim("act", ["sub": "orders-api", "scope": "users:everything"]).signed() },
            .forged(
                "an actor as text",
                gain: "an actor that is there for the audit and missing for the policy",
                sent: "act: \"orders-api\"",
                refused: .claimMalformed
            ) { try $0.claim("act", "orders-api").signed() },
            .exchange(
                "an exchange without an actor",
                gain: "a token on the user's behalf for whoever holds the user's token",
                sent: "no actor_token",
                refused: .parameterMissing
            ) { request, _ in request.actorToken = nil },
            .exchange(
                "the user as actor",
                gain: "the rights of a service, for the user's own token shown twice",
                sent: "actor_token: the user's token",
                refused: .audienceMismatch
            ) { request, _ in request.actorToken = request.subjectToken },
            .exchange(
                "a token of the exchange as actor",
                gain: "one hop's token as a licence for further hops",
                sent: "actor_token: an exchanged token",
                refused: .issuerNotTrusted
            ) { request, scene in request.actorToken = try await scene.exchangedToken() },
            .exchange(
                "another service's token as actor",
                gain: "Orders in the audit for what Users does",
                sent: "actor_token: the one of Users, over the connection of Orders",
                refused: .certificateMismatch
            ) { request, scene in request.actorToken = try await scene.stack.serviceToken(of: .usersAPI) },
            .internalRoute(
                "the user's own token at an internal route",
                gain: "what only services may read, for every user",
                sent: "the user's genuine token for Users",
                refused: .issuerNotTrusted
            ) { scene in try scene.genuine(at: .usersAPI) },
            .internalRoute(
                "a service's own token at an internal route",
                gain: "every user's address for one service, whoever calls it",
                sent: "the service token of Orders, over its own connection",
                refused: .issuerNotTrusted
            ) { scene in try scene.genuine(at: .actorToken) },
            .request(
                "one user's exchanged token for another user",
                gain: "everybody's address out of one user's order",
                sent: "the genuine token, another id in the path",
                at: .internalRoute,
                refused: .subjectMismatch
            ) { scene in
                let other = try await scene.stack.makeUser("vic")
                let token = try await scene.exchangedToken()
                return try await scene.readAddress(of: other, with: token)
            },
        ]
    )
}

extension Attack {
    /// The route that opens to Orders with an exchanged token, and another token.
    fileprivate static func internalRoute(
        _ name: String,
        gain: String,
        sent: String,
        refused reason: Refusal,
        _ token: @escaping @Sendable (AttackScene) throws -> Credential
    ) -> Attack {
        request(name, gain: gain, sent: sent, at: .internalRoute, refused: reason) { scene in
            try await scene.readAddress(of: scene.user, with: scene.exchangedToken()).requireSuccess(
                "the exchanged token"
            )
            return try await scene.readAddress(of: scene.user, with: token(scene))
        }
    }
}

extension AttackScene {
    fileprivate func readAddress(of user: SignedInUser, with token: Credential) async throws -> Answer {
        try await stack.readShippingAddress(of: user.subject, token, certificate: "orders-api")
    }
}
