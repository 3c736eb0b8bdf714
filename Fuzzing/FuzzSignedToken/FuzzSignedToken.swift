import FuzzKit
import Tokens

private let issuer = try? FixedIssuer()

/// Headers and claims behind a good signature: what is accepted says the same when it is minted again.
///
/// - Takes: a payload; or a header, a line feed and a payload.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let parts = input(bytes, count).split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let header = parts.count == 2 ? Array(parts[0]) : nil
    let payload = Array(parts[parts.count - 1])
    do {
        try check(AccessTokenClaims.self, header, payload)
        try check(AuditHeadClaims.self, header, payload)
        try check(ClientAssertionClaims.self, header, payload)
        try check(IDTokenClaims.self, header, payload)
        try check(IntrospectionResponseClaims.self, header, payload)
        try check(LogoutTokenClaims.self, header, payload)
        try check(SecurityEventClaims.self, header, payload)
    } catch Refusal.tokenTooLarge {
        // Written in our own way it may need more bytes than before.
    } catch { fatalError("\(error)") }
    return 0
}

private func check<Claims: TokenClaims & Equatable>(_: Claims.Type, _ header: [UInt8]?, _ payload: [UInt8]) throws {
    guard let issuer else { fatalError("no issuer") }
    let good: JSONObject = [
        "alg": "ES256", "kid": .string(issuer.key.keyID), "typ": .string(Claims.kind.rawValue),
    ]
    let token = try issuer.sign(header: header ?? JSONWriter.bytes(good), payload: payload)
    guard let claims = issuer.verify(token, as: Claims.self) else { return }
    let again = issuer.verify(try issuer.mint(claims), as: Claims.self)
    demand(again == claims, "claims are read as they were written")
}
