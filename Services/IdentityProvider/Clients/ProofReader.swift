import Hummingbird
import Tokens
import TokensHummingbird

/// Which key the sender of a token request holds: the tokens are then bound to it (RFC 9449 §5).
///
/// It is asked before everything that is good once. A proof with which something is wrong, a replayed one included, uses up no
/// code, no refresh token and no client assertion; a good proof is used up whatever comes of its request. Authenticating the client
/// first would not keep strangers out of the replay window: whoever knows the id of a public client is that client. What does is the
/// limit of the route, which comes before this: a network that fails sixty times in a minute is not asked for proofs any more, so that
/// it takes some two thousand networks to fill the window.
struct ProofReader: Sendable {
    /// Under which clients reach us: the issuer identifier.
    let address: String
    let proofs: DPoPProofValidator

    /// - Gives: nil for a request without a `DPoP` field, whose tokens will be bearer tokens.
    /// - Refuses: what `DPoPProofValidator` refuses; `proofMalformed` for two fields.
    func readKey(of request: Request) async throws -> KeyThumbprint? {
        guard let proof = try DPoPRequest(reading: request, address: address) else { return nil }
        return try await proofs.verify(proof)
    }
}
