import Crypto
import TestKit

@testable import Tokens

/// A sealed token whose tag always fits: a test changes one thing, and nothing but that thing can be what refuses it.
struct ForgedJWE {
    var header: JSONObject
    var encryptedKey: [UInt8] = []
    var nonce: [UInt8] = Array(0..<12)
    var contentKey: SymmetricKey
    var plaintext: [UInt8] = Array("plaintext".utf8)

    /// A token for `key`, as its `EncryptionKey` would seal it.
    init(for key: DecryptionKey, partyU: [UInt8] = [], partyV: [UInt8] = []) throws {
        let algorithm = key.algorithm
        header = [
            "alg": .string(algorithm.name), "enc": .string(algorithm.contentEncryption.name), "kid": .string(key.keyID),
        ]
        let wrapping: SymmetricKey
        if let curve = algorithm.curve, let recipient = curve.publicKey(in: key.exposeJWK()) {
            let agreed = try curve.privateKey.agree(with: recipient)
            header["epk"] = .object(curve.jwkMembers(of: agreed.ephemeralKey))
            if !partyU.isEmpty { header["apu"] = .string(Base64URL.encode(partyU)) }
            if !partyV.isEmpty { header["apv"] = .string(Base64URL.encode(partyV)) }
            wrapping = algorithm.derivedKey(from: agreed.secret, partyU: partyU, partyV: partyV)
        } else {
            wrapping = SymmetricKey(data: Base64URL.decode(key.exposeJWK()["k"]?.string ?? "") ?? [])
        }
        contentKey = wrapping
        guard algorithm.wrappingKeyBytes != nil else { return }
        contentKey = SymmetricKey(size: .bits256)
        encryptedKey = try [UInt8](AES.KeyWrap.wrap(contentKey, using: wrapping))
    }

    func with(_ change: (inout ForgedJWE) throws -> Void) rethrows -> ForgedJWE {
        var changed = self
        try change(&changed)
        return changed
    }

    func token() throws -> Credential {
        let protectedHeader = Base64URL.encode(JSONWriter.bytes(header))
        let box = try AES.GCM.seal(
            plaintext,
            using: contentKey,
            nonce: AES.GCM.Nonce(data: nonce),
            authenticating: Array(protectedHeader.utf8)
        )
        let parts = [encryptedKey, nonce, Array(box.ciphertext), Array(box.tag)].map { Base64URL.encode($0) }
        return Credential(([protectedHeader] + parts).joined(separator: "."))
    }
}
