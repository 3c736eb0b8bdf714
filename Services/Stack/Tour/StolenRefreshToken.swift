import Tokens

/// 3: a replayed refresh token ends every session of its user; a retry after a lost response ends nothing.
struct StolenRefreshToken: Scenario {
    static let number = 3
    static let title = "A stolen refresh token is replayed; a lost response is retried"

    func run(on stack: RunningStack, telling story: Story) async throws {
        try await theft(on: stack, telling: story)
        try await lostResponse(on: stack, telling: story)
    }

    private func theft(on stack: RunningStack, telling story: Story) async throws {
        let phone = try await stack.makeUser("cleo")
        let laptop = try await stack.signInAgain(phone)
        story.says("\(phone.name) is signed in on a phone and on a laptop. A thief copies the phone's refresh token.")
        let second = try await stack.refreshed(phone)
        let third = try await stack.refreshed(second)
        story.request("the phone", "refreshes twice: [\(try fingerprints(phone, second, third))]")

        let stolen = try await stack.refresh(phone.refreshToken())
        try require(stolen, 400, "invalid_grant", "an old generation is refused")
        story.request("the thief", "POST /oauth2/token with the first of them")
        story.answer(stolen, "reuse: an old generation can only be a copy")

        for (device, user) in [("the phone", third), ("the laptop", laptop)] {
            let answer = try await stack.refresh(user.refreshToken())
            try require(answer, 400, "invalid_grant", "\(device) is signed out too")
            story.request(device, "POST /oauth2/token with its newest refresh token")
            story.answer(answer, "everything of that user is revoked; nobody can say who the thief was")
        }
        let back = try await stack.refreshed(stack.signInAgain(phone))
        story.says("Signing in with the password starts anew: [\(try back.refreshToken().fingerprint)].")
    }

    private func lostResponse(on stack: RunningStack, telling story: Story) async throws {
        let user = try await stack.makeUser("dora")
        let lost = try await stack.refreshed(user)
        story.says("\(user.name) refreshes, and the answer is lost on the way.")
        let retried = try await stack.refreshed(user)
        try require(
            try lost.refreshToken() == retried.refreshToken(),
            "the retry gets the same successor",
            seen: "another one"
        )
        story.request(user.name, "the same request again: [\(try fingerprints(user, retried))]")
        story.says("The same successor, once more: the answer is derived, so that it can be given again.")
        let next = try await stack.refreshed(retried)
        try require(try await stack.listOrders(next.accessToken), 200, "nobody is signed out")
        story.says("And on it goes: [\(try next.refreshToken().fingerprint)]. Nobody was signed out.")
    }

    private func fingerprints(_ users: SignedInUser...) throws -> String {
        try users.map { try $0.refreshToken().fingerprint }.joined(separator: "] → [")
    }
}
