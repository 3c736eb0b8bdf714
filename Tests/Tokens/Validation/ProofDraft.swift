import TestKit
import Testing

@testable import Tokens

/// A DPoP proof that is still being written, and the request that it comes with: every part is good until a test
/// changes it.
struct ProofDraft {
    var header: JSONObject
    var payload: JSONObject
    /// What signs it.
    var key: SigningKey
    var method = "GET"
    var url = Self.url

    static let url = "https://orders.gatehouse.local/orders/7"

    /// A proof for one use of `token`; nil for one at a token endpoint.
    init(key: SigningKey, for token: Credential? = nil) {
        header = ["typ": "dpop+jwt", "alg": .string(key.algorithm.name), "jwk": .object(key.verificationKey.bareJWK)]
        payload =
            DPoPProofClaims(
                proofID: "proof-1",
                method: method,
                url: url,
                issuedAt: House.epoch,
                accessToken: token
            ).payload
        self.key = key
    }

    /// The proof's three parts.
    var text: String {
        get throws {
            let input = "\(Base64URL.encode(JSONWriter.bytes(header))).\(Base64URL.encode(JSONWriter.bytes(payload)))"
            return "\(input).\(Base64URL.encode(try key.signature(over: Array(input.utf8))))"
        }
    }

    var request: DPoPRequest {
        get throws { DPoPRequest(proof: Credential(try text), method: method, url: url) }
    }

    /// As it comes with a token.
    var sender: Sender {
        get throws { Sender(certificate: nil, proof: try request) }
    }
}
