import Crypto
import Tokens

/// What an attacker can make out of one genuine token and everything that is public; the first two are what RFC 8725 §3.1 closes.
struct Forgery: Sendable {
    let name: String
    let token: Credential

    /// - Parameters:
    ///   - genuine: a token that the door in question accepts.
    ///   - key: the public key under which it was signed.
    static func all(from genuine: Credential, signedUnder key: VerificationKey) throws -> [Forgery] {
        let parts = genuine.exposed.split(separator: ".").map(String.init)
        let decoded = try UnverifiedToken.decodeWithoutVerifying(genuine)
        var unsigned = decoded.header
        unsigned["alg"] = "none"
        var symmetric = decoded.header
        symmetric["alg"] = "HS256"
        var promoted = decoded.payload
        promoted["scope"] = .string((promoted["scope"]?.string ?? "") + " orders:admin")
        let stranger = P256.Signing.PrivateKey()
        // The secret of the confusion attack is whatever text the attacker guesses that the server holds as "key".
        let publicKeyText = JSONWriter.bytes(key.jwk)
        return [
            Forgery(name: "alg none, no signature", token: sign(unsigned, decoded.payload) { _ in [] }),
            Forgery(
                name: "HS256 with the public key as secret",
                token: sign(symmetric, decoded.payload) { input in
                    Array(HMAC<SHA256>.authenticationCode(for: input, using: SymmetricKey(data: publicKeyText)))
                }
            ),
            Forgery(
                name: "another key under the real key id",
                token: try sign(decoded.header, decoded.payload) { input in
                    Array(try stranger.signature(for: input).rawRepresentation)
                }
            ),
            Forgery(name: "the signature cut off", token: Credential("\(parts[0]).\(parts[1]).")),
            Forgery(
                name: "the scopes changed under the old signature",
                token: Credential("\(parts[0]).\(Base64URL.encode(JSONWriter.bytes(promoted))).\(parts[2])")
            ),
        ]
    }

    private static func sign(
        _ header: JSONObject,
        _ payload: JSONObject,
        _ signature: ([UInt8]) throws -> [UInt8]
    ) rethrows -> Credential {
        let input = "\(Base64URL.encode(JSONWriter.bytes(header))).\(Base64URL.encode(JSONWriter.bytes(payload)))"
        return Credential("\(input).\(Base64URL.encode(try signature(Array(input.utf8))))")
    }
}
