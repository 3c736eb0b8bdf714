import Tokens

/// Attacks that are a token, presented at every door that takes one.
extension Attack {
    /// A token made out of the genuine one of each door.
    ///
    /// - Parameters:
    ///   - reason: what the doors write down.
    ///   - exceptions: the doors that find something else first, or call it by another name.
    ///   - alsoAsAssertion: whether the same change is made to a client's assertion too. That one the forger can sign: there
    ///     nothing else is wrong.
    static func forged(
        _ name: String,
        gain: String,
        sent: String,
        refused reason: Refusal,
        but exceptions: [Door: Refusal] = [:],
        alsoAsAssertion: Bool = false,
        _ forge: @escaping @Sendable (Forgery) throws -> Credential
    ) -> Attack {
        Attack(name: name, gain: gain, sent: sent) { scene in
            var shots = try await scene.present(refused: reason, but: exceptions) { door in
                try forge(scene.forgery(at: door.door))
            }
            if alsoAsAssertion {
                let answer = try await KeyClient.requestToken(on: scene.stack) { try forge($0) }
                shots.append(Shot(door: .clientAssertion, answer: answer, expected: .refused(reason)))
            }
            return shots
        }
    }

    /// A token that is good somewhere else, or was good once.
    ///
    /// - Parameter doors: where it is none of the tokens that belong there; nil for every door.
    static func misplaced(
        _ name: String,
        gain: String,
        sent: String,
        refused reason: Refusal,
        but exceptions: [Door: Refusal] = [:],
        at doors: Set<Door>? = nil,
        _ find: @escaping @Sendable (TokenDoor, AttackScene) async throws -> Credential
    ) -> Attack {
        Attack(name: name, gain: gain, sent: sent) { scene in
            try await scene.present(refused: reason, but: exceptions, at: doors) { try await find($0, scene) }
        }
    }
}

extension AttackScene {
    /// Presents at every door a token that has to be refused there as nonsense is, and for `reason`.
    func present(
        refused reason: Refusal,
        but exceptions: [Door: Refusal] = [:],
        at doors: Set<Door>? = nil,
        _ token: (TokenDoor) async throws -> Credential
    ) async throws -> [Shot] {
        var shots: [Shot] = []
        for door in self.doors where doors?.contains(door.door) ?? true {
            let expected = Shot.Expectation.refusedLike(nonsense: door.nonsense, exceptions[door.door] ?? reason)
            shots.append(Shot(door: door.door, answer: try await door.present(token(door)), expected: expected))
        }
        return shots
    }
}
