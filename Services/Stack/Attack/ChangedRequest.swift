import Tokens

/// Attacks that are a genuine request with one thing changed. The genuine one is sent too, and accepted.
extension Attack {
    /// One request to one door.
    ///
    /// - Parameter request: sends the genuine request and requires that it is accepted; then gives the answer to the changed one.
    static func request(
        _ name: String,
        gain: String,
        sent: String,
        at door: Door,
        refused reason: Refusal,
        _ request: @escaping @Sendable (AttackScene) async throws -> Answer
    ) -> Attack {
        Attack(name: name, gain: gain, sent: sent) { scene in
            [Shot(door: door, answer: try await request(scene), expected: .refused(reason))]
        }
    }

    /// The exchange that Orders makes, with one thing changed.
    static func exchange(
        _ name: String,
        gain: String,
        sent: String,
        refused reason: Refusal,
        adding parameters: [(name: String, value: String)] = [],
        _ change: @escaping @Sendable (inout ExchangeRequest, AttackScene) async throws -> Void = { _, _ in }
    ) -> Attack {
        request(name, gain: gain, sent: sent, at: .exchange, refused: reason) { scene in
            var request = try await scene.exchangeRequest()
            try await change(&request, scene)
            return try await scene.stack.exchange(request, adding: parameters)
        }
    }
}
