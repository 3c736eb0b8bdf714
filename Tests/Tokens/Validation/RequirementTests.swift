import TestKit
import Testing

@testable import Tokens

@Suite("What a route requires of a good token")
struct RequirementTests {
    private let issuer: TestIssuer

    init() throws { issuer = try TestIssuer() }

    private func verify(
        _ requirement: Requirement<AccessTokenClaims>,
        _ change: @Sendable (inout AccessTokenDraft) -> Void
    ) async throws {
        let token = try issuer.mint(change)
        _ = try await issuer.validator().verify(token, from: .unproven, requiring: [requirement])
    }

    @Test func `a scope that was granted, in full`() async throws {
        let granted: @Sendable (inout AccessTokenDraft) -> Void = { $0.scope = ["orders:read", "orders.count:read"] }
        try await verify(.scope("orders:read"), granted)
        for missing in ["orders:write", "orders", "orders:read orders.count:read", ""] {
            await #expect(throws: Refusal.scopeInsufficient) { try await verify(.scope(missing), granted) }
        }
    }

    @Test func `the current actor, and nobody before it`() async throws {
        let exchanged: @Sendable (inout AccessTokenDraft) -> Void = {
            $0.actor = Actor("users-api", actingAfter: Actor("orders-api"))
        }
        try await verify(.actor("users-api"), exchanged)
        await #expect(throws: Refusal.actorNotAllowed) { try await verify(.actor("orders-api"), exchanged) }
        await #expect(throws: Refusal.actorMissing) { try await verify(.actor("users-api")) { _ in } }
        // Equal to Swift, and not the same service.
        await #expect(throws: Refusal.actorNotAllowed) {
            try await verify(.actor("\u{212A}")) { $0.actor = Actor("K") }
        }
        try await verify(.noActor) { _ in }
        await #expect(throws: Refusal.actorNotAllowed) { try await verify(.noActor, exchanged) }
    }

    @Test func `the subject of the path, as it is written there, byte by byte`() async throws {
        try await verify(.subject(inPath: "Kim")) { $0.subject = "Kim" }
        try await verify(.subject(inPath: "K%20im")) { $0.subject = "K im" }
        await #expect(throws: Refusal.subjectMismatch) {
            try await verify(.subject(inPath: "%4Bim")) { $0.subject = "Kim" }
        }
        await #expect(throws: Refusal.subjectMismatch) {
            try await verify(.subject(inPath: "kim")) { $0.subject = "Kim" }
        }
        await #expect(throws: Refusal.subjectMismatch) {
            try await verify(.subject(inPath: "\u{212A}im")) { $0.subject = "Kim" }
        }
    }

    @Test func `a sign-in strong and recent enough, RFC 9470 §3`() async throws {
        let now = House.epoch
        let strong = Requirement<AccessTokenClaims>.authentication(contexts: ["urn:phr"], ageSecondsMax: 300)
        func signIn(_ context: String?, _ age: Int64?) -> @Sendable (inout AccessTokenDraft) -> Void {
            {
                $0.authenticationContext = context
                $0.authenticatedAt = age.map { now - $0 }
            }
        }
        try await verify(strong, signIn("urn:phr", 300 + Bounds.clockSkewSeconds))
        for (context, age, refusal) in [
            ("urn:phr", 301 + Bounds.clockSkewSeconds, .authenticationTooOld), ("urn:phr", nil, .authenticationTooOld),
            ("urn:pwd", 0, .authenticationTooWeak), (nil, 0, .authenticationTooWeak),
        ] as [(String?, Int64?, Refusal)] {
            await #expect(throws: refusal) { try await verify(strong, signIn(context, age)) }
        }
        try await verify(.authentication(), signIn(nil, nil))
    }

    @Test func `what the route asks stands in the explanation, after what every token is asked`() async throws {
        let outcomes = try await issuer.validator().explain(
            issuer.mint(),
            from: .unproven,
            requiring: [.noActor, .scope("admin")]
        )
        #expect(outcomes.map(\.check) == Check.ofEveryToken + [.actor, .scope])
        #expect(outcomes.compactMap(\.refusal) == [.scopeInsufficient])
    }
}
