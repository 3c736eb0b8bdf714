import TestKit
import Testing

@testable import Tokens

@Suite("Tokens that are bound to a key, RFC 9449 §7.1")
struct TokenValidatorProofTests {
    private let clock = House.clock()
    private let replays: TestReplays
    private let proofs: DPoPProofValidator
    private let issuer: TestIssuer
    private let holder: SigningKey
    private let bound: Credential

    init() throws {
        replays = TestReplays(clock: clock)
        proofs = DPoPProofValidator(algorithms: Algorithm.all, replays: replays, clock: clock)
        issuer = try TestIssuer()
        holder = try SharedKeys.own(.ed25519)
        let confirmation = ConfirmationMethod.key(KeyThumbprint(of: holder.verificationKey))
        bound = try issuer.mint { $0.confirmation = confirmation }
    }

    private func validator(
        audience: String = House.orders,
        revocations: any RevocationCheck = NothingRevoked(),
        cache: VerifiedTokenCache<AccessTokenClaims>? = nil
    ) -> TokenValidator<AccessTokenClaims> {
        issuer.validator(audience: audience, clock: clock, revocations: revocations, proofs: proofs, cache: cache)
    }

    /// The holder's proof for the bound token; its `jti` says which.
    private func proof(_ jti: String = "1", _ change: (inout ProofDraft) throws -> Void = { _ in }) throws -> Sender {
        var draft = ProofDraft(key: holder, for: bound)
        draft.payload["jti"] = .string(jti)
        draft.payload["iat"] = .integer(clock.now().secondsSinceEpoch)
        try change(&draft)
        return try draft.sender
    }

    @Test func `the holder's proof lets it in, nobody else's and nothing else`() async throws {
        _ = try await validator().verify(bound, from: proof())
        let certificate = Sender(certificate: CertificateThumbprint(ofDER: [1]))
        for (refusal, sender) in [
            (Refusal.proofMissing, Sender.unproven), (.proofMissing, certificate),
            (
                .proofKeyMismatch,
                try proof("2") { draft in draft = ProofDraft(key: try SharedKeys.other(.ed25519), for: bound) }
            ),
            (.proofSignatureInvalid, try proof("3") { $0.key = try SharedKeys.other(.ed25519) }),
            (.proofTokenMismatch, try proof("4") { $0.payload["ath"] = nil }),
            (.proofMethodMismatch, try proof("5") { $0.method = "DELETE" }),
            (.proofURLMismatch, try proof("6") { $0.url = "https://orders.gatehouse.local/orders/8" }),
            (.proofExpired, try proof("7") { $0.payload["iat"] = 1_799_999_000 }),
            (.proofMalformed, try proof("8") { $0.header["typ"] = "JWT" }), (.proofReplayed, try proof()),
        ] {
            let outcome = await Result { try await validator().verify(bound, from: sender) }
            #expect(outcome.refusal == refusal)
        }
        await #expect(throws: Never.self) { try await validator().verify(bound, from: proof("2")) }
    }

    @Test func `a validator that checks no proofs lets no bound token in`() async throws {
        let lax = issuer.validator(clock: clock)
        for sender in [Sender.unproven, try proof()] {
            await #expect(throws: Refusal.confirmationUnsupported) { try await lax.verify(bound, from: sender) }
        }
        await #expect(throws: Never.self) { try await lax.verify(issuer.mint(), from: .unproven) }
    }

    @Test func `a token that is not bound to a key comes without a proof`() async throws {
        let bearer = try issuer.mint()
        await #expect(throws: Never.self) { try await validator().verify(bearer, from: .unproven) }
        let sender = try ProofDraft(key: holder, for: bearer).sender
        await #expect(throws: Refusal.proofUnexpected) { try await validator().verify(bearer, from: sender) }

        let own = CertificateThumbprint(ofDER: [1])
        let pinned = try issuer.mint { $0.confirmation = .certificate(own) }
        await #expect(throws: Never.self) { try await validator().verify(pinned, from: Sender(certificate: own)) }
        let both = Sender(certificate: own, proof: try ProofDraft(key: holder, for: pinned).request)
        await #expect(throws: Refusal.proofUnexpected) { try await validator().verify(pinned, from: both) }
        #expect(replays.count == 0)
    }

    @Test func `a relay brings no proof, and a certificate all the same`() async throws {
        let own = CertificateThumbprint(ofDER: [1])
        let pinned = try issuer.mint { $0.confirmation = .certificate(own) }
        for validator in [validator(), issuer.validator(clock: clock)] {
            await #expect(throws: Never.self) {
                try await validator.verify(bound, from: .relayWithoutProof(certificate: nil))
            }
            await #expect(throws: Never.self) {
                try await validator.verify(pinned, from: .relayWithoutProof(certificate: own))
            }
            await #expect(throws: Refusal.certificateMissing) {
                try await validator.verify(pinned, from: .relayWithoutProof(certificate: nil))
            }
        }
        let forged = try issuer.forge(
            header: issuer.header,
            payload: issuer.payload.with("cnf", ["jkt": "short"])
        )
        await #expect(throws: Refusal.confirmationUnsupported) {
            try await validator().verify(forged, from: .relayWithoutProof(certificate: nil))
        }
    }

    @Test func `a proof that came with a token that is refused is not used up`() async throws {
        let sender = try proof()
        let bad: [(Refusal, @Sendable () async throws -> Void)] = [
            (.audienceMismatch, { _ = try await validator(audience: House.users).verify(bound, from: sender) }),
            (.tokenRevoked, { _ = try await validator(revocations: AllRevoked()).verify(bound, from: sender) }),
            (
                .scopeInsufficient,
                { _ = try await validator().verify(bound, from: sender, requiring: [.scope("admin")]) }
            ),
        ]
        for (refusal, verify) in bad {
            await #expect(throws: refusal) { try await verify() }
            #expect(replays.count == 0)
        }
        _ = try await validator().verify(bound, from: sender)
        #expect(replays.count == 1)
    }

    @Test func `explaining uses nothing up, and says nothing about what was`() async throws {
        let sender = try proof()
        for _ in 0..<2 {
            let outcomes = try await validator().explain(bound, from: sender)
            #expect(outcomes == Check.ofEveryToken.map { CheckOutcome(check: $0, refusal: nil) })
        }
        #expect(replays.count == 0)
        _ = try await validator().verify(bound, from: sender)
        #expect(try await validator().explain(bound, from: sender).compactMap(\.refusal) == [])
        await #expect(throws: Refusal.proofReplayed) { try await validator().verify(bound, from: sender) }
    }

    @Test func `a token that is remembered needs a new proof each time`() async throws {
        let validator = validator(cache: VerifiedTokenCache())
        _ = try await validator.verify(bound, from: proof("1"))
        await #expect(throws: Refusal.proofMissing) { try await validator.verify(bound, from: .unproven) }
        await #expect(throws: Refusal.proofReplayed) { try await validator.verify(bound, from: proof("1")) }
        _ = try await validator.verify(bound, from: proof("2"))
        clock.advance(bySeconds: Bounds.proofAgeSecondsMax + Bounds.clockSkewSeconds)
        let old = try proof("3") { $0.payload["iat"] = .integer(House.epoch.secondsSinceEpoch) }
        await #expect(throws: Refusal.proofExpired) { try await validator.verify(bound, from: old) }
        await #expect(throws: Never.self) { try await validator.verify(bound, from: proof("3")) }
    }
}

private struct AllRevoked: RevocationCheck {
    func isRevoked(_ token: RevocableToken) -> Bool { true }

    func requireFresh(issuer: String, _ rule: StalenessRule) {}
}
