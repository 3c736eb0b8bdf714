import FuzzKit
import Tokens

/// PEM files: whatever is read as a key of some algorithm, public or private, can be written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: input(bytes, count), as: UTF8.self)
    for algorithm in Algorithm.all {
        if let key = try? VerificationKey(pem: text, algorithm: algorithm) {
            let again = try? VerificationKey(pem: key.pem, algorithm: algorithm)
            demand(again?.jwk == key.jwk, "a public key is read as it was written")
        }
        if let key = try? SigningKey(algorithm: algorithm, privateKeyPEM: Credential(text)) {
            let again = try? SigningKey(algorithm: algorithm, privateKeyPEM: key.exposePrivateKeyPEM())
            demand(again?.keyID == key.keyID, "a private key is read as it was written")
        }
    }
    return 0
}
