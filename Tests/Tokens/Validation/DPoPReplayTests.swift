import TestKit
import Testing

@testable import Tokens

@Suite("A proof is good once, RFC 9449 §11.1")
struct DPoPReplayTests {
    private let clock = House.clock()
    private let replays: TestReplays
    private let validator: DPoPProofValidator

    init() {
        replays = TestReplays(clock: clock)
        validator = DPoPProofValidator(algorithms: Algorithm.all, replays: replays, clock: clock)
    }

    private func minter(_ key: SigningKey) -> DPoPProofMinter {
        DPoPProofMinter(key: key, clock: clock)
    }

    private func request(_ key: SigningKey, jti: String) throws -> DPoPRequest {
        try change(ProofDraft(key: key)) { $0.payload["jti"] = .string(jti) }.request
    }

    private func change(_ draft: ProofDraft, _ body: (inout ProofDraft) -> Void) -> ProofDraft {
        var draft = draft
        body(&draft)
        return draft
    }

    @Test(arguments: Algorithm.all.filter { $0 != .mlDSA65 })
    func `what is minted is accepted, and shows the key`(algorithm: Algorithm) async throws {
        let minter = minter(try SharedKeys.own(algorithm))
        for _ in 0..<2 {
            let proof = try minter.mint(method: "POST", url: "https://localhost:8440/oauth2/token?a=b#c")
            let request = DPoPRequest(proof: proof, method: "POST", url: "https://localhost:8440/oauth2/token")
            #expect(try await validator.verify(request) == minter.thumbprint)
            await #expect(throws: Refusal.proofReplayed) { try await validator.verify(request) }
        }
        #expect(replays.count == 2)
    }

    @Test func `the same jti is another's own`() async throws {
        let (own, other) = (try SharedKeys.own(.es256), try SharedKeys.other(.es256))
        _ = try await validator.verify(request(own, jti: "1"))
        await #expect(throws: Refusal.proofReplayed) { try await validator.verify(request(own, jti: "1")) }
        await #expect(throws: Never.self) { try await validator.verify(request(own, jti: "2")) }
        await #expect(throws: Never.self) { try await validator.verify(request(other, jti: "1")) }
    }

    @Test func `a proof that is refused is not used up`() async throws {
        let draft = ProofDraft(key: try SharedKeys.own(.es256))
        let elsewhere = try DPoPRequest(proof: draft.request.proof, method: "DELETE", url: draft.url)
        await #expect(throws: Refusal.proofMethodMismatch) { try await validator.verify(elsewhere) }
        #expect(replays.count == 0)
        await #expect(throws: Never.self) { try await validator.verify(draft.request) }
    }

    @Test func `there is no second at which it is good again`() async throws {
        let key = try SharedKeys.own(.ed25519)
        let (skew, age) = (Bounds.clockSkewSeconds, Bounds.proofAgeSecondsMax)
        for first in [-skew, 0, age + skew - 1] {
            let clock = House.clock()
            clock.advance(bySeconds: first)
            let validator = DPoPProofValidator(algorithms: [.ed25519], replays: TestReplays(clock: clock), clock: clock)
            let request = try request(key, jti: "1")
            _ = try await validator.verify(request)
            for _ in first...(age + skew + 2) {
                let outcome = await Result { try await validator.verify(request) }
                #expect(outcome.refusal == .proofReplayed || outcome.refusal == .proofExpired)
                clock.advance(bySeconds: 1)
            }
        }
    }

    @Test func `a hundred at once: one is let in`() async throws {
        let request = try request(SharedKeys.own(.es256), jti: "1")
        let accepted = await withTaskGroup { group in
            for _ in 0..<100 { group.addTask { await Result { try await validator.verify(request) }.refusal == nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 1)
    }

    @Test func `a window that does not answer is a fault, and lets nobody in`() async throws {
        struct Broken: ReplayCache {
            func claim(_ identifier: String, until expiry: NumericDate) async throws -> Bool {
                throw DependencyUnavailable("replay window")
            }
        }
        let broken = DPoPProofValidator(algorithms: [.es256], replays: Broken(), clock: clock)
        let request = try request(SharedKeys.own(.es256), jti: "1")
        await #expect(throws: DependencyUnavailable.self) { try await broken.verify(request) }
    }

    /// 2603 letters of key in the header alone: beyond `Bounds.headerBytesMax`.
    @Test func `a proof with an ML-DSA-65 key, which no verifier would read, is not made`() throws {
        #expect(throws: Refusal.tokenTooLarge) {
            try minter(SharedKeys.own(.mlDSA65)).mint(method: "GET", url: ProofDraft.url)
        }
        #expect(throws: Never.self) { try minter(SharedKeys.own(.es256)).mint(method: "GET", url: ProofDraft.url) }
    }

    @Test func `an identifier ends at its bound`() async throws {
        for (count, isShort) in [(Bounds.identifierBytesMax, true), (Bounds.identifierBytesMax + 1, false)] {
            let request = try request(SharedKeys.own(.es256), jti: String(repeating: "1", count: count))
            let verdict = await Result { try await validator.verify(request) }
            #expect(verdict.refusal == (isShort ? nil : .proofMalformed))
        }
    }
}
