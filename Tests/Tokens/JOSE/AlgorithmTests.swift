import TestKit
import Testing

@testable import Tokens

@Suite("Algorithms, RFC 7518 §3")
struct AlgorithmTests {
    @Test(arguments: Algorithm.all)
    func `a signature has the one length, and is its key's alone`(algorithm: Algorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let other = try SigningKey.generate(algorithm)
        let signature = try key.signature(over: [1, 2, 3])
        #expect(signature.count == Self.signatureBytes[algorithm.name])
        #expect(key.verificationKey.isValid(signature, over: [1, 2, 3]))
        #expect(!other.verificationKey.isValid(signature, over: [1, 2, 3]))
        #expect(!key.verificationKey.isValid(signature + [0], over: [1, 2, 3]))
        #expect(!key.verificationKey.isValid([0] + signature, over: [1, 2, 3]))
        #expect(!key.verificationKey.isValid([], over: [1, 2, 3]))
    }

    @Test func `only our own algorithms have a name`() {
        #expect(Algorithm.all.map(\.name) == ["ES256", "ES384", "Ed25519", "PS256", "RS256", "ML-DSA-65"])
        for algorithm in Algorithm.all { #expect(Algorithm.named(algorithm.name) == algorithm) }
        #expect(Algorithm.named("EdDSA") == .ed25519)
        for name in ["none", "None", "HS256", "es256", "ES512", "PS384", "ML-DSA-44", "ed25519", ""] {
            #expect(Algorithm.named(name) == nil)
        }
    }

    private static let signatureBytes = [
        "ES256": 64, "ES384": 96, "Ed25519": 64, "PS256": 256, "RS256": 256, "ML-DSA-65": 3309,
    ]
}
