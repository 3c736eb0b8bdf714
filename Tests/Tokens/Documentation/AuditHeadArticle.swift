import TestKit
import Testing
import Tokens

@Suite("Article: audit heads")
struct AuditHeadArticle {
    @Test(arguments: [(41 as Int64, false), (42, true)])
    func `a log that ends before its head has lost its tail`(lastSequence: Int64, expected: Bool) async throws {
        let example = try Example("orders-api")
        let (minter, clock, keys) = (example.minter, example.clock, example.keys)
        let lastHash = Array(repeating: UInt8(7), count: 32)
        // Shown in AuditHead.md
        let token = try minter.mint(
            AuditHeadClaims(
                service: "orders-api",
                issuedAt: clock.now(),
                firstSequence: 1,
                lastSequence: 42,
                hash: Base64URL.encode(lastHash),
                isClosed: false
            )
        )
        let validator = TokenValidator<AuditHeadClaims>(
            issuers: ["orders-api"],
            audience: AuditHeadClaims.audience,
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: NothingRevoked()
        )
        let head = try await validator.verify(token, from: .unproven).claims
        let isWhole = lastSequence >= head.lastSequence
        // Shown until here
        #expect(isWhole == expected)
        await #expect(throws: Refusal.tokenTypeMismatch) {
            try await example.validator(at: AuditHeadClaims.audience).verify(token)
        }
    }
}
