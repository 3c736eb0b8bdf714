import Crypto
import CryptoExtras
import Tokens

/// A token in an attacker's hands: a genuine one taken apart, to be changed and put together again.
///
/// Whoever forges can sign with a key of their own, with what is public, or not at all: the house's keys nobody has. So a change to
/// the claims would be found by its signature in any case; where the reason is another one, that check stands in front of it.
struct Forgery: Sendable {
    var header: JSONObject
    var payload: JSONObject
    /// The signature of the genuine token.
    let signature: [UInt8]
    /// The public key under which it is good.
    let key: VerificationKey

    init(of genuine: Credential, signedUnder key: VerificationKey) throws {
        let decoded = try UnverifiedToken.decodeWithoutVerifying(genuine)
        header = decoded.header
        payload = decoded.payload
        signature = genuine.exposed.split(separator: ".").last.flatMap { Base64URL.decode($0) } ?? []
        self.key = key
    }

    /// The same with another value in the header; nil removes it.
    func header(_ name: String, _ value: JSONValue?) -> Forgery {
        var forgery = self
        forgery.header[name] = value
        return forgery
    }

    /// The same with another claim; nil removes it.
    func claim(_ name: String, _ value: JSONValue?) -> Forgery {
        var forgery = self
        forgery.payload[name] = value
        return forgery
    }
}

/// The ways to put it together.
extension Forgery {
    /// The parts that are signed.
    var signingInput: String { "\(Self.encode(header)).\(Self.encode(payload))" }

    var unsigned: Credential { Credential("\(signingInput).") }
    var underTheOldSignature: Credential { signed(with: signature) }

    func signed(with signature: [UInt8]) -> Credential {
        Credential("\(signingInput).\(Base64URL.encode(signature))")
    }

    /// Signed as ES256 with the forger's own key.
    func signed() throws -> Credential {
        signed(with: Array(try Self.forger.signature(for: Array(signingInput.utf8)).rawRepresentation))
    }

    /// A MAC under `secret`, where the header says HS256.
    func authenticated(under secret: [UInt8]) -> Credential {
        let key = SymmetricKey(data: secret)
        return header("alg", "HS256").map { forgery in
            forgery.signed(
                with: Array(HMAC<SHA256>.authenticationCode(for: Array(forgery.signingInput.utf8), using: key))
            )
        }
    }

    /// The forger's own key.
    static let forger = P256.Signing.PrivateKey()

    /// Its public half, as a JWK.
    static var forgerJWK: JSONObject {
        let point = Array(forger.publicKey.rawRepresentation)
        return [
            "kty": "EC", "crv": "P-256", "x": .string(Base64URL.encode(point.prefix(32))),
            "y": .string(Base64URL.encode(point.suffix(32))), "alg": "ES256", "kid": "forger",
        ]
    }

    private func map<Result>(_ body: (Forgery) throws -> Result) rethrows -> Result { try body(self) }

    private static func encode(_ object: JSONObject) -> String { Base64URL.encode(JSONWriter.bytes(object)) }
}
