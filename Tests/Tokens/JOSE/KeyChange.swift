import TestKit
import Testing

@testable import Tokens

/// One member of a JWK set, or taken away.
struct KeyChange: CustomTestStringConvertible, Sendable {
    let testDescription: String
    private let member: String
    private let value: JSONValue?

    init(_ description: String, _ member: String, _ value: JSONValue?) {
        testDescription = description
        self.member = member
        self.value = value
    }

    /// A binary member.
    init(_ description: String, _ member: String, bytes: [UInt8]) {
        self.init(description, member, .string(Base64URL.encode(bytes)))
    }

    func made(in object: JSONObject) -> JSONObject {
        value.map { object.with(member, $0) } ?? object.without(member)
    }
}

extension SigningKey {
    /// The key as the JWK that `init(privateJWK:)` reads; nobody but tests writes one. An RSA key is none of these.
    var privateJWK: JSONObject {
        get throws {
            let der = try exposePrivateKeyDER()
            let jwk = verificationKey.jwk
            switch algorithm {
            case .es256: return try jwk.with("d", .string(Base64URL.encode(ECPrivateKey.p256(der))))
            case .es384: return try jwk.with("d", .string(Base64URL.encode(ECPrivateKey.p384(der))))
            case .ed25519: return jwk.with("d", .string(Base64URL.encode(der.suffix(32))))
            default: return jwk.with("priv", .string(Base64URL.encode(der.suffix(32))))
            }
        }
    }
}
