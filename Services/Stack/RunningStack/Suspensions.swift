import Tokens

/// What the identity provider has ended by itself.
extension RunningStack {
    /// The newest first.
    func suspensions() async throws -> [JSONObject] {
        let answer = try await operate("GET", "suspensions", on: .identityProvider)
        let document = try answer.requireSuccess("listing the suspensions").json
        return document?["suspensions"]?.array?.compactMap(\.object) ?? []
    }

    /// Gives back what one of them has ended; 404 for an id that there is not, 409 where nothing can be given back: it is lifted
    /// already, or has ended the one family that is not.
    func liftSuspension(_ id: String, includingFamily: Bool) async throws -> Answer {
        let body: JSONObject = ["id": .string(id), "includingFamily": .bool(includingFamily)]
        return try await operate("POST", "suspensions/lift", on: .identityProvider, body)
    }
}
