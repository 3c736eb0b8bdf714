import TestKit
import Testing

@testable import Tokens

@Suite("JSON Web Keys, RFC 7517 §4")
struct VerificationKeyTests {
    @Test(arguments: Algorithm.all)
    func `a key that is written is read, and written the same again`(algorithm: Algorithm) throws {
        let key = try SharedKeys.own(algorithm)
        let written = JSONWriter.bytes(key.verificationKey.jwk)
        let read = try #require(VerificationKey(jwk: JSONReader.readObject(written)))
        #expect(JSONWriter.bytes(read.jwk) == written)
        #expect(read.algorithm == algorithm)
        #expect(read.keyID == read.thumbprint)
        #expect(read.isValid(try key.signature(over: [7]), over: [7]))
    }

    @Test(arguments: Algorithm.all)
    func `it is what anybody may know, by the names of its kind`(algorithm: Algorithm) throws {
        let names = [
            "ES256": ["crv", "kty", "x", "y"], "ES384": ["crv", "kty", "x", "y"], "Ed25519": ["crv", "kty", "x"],
            "PS256": ["e", "kty", "n"], "RS256": ["e", "kty", "n"], "ML-DSA-65": ["alg", "kty", "pub"],
        ]
        let key = try SharedKeys.own(algorithm).verificationKey
        #expect(key.bareJWK.members.map(\.name) == names[algorithm.name])
        #expect(Set(key.jwk.members.map(\.name)) == Set((names[algorithm.name] ?? []) + ["alg", "kid", "use"]))
    }

    private static let changes: [KeyChange] =
        [
            KeyChange("another use", "use", "enc"), KeyChange("a use of other case", "use", "SIG"),
            KeyChange("use of another type", "use", 1), KeyChange("no use at all", "use", .null),
            KeyChange("no operation", "key_ops", []), KeyChange("operations without verify", "key_ops", ["sign"]),
            KeyChange("an operation of encryption", "key_ops", ["encrypt"]),
            KeyChange("an operation of encryption beside", "key_ops", ["verify", "encrypt"]),
            KeyChange("an operation twice", "key_ops", ["verify", "verify"]),
            KeyChange("an operation that is no text", "key_ops", ["verify", 1]),
            KeyChange("operations as text", "key_ops", "verify"), KeyChange("no operations at all", "key_ops", .null),
            KeyChange("no id", "kid", nil), KeyChange("an empty id", "kid", ""),
            KeyChange("an id that is no text", "kid", 7), KeyChange("no algorithm", "alg", nil),
            KeyChange("an algorithm that is no text", "alg", 1), KeyChange("an unknown algorithm", "alg", "ES512"),
            KeyChange("an algorithm of other case", "alg", "es256"), KeyChange("no algorithm at all", "alg", "none"),
            KeyChange("a shared secret's algorithm", "alg", "HS256"), KeyChange("no type", "kty", nil),
            KeyChange("an unknown type", "kty", "oct"), KeyChange("a type of other case", "kty", "ec"),
        ] + ["d", "dp", "dq", "k", "oth", "priv", "qi"].map { KeyChange("a private member, \($0)", $0, "AQAB") }

    @Test(arguments: changes)
    func `whatever its kind, a key says what it is for`(change: KeyChange) throws {
        for algorithm in Algorithm.all {
            let jwk = try SharedKeys.own(algorithm).verificationKey.jwk
            #expect(VerificationKey(jwk: jwk) != nil)
            #expect(VerificationKey(jwk: change.made(in: jwk)) == nil, "\(algorithm.name)")
        }
    }

    @Test func `no key passes for one of another algorithm`() throws {
        for (own, other) in Algorithm.all.flatMap({ own in Algorithm.all.map { (own, $0) } }) {
            let jwk = try SharedKeys.own(own).verificationKey.jwk.with("alg", .string(other.name))
            // RSA keys are the same for both; which of them, only `alg` says.
            let isSame = own == other || [own, other].allSatisfy { [.ps256, .rs256].contains($0) }
            #expect((VerificationKey(jwk: jwk) != nil) == isSame, "\(own.name) as \(other.name)")
        }
    }

    @Test(arguments: Algorithm.all)
    func `what allows verifying may stand there, and what stands beside is left behind`(algorithm: Algorithm) throws {
        let jwk = try SharedKeys.own(algorithm).verificationKey.jwk
        for operations in [["verify"], ["sign", "verify"]] as [JSONValue] {
            let more = jwk.with("key_ops", operations).with("x5t", "abc").with("made-up", ["a": 1])
            #expect(VerificationKey(jwk: more)?.jwk == jwk)
        }
        #expect(VerificationKey(jwk: jwk.without("use"))?.jwk == jwk)
    }

    @Test(arguments: Algorithm.all)
    func `its description is its id`(algorithm: Algorithm) throws {
        let key = try SharedKeys.own(algorithm).verificationKey
        #expect("\(key)" == "VerificationKey(\(algorithm.name), \(key.keyID))")
    }
}
