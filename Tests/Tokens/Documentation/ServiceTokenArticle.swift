import TestKit
import Testing
import Tokens

@Suite("Article: service tokens")
struct ServiceTokenArticle {
    @Test func `a token that is bound to a certificate is minted and verified as shown`() async throws {
        let example = try Example()
        let (minter, clock) = (example.minter, example.clock)
        let validator = example.validator(at: "https://exchange.example.com")
        let certificateOfTheConnection: [UInt8] = [0x30, 0]
        // Shown in ServiceToken.md
        let certificate = CertificateThumbprint(ofDER: certificateOfTheConnection)
        let token = try minter.mint(
            AccessTokenClaims(
                issuer: "https://id.example.com",
                subject: "orders-api",
                audience: "https://exchange.example.com",
                clientID: "orders-api",
                issuedAt: clock.now(),
                expiresAt: clock.now() + 300,
                tokenID: Credential.random(byteCount: 16).exposed,
                scope: [],
                confirmation: .certificate(certificate)
            )
        )
        let sender = Sender(certificate: certificate)
        let service = try await validator.verify(token, from: sender, requiring: [.noActor]).claims
        guard service.confirmation != nil, service.subject == service.clientID, service.authenticatedAt == nil else {
            throw Refusal.actorTokenNotService
        }
        // Shown until here
        #expect(service.subject == "orders-api")
        let other = Sender(certificate: CertificateThumbprint(ofDER: [0x30, 1]))
        await #expect(throws: Refusal.certificateMismatch) { try await validator.verify(token, from: other) }
        await #expect(throws: Refusal.certificateMissing) { try await validator.verify(token, from: .unproven) }
    }
}
