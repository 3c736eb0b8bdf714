import TestKit
import Testing

@testable import Tokens

@Suite("Examples of RFC 9449 §4.1, §5, §6.1 and §7.1")
struct ExampleProofTests {
    private func verify(_ example: ExampleProof, secondsLater: Int64 = 0) throws -> KeyThumbprint {
        let validator = DPoPProofValidator(
            algorithms: [.es256],
            replays: TestReplays(),
            clock: FixedClock(example.issuedAt + secondsLater)
        )
        return try validator.check(example.request, for: example.accessToken).key
    }

    @Test(arguments: ExampleProof.all)
    func `each proof is good at its time, and shows its key`(example: ExampleProof) throws {
        #expect(try verify(example).text == RFC9449.thumbprint)
        #expect(throws: Refusal.proofExpired) { try verify(example, secondsLater: 3_600) }
    }

    @Test func `the two proofs of §5 share a jti, hours apart`() async throws {
        let clock = House.clock()
        let (first, second) = (RFC9449.tokenRequest, RFC9449.refresh)
        clock.advance(bySeconds: first.issuedAt.seconds(since: clock.now()))
        let validator = DPoPProofValidator(algorithms: [.es256], replays: TestReplays(clock: clock), clock: clock)
        _ = try await validator.verify(first.request)
        await #expect(throws: Refusal.proofReplayed) { try await validator.verify(first.request) }
        clock.advance(bySeconds: second.issuedAt.seconds(since: first.issuedAt))
        await #expect(throws: Never.self) { try await validator.verify(second.request) }
    }

    @Test func `the bound token of §6.1 is bound to the key of the proofs`() throws {
        let payload = try #require(Base64URL.decode(RFC9449.boundTokenPayload))
        let key = try #require(VerificationKey(jwk: RFC9449.key))
        #expect(try ClaimReader(payload: payload).confirmation() == .key(KeyThumbprint(of: key)))
        // What it is not is an access token of RFC 9068, which came later.
        #expect(throws: Refusal.claimMissing) { try AccessTokenClaims(reading: ClaimReader(payload: payload)) }
    }

    @Test func `a proof that we mint has the members of the RFC's`() throws {
        let key = try SigningKey.generate(.es256)
        let example = RFC9449.resourceRequest
        let minter = DPoPProofMinter(key: key, clock: FixedClock(example.issuedAt)) { "e1j3V_bKic8-LAEB" }
        let proof = try minter.mint(method: example.method, url: example.url, accessToken: example.accessToken)
        let shown = try UnverifiedToken.decodeWithoutVerifying(proof)
        #expect(shown.payload == (try JSONReader.readObject(try #require(Base64URL.decode(example.payload)))))
        let header = try JSONReader.readObject(try #require(Base64URL.decode(RFC9449.header)))
        #expect(shown.header.members.map(\.name).sorted() == header.members.map(\.name).sorted())
        #expect(shown.header.with("jwk", .null) == header.with("jwk", .null))
        #expect(shown.header["jwk"]?.object?.members.map(\.name) == ["crv", "kty", "x", "y"])
    }
}
