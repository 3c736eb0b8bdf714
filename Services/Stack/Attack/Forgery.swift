import Crypto
import Tokens

/// A token in an attacker's hands: a genuine one taken apart, to be changed and put together again.
///
/// Whoever forges can sign with a key of their own, with what is public, or not at all: nobody has the keys of the house. So what is
/// changed in an access token would be found by its signature in any case; where the reason is another one, that check stands in
/// front of it. A client's assertion (`KeyClient`) the forger can sign, and nothing else is wrong with it.
struct Forgery: Sendable {
    private(set) var header: JSONObject
    private(set) var payload: JSONObject
    /// What goes out instead, where it is nothing that a JSON writer writes.
    private var headerText: [UInt8]?
    private var payloadText: [UInt8]?
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

    /// A token of the forger's own making.
    init(_ payload: JSONObject) throws {
        guard let key = VerificationKey(jwk: Self.forgerJWK) else {
            throw ScenarioFailure(expectation: "the forger's key is a key", seen: "it is none")
        }
        header = ["alg": "ES256", "kid": .string(key.keyID), "typ": "JWT"]
        self.payload = payload
        signature = []
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

/// Texts that an honest JSON writer does not write.
extension Forgery {
    /// The same with `members` in front of the header's own.
    func header(beginningWith members: String) -> Forgery {
        var forgery = self
        forgery.headerText = Self.text(members, before: header)
        return forgery
    }

    /// The same with `members` in front of the claims.
    func payload(beginningWith members: String) -> Forgery { payload(text: Self.text(members, before: payload)) }

    /// The same with other claims altogether.
    func payload(text: [UInt8]) -> Forgery {
        var forgery = self
        forgery.payloadText = text
        return forgery
    }

    private static func text(_ members: String, before object: JSONObject) -> [UInt8] {
        Array("{\(members),\(JSONWriter.text(object).dropFirst())".utf8)
    }
}

/// The ways to put it together.
extension Forgery {
    /// The parts that are signed.
    var signingInput: String {
        let texts = [headerText ?? JSONWriter.bytes(header), payloadText ?? JSONWriter.bytes(payload)]
        return texts.map(Base64URL.encode).joined(separator: ".")
    }

    var unsigned: Credential { Credential("\(signingInput).") }
    var underTheOldSignature: Credential { signed(with: signature) }

    func signed(with signature: [UInt8]) -> Credential {
        Credential("\(signingInput).\(Base64URL.encode(signature))")
    }

    /// Signed as ES256 with the forger's own key.
    func signed() throws -> Credential {
        signed(with: Array(try Self.forger.signature(for: Array(signingInput.utf8)).rawRepresentation))
    }

    /// As HS256, a MAC under `secret`.
    func authenticated(under secret: [UInt8]) -> Credential {
        let forgery = header("alg", "HS256")
        let key = SymmetricKey(data: secret)
        let code = HMAC<SHA256>.authenticationCode(for: Array(forgery.signingInput.utf8), using: key)
        return forgery.signed(with: Array(code))
    }

    /// The forger's own key.
    static let forger = P256.Signing.PrivateKey()

    /// The same, as a client holds it.
    static var signingKey: SigningKey {
        get throws { try SigningKey(algorithm: .es256, privateKeyDER: Array(forger.derRepresentation)) }
    }

    /// Its public half, as a JWK.
    static var forgerJWK: JSONObject {
        let point = Array(forger.publicKey.rawRepresentation)
        return [
            "kty": "EC", "crv": "P-256", "x": .string(Base64URL.encode(point.prefix(32))),
            "y": .string(Base64URL.encode(point.suffix(32))), "alg": "ES256", "kid": "forger",
        ]
    }
}
