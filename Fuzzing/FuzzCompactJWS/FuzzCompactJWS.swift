import FuzzKit
import Tokens

private let issuer = try? FixedIssuer()
private let token = issuer.flatMap { try? $0.mint($0.claims) }

/// Compact tokens from strangers: none is accepted but the one that the issuer signed.
///
/// - Takes: a token; or `=` and edits of the good one, three bytes each: where (two bytes) and what instead. That is how
///   the fuzzer gets near the good one, whose signature it would never guess.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let issuer, let token else { fatalError("no issuer") }
    let input = input(bytes, count)
    let text = input.first == UInt8(ascii: "=") ? edit(token.exposed, input.dropFirst()) : input
    guard let presented = String(validating: text, as: UTF8.self).map(Credential.init) else { return 0 }
    let claims = issuer.verify(presented, as: AccessTokenClaims.self)
    demand((claims != nil) == (presented == token), "the one good token is accepted, and nothing else")
    let unverified = try? UnverifiedToken.decodeWithoutVerifying(presented)
    demand(claims == nil || unverified != nil, "what is accepted can be shown")
    return 0
}

private func edit(_ token: String, _ edits: ArraySlice<UInt8>) -> [UInt8] {
    var text = Array(token.utf8)
    var edits = edits
    while edits.count >= 3 {
        let place = (Int(edits.removeFirst()) << 8 | Int(edits.removeFirst())) % text.count
        text[place] = edits.removeFirst()
    }
    return text
}
