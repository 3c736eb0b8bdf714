import TestKit
import Testing

@testable import Tokens

@Suite("Signing keys")
struct SigningKeyTests {
    @Test(arguments: Algorithm.all)
    func `a key that is stored comes back as itself, and is stored the same again`(algorithm: Algorithm) throws {
        let key = try SharedKeys.own(algorithm)
        let stored = try key.exposePrivateKeyDER()
        let again = try SigningKey(algorithm: algorithm, privateKeyDER: stored)
        #expect(again.keyID == key.keyID)
        #expect(try again.exposePrivateKeyDER() == stored)
        #expect(key.verificationKey.isValid(try again.signature(over: [1]), over: [1]))
    }

    @Test func `what is stored is no key of another algorithm, and no damaged text is one`() throws {
        for (own, other) in Algorithm.all.flatMap({ own in Algorithm.all.map { (own, $0) } }) where own != other {
            // RSA keys are the same for both; which of them, only the store says.
            if [own, other].allSatisfy({ [.ps256, .rs256].contains($0) }) { continue }
            let stored = try SharedKeys.own(own).exposePrivateKeyDER()
            #expect(throws: (any Error).self, "\(own.name) as \(other.name)") {
                try SigningKey(algorithm: other, privateKeyDER: stored)
            }
        }
        for algorithm in Algorithm.all {
            let stored = try SharedKeys.own(algorithm).exposePrivateKeyDER()
            var damaged = [[], [1, 2, 3], stored.dropLast(), Array(stored.dropFirst())] as [[UInt8]]
            // BoringSSL reads an RSA key and does not look at what stands behind it.
            if ![.ps256, .rs256].contains(algorithm) { damaged.append(stored + [0]) }
            for wrong in damaged {
                #expect(throws: (any Error).self, "\(algorithm.name)") {
                    try SigningKey(algorithm: algorithm, privateKeyDER: wrong)
                }
            }
        }
    }

    @Test(arguments: Algorithm.all)
    func `it prints as its id, whichever way it is printed`(algorithm: Algorithm) throws {
        let key = try SharedKeys.own(algorithm)
        var dumped = ""
        dump(key, to: &dumped)
        dump(["nested": key], to: &dumped)
        let printed = ["\(key)", String(reflecting: key), String(describing: [key]), "\(key as Any)", dumped]
        let secret = try key.exposePrivateKeyDER()
        let inner = secret.dropFirst(22).prefix(16)
        for text in printed {
            #expect(text.contains(key.keyID))
            #expect(!text.contains("PrivateKey("))
            #expect(!text.contains(Base64URL.encode(inner)))
            #expect(!text.contains(inner.map(String.init).joined(separator: ", ")))
        }
        #expect("\(key)" == "SigningKey(\(algorithm.name), \(key.keyID))")
    }
}

@Suite("Private JSON Web Keys, RFC 7517 §4")
struct PrivateJWKTests {
    /// One of each algorithm.
    private func keys() throws -> [(JSONObject, VerificationKey)] {
        let own = try [Algorithm.es256, .es384, .ed25519, .mlDSA65].map { algorithm in
            let key = try SharedKeys.own(algorithm)
            return (try key.privateJWK, key.verificationKey)
        }
        return own
            + (try [RFC7515.rs256, RFC7520.nested].map { example in
                let jwk = example.privateJWK
                return (jwk, try SigningKey(privateJWK: jwk).verificationKey)
            })
    }

    @Test func `its id is its thumbprint, whatever it says, unless another is given`() throws {
        for (jwk, key) in try keys() {
            let renamed = jwk.with("kid", "2011-04-29")
            #expect(try SigningKey(privateJWK: renamed).keyID == key.thumbprint)
            #expect(try SigningKey(privateJWK: renamed, keyID: "mine").verificationKey.jwk["kid"] == "mine")
            #expect(throws: UnsoundKey.self) { try SigningKey(privateJWK: renamed, keyID: "") }
        }
    }

    @Test(arguments: [
        KeyChange("another use", "use", "enc"), KeyChange("use of another type", "use", 1),
        KeyChange("no operation", "key_ops", []), KeyChange("operations without sign", "key_ops", ["verify"]),
        KeyChange("an operation that is no text", "key_ops", ["sign", 1]),
        KeyChange("operations as text", "key_ops", "sign"), KeyChange("no algorithm", "alg", nil),
        KeyChange("an unknown algorithm", "alg", "ES512"), KeyChange("no algorithm at all", "alg", "none"),
        KeyChange("an algorithm that is no text", "alg", 1), KeyChange("no type", "kty", nil),
        KeyChange("an unknown type", "kty", "oct"),
    ])
    func `it says what it is for`(change: KeyChange) throws {
        for (jwk, key) in try keys() {
            let allowed = jwk.with("use", "sig").with("key_ops", ["sign"]).with("made-up", ["a": 1])
            #expect(try SigningKey(privateJWK: allowed).keyID == key.thumbprint)
            #expect(throws: UnsoundKey.self, "\(key.algorithm.name)") {
                try SigningKey(privateJWK: change.made(in: allowed))
            }
        }
    }

    @Test func `its refusal does not quote it`() throws {
        for (jwk, _) in try keys() {
            let error = #expect(throws: UnsoundKey.self) { try SigningKey(privateJWK: jwk.with("kty", "another")) }
            let printed = [error.map { "\($0)" }, error.map { String(reflecting: $0) }].compactMap(\.self).joined()
            for name in ["d", "priv", "p", "q", "n", "x", "pub"] {
                if let secret = jwk[name]?.string { #expect(!printed.contains(secret)) }
            }
        }
    }
}
