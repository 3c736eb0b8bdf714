import Testing

@testable import Stack

extension AttackGroup: CustomTestStringConvertible {
    public var testDescription: String { name }
}

extension OnOneStack {
    @Suite("The attack gallery") struct AttackGalleryTests {
        @Test(arguments: AttackGallery.groups)
        func `every attack is refused at every door, in the same words and for its own reason`(
            group: AttackGroup
        ) async throws {
            let transcript = Transcript()
            let outcomes = try await group.fire(on: stack(), telling: transcript.story)
            #expect(outcomes.count >= group.attacks.count)
            for outcome in outcomes {
                #expect(outcome.failure == nil, "\(outcome.attack), \(outcome.door.name): \(outcome.inside)")
            }
            #expect(!transcript.lines.contains { $0.contains("eyJ") }, "the gallery printed a token")
        }
    }
}
