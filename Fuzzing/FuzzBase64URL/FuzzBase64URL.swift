import FuzzKit
import Tokens

/// Canonical base64url: one text for one value, one value for one text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(bytes, count)
    if let value = Base64URL.decode(input) {
        demand(Array(Base64URL.encode(value).utf8) == input, "no other text has this value")
    }
    demand(Base64URL.decode(Base64URL.encode(input)) == input, "the value of a value's text is that value")
    let text = String(decoding: input, as: UTF8.self)
    demand(Base64URL.decode(text) == Base64URL.decode(Array(text.utf8)), "text and its bytes are read alike")
    return 0
}
