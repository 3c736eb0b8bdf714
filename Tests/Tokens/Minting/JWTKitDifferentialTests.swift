import JWTKit
import TestKit
import Testing
import Tokens

/// Somebody else's library as an oracle: where both are strict, both must agree. Keys go over as PEM files.
@Suite("Side by side with jwt-kit")
struct JWTKitDifferentialTests {
    @Test(arguments: Algorithm.all, 0..<15 as Range<UInt64>)
    func `what jwt-kit signs we accept`(algorithm: Algorithm, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let issuer = TestIssuer(key: try SharedKeys.own(algorithm))
        let payload = random.oraclePayload()
        let token = try await JWTKitOracle(signingWith: issuer.key).sign(payload)
        #expect(try await OraclePayload(issuer.validator().verify(token).claims) == payload)
    }

    @Test(arguments: Algorithm.all, 0..<15 as Range<UInt64>)
    func `what we mint jwt-kit accepts`(algorithm: Algorithm, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let issuer = TestIssuer(key: try SharedKeys.own(algorithm))
        let expected = random.oraclePayload()
        let claims = issuer.claims {
            $0.subject = expected.sub
            $0.clientID = expected.client_id
            $0.tokenID = expected.jti
            $0.scope = ScopeSet(reading: expected.scope ?? "") ?? []
            $0.lifetimeSeconds = expected.exp - expected.iat
        }
        let oracle = try await JWTKitOracle(verifyingWith: issuer.key.verificationKey)
        #expect(try await oracle.verify(issuer.mint(claims)) == OraclePayload(claims))
    }

    /// It knows neither `AKP` nor `Ed25519`, the newer name.
    @Test(arguments: [Algorithm.es256, .es384, .ps256, .rs256])
    func `what we publish as a key set jwt-kit reads`(algorithm: Algorithm) async throws {
        let issuer = TestIssuer(key: try SharedKeys.own(algorithm))
        let keys = JWTKeyCollection()
        try await keys.add(jwksJSON: JSONWriter.text(issuer.keySet.document))
        let payload = try await keys.verify(issuer.mint().exposed, as: OraclePayload.self)
        #expect(payload == OraclePayload(issuer.claims()))
    }

    @Test(arguments: Algorithm.all)
    func `what a stranger signed both refuse`(algorithm: Algorithm) async throws {
        let issuer = TestIssuer(key: try SharedKeys.own(algorithm))
        let oracle = try await JWTKitOracle(verifyingWith: issuer.key.verificationKey)
        let stranger = TestIssuer.Forger.key(try SharedKeys.other(algorithm))
        let forged = try issuer.forge(header: issuer.header, payload: issuer.payload, signedBy: stranger)
        await #expect(throws: (any Error).self) { try await oracle.verify(forged) }
        await #expect(throws: Refusal.signatureInvalid) { try await issuer.validator().verify(forged) }
    }
}
