import Tokens

/// What the attacks of one group are made of: a user who is signed in, the doors with their genuine tokens, and what is public.
struct AttackScene: Sendable {
    let stack: RunningStack
    let user: SignedInUser
    let doors: [TokenDoor]
    private let keys: PublishedKeys
    private let decisions: RecordedDecisions

    static func prepare(on stack: RunningStack) async throws -> AttackScene {
        let user = try await stack.makeUser("mal")
        return AttackScene(
            stack: stack,
            user: user,
            doors: try await TokenDoor.all(of: stack, for: user),
            keys: try await PublishedKeys(of: stack),
            decisions: try RecordedDecisions(in: stack.folder)
        )
    }

    /// The public key under which `token` was signed: everybody can have it.
    private func key(of token: Credential) throws -> VerificationKey {
        let decoded = try UnverifiedToken.decodeWithoutVerifying(token)
        let key = keys.knownKey(decoded.header["kid"]?.string ?? "", issuer: decoded.payload["iss"]?.string ?? "")
        guard let key else { throw ScenarioFailure(expectation: "the key of a token is published", seen: "it is not") }
        return key
    }

    /// The token that `door` accepts.
    func genuine(at door: Door) throws -> Credential {
        guard let token = doors.first(where: { $0.door == door })?.genuine else {
            throw ScenarioFailure(expectation: "\(door.name) takes tokens", seen: "it does not")
        }
        return token
    }

    /// The exchange that Orders makes for the user, and that is granted.
    func exchangeRequest() async throws -> ExchangeRequest {
        let request = ExchangeRequest(
            subjectToken: try genuine(at: .subjectToken),
            actorToken: try genuine(at: .actorToken)
        )
        try await stack.exchange(request).requireSuccess("the exchange from which the others differ")
        return request
    }

    /// The token that this exchange brings.
    func exchangedToken() async throws -> Credential {
        try stack.readTokens(await stack.exchange(exchangeRequest()), "the exchange").accessToken
    }

    /// The token that `door` accepts, taken apart.
    func forgery(at door: Door) throws -> Forgery {
        let token = try genuine(at: door)
        return try Forgery(of: token, signedUnder: key(of: token))
    }

    /// The published key of `issuer` for signatures of one algorithm.
    func key(of issuer: StackService, algorithm: String) throws -> VerificationKey {
        let key = keys[stack.address(of: issuer)].first { $0.algorithm.name == algorithm }
        guard let key else {
            throw ScenarioFailure(expectation: "\(issuer.name) has an \(algorithm) key", seen: "none")
        }
        return key
    }

    func judge(_ shot: Shot, of attack: Attack) async throws -> Outcome {
        let records = try await decisions.records(for: shot.answer, at: shot.door.service)
        return Outcome(shot, of: attack.name, records: records)
    }
}

extension AttackGroup {
    /// Fires every attack of the group, one after the other, and tells what became of it.
    ///
    /// - Gives: every shot's outcome; one with a `failure` got through, or was refused for a reason that is not its own.
    func fire(on stack: RunningStack, telling story: Story) async throws -> [Outcome] {
        let scene = try await AttackScene.prepare(on: stack)
        story.says("✓ \(scene.doors.count) doors take a token, and each takes a genuine one")
        var fired: [(shot: Shot, attack: Attack)] = []
        for attack in attacks {
            story.tell("")
            story.says(attack.name)
            story.says("  gain  \(attack.gain)")
            story.says("  sent  \(attack.sent)")
            let shots = try await attack.fire(scene)
            guard !shots.isEmpty else {
                throw ScenarioFailure(expectation: "\(attack.name) finds a door to be fired at", seen: "none")
            }
            for shot in shots {
                story.says("  \(try await scene.judge(shot, of: attack).line)")
                fired.append((shot, attack))
            }
        }
        // Once more, with what has come since: a second record of the same request would be one too many.
        var outcomes: [Outcome] = []
        for (shot, attack) in fired { outcomes.append(try await scene.judge(shot, of: attack)) }
        return outcomes
    }
}

extension Outcome {
    /// `✗ gateway   401 invalid_token   (inside: keyUnknown)`
    fileprivate var line: String {
        let mark = failure == nil ? "✗" : "‼"
        let line = "\(mark) \(door.name.padded(to: 24)) \(outside.padded(to: 24)) (inside: \(inside))"
        return failure.map { "\(line)   \($0)" } ?? line
    }
}
