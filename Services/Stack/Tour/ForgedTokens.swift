import Tokens

/// 7: forged tokens are refused by every service, each at its own door; the oldest tricks out of the gallery.
struct ForgedTokens: Scenario {
    static let number = 7
    static let title = "Forged tokens are refused by every service"
    static let group = SignatureStripping.group

    func run(on stack: RunningStack, telling story: Story) async throws {
        for outcome in try await Self.group.fire(on: stack, telling: story) {
            try require(outcome.failure == nil, "\(outcome.door.name) refuses it", seen: outcome.failure ?? "")
        }
        story.says("That was one group of \(AttackGallery.groups.count): `gatehouse attack` fires them all.")
    }
}
