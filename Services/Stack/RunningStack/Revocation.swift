import Tokens

/// What is to be revoked, as an operator names it.
enum RevocationOrder: Sendable {
    case user(String)
    case session(String)
    /// An access token, or its `jti`.
    case token(Credential)
    case client(String)
}

/// A revocation that was carried out, and how long each verifier took to hear of it.
struct MeasuredRevocation: Sendable {
    struct Delay: Sendable {
        let verifier: String
        /// From sending the revocation to the first answer that says "revoked"; nil where none came in time.
        let duration: Duration?
    }

    /// `kind` and `id` of what was revoked.
    let revoked: [JSONObject]
    /// The quickest first; whoever did not hear of it last.
    let delays: [Delay]

    var isComplete: Bool { delays.allSatisfy { $0.duration != nil } }
}

extension RunningStack {
    /// Everybody who decides about tokens without asking the provider.
    static let verifiers: [StackService] = [.ordersAPI, .usersAPI, .gateway, .tokenExchange]

    /// Revokes at the provider, and measures when each verifier refuses.
    ///
    /// Each is asked again and again, from before the revocation is sent. What is measured includes one question and its answer.
    ///
    /// - Throws: `CallRefused`, of status 404 where there is nothing of that name.
    func revoke(_ order: RevocationOrder, waitingMax: Duration = .seconds(5)) async throws -> MeasuredRevocation {
        let question = try await question(order)
        let watch = ContinuousClock()
        return try await withThrowingTaskGroup(of: (String, ContinuousClock.Instant?).self) { group in
            let deadline = watch.now + waitingMax
            for verifier in Self.verifiers {
                group.addTask {
                    while watch.now < deadline {
                        try Task.checkCancellation()
                        if await isRevoked(question, at: verifier) { return (verifier.name, watch.now) }
                    }
                    return (verifier.name, nil)
                }
            }
            let sentAt = watch.now
            let answer = try await operate("POST", "revocations", on: .identityProvider, order.document)
            let document = try answer.requireSuccess("revoking \(order)").json
            var delays: [MeasuredRevocation.Delay] = []
            for try await (verifier, heardAt) in group {
                delays.append(.init(verifier: verifier, duration: heardAt.map { max(.zero, $0 - sentAt) }))
            }
            return MeasuredRevocation(
                revoked: document?["revoked"]?.array?.compactMap(\.object) ?? [],
                delays: delays.sorted { $0.duration ?? waitingMax < $1.duration ?? waitingMax }
            )
        }
    }

    /// Whether a verifier refuses what `question` names; false where it gives no answer.
    private func isRevoked(_ question: JSONObject, at verifier: StackService) async -> Bool {
        let answer = try? await operate("POST", "revocations/check", on: verifier, question)
        return answer?.json?["revoked"] == true
    }

    /// The question whose answer changes with the revocation: a token of this moment, by what is going to be revoked of it.
    private func question(_ order: RevocationOrder) async throws -> JSONObject {
        var question: JSONObject = [
            "issuer": .string(address(of: .identityProvider)), "iat": .integer(clock.now().secondsSinceEpoch),
        ]
        switch order {
        case .user(let name):
            let path = "users/\(FormParameters.percentEncode(name))"
            let answer = try await operate("GET", path, on: .identityProvider)
            question["subject"] = try answer.requireSuccess("looking for \(name)").json?["id"]
        case .session(let sid): question["sid"] = .string(sid)
        case .token(let token): question["jti"] = .string(token.tokenID)
        case .client(let id): question["client_id"] = .string(id)
        }
        return question
    }
}

extension RevocationOrder: CustomStringConvertible {
    fileprivate var document: JSONObject {
        switch self {
        case .user(let name): ["username": .string(name)]
        case .session(let sid): ["session": .string(sid)]
        case .token(let token): ["token": .string(token.exposed)]
        case .client(let id): ["client_id": .string(id)]
        }
    }

    /// Without the token: this stands in messages.
    var description: String {
        switch self {
        case .user(let name): "the user \(name)"
        case .session(let sid): "the session \(sid)"
        case .token(let token): "the token [\(token.fingerprint)]"
        case .client(let id): "the client \(id)"
        }
    }
}

extension Credential {
    /// The `jti` of a JWT; any other text is taken for one.
    fileprivate var tokenID: String {
        (try? UnverifiedToken.decodeWithoutVerifying(self))?.payload["jti"]?.string ?? exposed
    }
}
