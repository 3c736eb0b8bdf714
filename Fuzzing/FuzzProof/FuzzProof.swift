import FuzzKit
import Tokens

private let issuer = try? FixedIssuer()

/// DPoP proofs behind a good signature: what is accepted shows the key that signed, and is not accepted twice.
///
/// - Takes: claims; or a header, a line feed and claims.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let issuer else { fatalError("no issuer") }
    let parts = input(bytes, count).split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let header = parts.count == 2 ? Array(parts[0]) : goodHeader(issuer)
    guard let proof = try? issuer.sign(header: header, payload: Array(parts[parts.count - 1])) else { return 0 }
    let request = DPoPRequest(proof: proof, method: "POST", url: "https://server.example/token")
    let validator = DPoPProofValidator(
        algorithms: Algorithm.all,
        // A window of its own for each input, or it would be full soon.
        replays: ReplayWindow(clock: FixedClock(FixedIssuer.now), entriesMax: 8),
        clock: FixedClock(FixedIssuer.now)
    )
    withoutWaiting {
        guard let key = try? await validator.verify(request) else { return }
        demand(key == KeyThumbprint(of: issuer.key.verificationKey), "the key is the one that signed")
        let again = try? await validator.verify(request)
        demand(again == nil, "a proof counts once")
    }
    return 0
}

private func goodHeader(_ issuer: FixedIssuer) -> [UInt8] {
    let key = issuer.key.verificationKey.jwk
    let jwk: JSONObject = [
        "kty": key["kty"] ?? .null, "crv": key["crv"] ?? .null, "x": key["x"] ?? .null, "y": key["y"] ?? .null,
    ]
    return JSONWriter.bytes(["alg": "ES256", "typ": "dpop+jwt", "jwk": .object(jwk)] as JSONObject)
}
