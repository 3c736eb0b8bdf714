import Synchronization
import TestKit
import Testing
import Tokens

@Suite("Minting")
struct TokenMinterTests {
    @Test func `the header says algorithm, key and kind, and nothing else`() throws {
        let issuer = try TestIssuer()
        let shown = try UnverifiedToken.decodeWithoutVerifying(issuer.mint())
        #expect(shown.header == ["alg": "ES256", "kid": .string(issuer.key.keyID), "typ": "at+jwt"])
        #expect(shown.payload == issuer.payload)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `what is minted is accepted, whatever the claims`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let issuer = try TestIssuer()
        let claims = random.accessTokenClaims()
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: [claims.issuer],
            audience: claims.audience,
            algorithms: [.es256],
            keys: FixedKeys(issuer.keySet, issuer: claims.issuer),
            clock: FixedClock(max(claims.issuedAt, claims.expiresAt - 1)),
            revocations: NothingRevoked()
        )
        let verdict = await Result {
            try await validator.verify(issuer.mint(claims), from: holder(of: claims)).claims
        }
        if claims.issuedAt < claims.expiresAt {
            #expect(try verdict.get() == claims)
        } else {
            #expect(verdict.refusal == .tokenExpired)
        }
    }

    private func holder(of claims: AccessTokenClaims) -> Sender {
        if case .certificate(let thumbprint) = claims.confirmation {
            Sender(certificate: thumbprint)
        } else {
            .relayWithoutProof(certificate: nil)
        }
    }

    @Test func `the key is asked for anew with every token`() throws {
        let keys = [try SigningKey.generate(.es256), try SigningKey.generate(.es256)]
        let turn = Mutex(0)
        let minter = TokenMinter { _ in
            turn.withLock { turn in
                turn += 1
                return keys[turn - 1]
            }
        }
        let claims = try TestIssuer().claims()
        for key in keys {
            let token = try minter.mint(claims)
            #expect(try UnverifiedToken.decodeWithoutVerifying(token).header["kid"] == .string(key.keyID))
        }
    }

    @Test func `a token that no verifier would read is not minted`() throws {
        let issuer = try TestIssuer()
        #expect(throws: Never.self) { try issuer.mint { $0.sessionID = String(repeating: "s", count: 5_000) } }
        #expect(throws: Refusal.tokenTooLarge) {
            try issuer.mint { $0.sessionID = String(repeating: "s", count: 6_000) }
        }
    }
}
