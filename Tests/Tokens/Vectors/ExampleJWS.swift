import TestKit
import Testing
import Tokens

/// A JWS out of an RFC: its three parts as they stand there, and the private key that made it.
struct ExampleJWS: CustomTestStringConvertible, Sendable {
    /// Where it stands: `RFC 7515 A.2`.
    let section: String
    let algorithm: Algorithm
    /// The private JWK as it stands there; most have neither `alg` nor `kid`.
    let key: JSONObject
    let header: String
    let payload: String
    let signature: String

    /// Those of algorithms that are ours.
    static let all = [
        RFC7515.rs256, RFC7515.es256, RFC7520.rs256, RFC7520.firstOfThree, RFC7520.nested, RFC8037.ed25519,
        RFC9964.mlDSA65,
    ]

    /// The text that is signed.
    var signingInput: [UInt8] { Array("\(header).\(payload)".utf8) }
    /// The compact form.
    var token: Credential { Credential("\(header).\(payload).\(signature)") }
    /// The same key with what this library asks of every key: its algorithm.
    var privateJWK: JSONObject { key.with("alg", .string(algorithm.name)) }
    /// The public half, with the id that this library asks of every published key.
    var publicJWK: JSONObject {
        let names = ["d", "dp", "dq", "p", "priv", "q", "qi"]
        return names.reduce(privateJWK.with("kid", .string(section))) { $0.without($1) }
    }
    /// Whether there is one signature only for one text and one key.
    var isReproducible: Bool { algorithm == .rs256 || algorithm == .ed25519 }

    var testDescription: String { section }
}

/// A DPoP proof out of RFC 9449, and the request that it is for.
struct ExampleProof: CustomTestStringConvertible, Sendable {
    let section: String
    let payload: String
    let signature: String
    let method: String
    let url: String
    let issuedAt: NumericDate
    let accessToken: Credential?

    static let all = [RFC9449.tokenRequest, RFC9449.refresh, RFC9449.resourceRequest]

    var request: DPoPRequest {
        let proof = Credential("\(RFC9449.header).\(payload).\(signature)")
        return DPoPRequest(proof: proof, method: method, url: url)
    }

    var testDescription: String { section }
}
