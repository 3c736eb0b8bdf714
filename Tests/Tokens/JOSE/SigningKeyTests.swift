import CryptoExtras
import TestKit
import Testing

@testable import Tokens

@Suite("Signing keys")
struct SigningKeyTests {
    @Test(arguments: Algorithm.all)
    func `a key that is stored comes back as itself`(algorithm: Algorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let again = try SigningKey(algorithm: algorithm, privateKeyDER: key.exposePrivateKeyDER())
        #expect(again.keyID == key.keyID)
        #expect(key.verificationKey.isValid(try again.signature(over: [1]), over: [1]))
    }

    @Test func `a key of another algorithm, another size or no key at all is not taken`() throws {
        let elliptic = try SigningKey.generate(.es256).exposePrivateKeyDER()
        #expect(throws: (any Error).self) { try SigningKey(algorithm: .rs256, privateKeyDER: elliptic) }
        #expect(throws: (any Error).self) { try SigningKey(algorithm: .es256, privateKeyDER: [1, 2, 3]) }
        let larger = try [UInt8](_RSA.Signing.PrivateKey(keySize: .bits3072).pkcs8DERRepresentation)
        #expect(throws: Never.self) { try SigningKey(algorithm: .rs256, privateKeyDER: larger) }
        let small = try _RSA.Signing.PrivateKey(unsafeKeySize: _RSA.Signing.KeySize(bitCount: 1024))
        #expect(throws: (any Error).self) {
            try SigningKey(algorithm: .rs256, privateKeyDER: [UInt8](small.pkcs8DERRepresentation))
        }
    }

    @Test(arguments: Algorithm.all)
    func `it prints as its id, whichever way it is printed`(algorithm: Algorithm) throws {
        let key = try SigningKey.generate(algorithm)
        var dumped = ""
        dump(key, to: &dumped)
        dump(["nested": key], to: &dumped)
        let printed = ["\(key)", String(reflecting: key), String(describing: [key]), "\(key as Any)", dumped]
        let secret = try key.exposePrivateKeyDER()
        let inner = secret.dropFirst(36).prefix(16)
        for text in printed {
            #expect(text.contains(key.keyID))
            #expect(!text.contains("PrivateKey("))
            #expect(!text.contains(Base64URL.encode(inner)))
            #expect(!text.contains(inner.map(String.init).joined(separator: ", ")))
        }
        #expect("\(key)" == "SigningKey(\(algorithm.name), \(key.keyID))")
    }
}
