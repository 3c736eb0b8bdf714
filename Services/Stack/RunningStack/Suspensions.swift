import Tokens

/// What the identity provider has ended by itself.
extension RunningStack {
    /// The newest first.
    func suspensions() async throws -> [JSONObject] {
        let answer = try await operate("GET", "suspensions", on: .identityProvider)
        let document = try answer.requireSuccess("listing the suspensions").json
        return document?["suspensions"]?.array?.compactMap(\.object) ?? []
    }

    /// Gives back what one of them has ended; 404 for an id that there is not, 409 for one that is lifted already.
    func liftSuspension(_ id: String) async throws -> Answer {
        try await operate("POST", "suspensions/lift", on: .identityProvider, ["id": .string(id)])
    }
}
