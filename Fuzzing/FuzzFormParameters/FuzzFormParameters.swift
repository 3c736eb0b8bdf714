import FuzzKit
import Tokens

private let once = ["client_id", "code", "grant_type", "scope", "state"]
private let repeated = ["audience", "resource"]

/// Form bodies: what was read, encoded and read again is the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let form = try? FormParameters(reading: input(bytes, count)) else { return 0 }
    let pairs =
        once.flatMap { name in form.optional(name).map { [(name, $0)] } ?? [] }
        + repeated.flatMap { name in form.all(name).map { (name, $0) } }
    let encoded = pairs.map { "\($0)=\(FormParameters.percentEncode($1))" }.joined(separator: "&")
    // Every byte may need three, and the bound may not allow a reader so many.
    guard encoded.utf8.count <= Bounds.formBytesMax else { return 0 }
    let again = try? FormParameters(reading: encoded.utf8)
    demand(once.allSatisfy { again?.optional($0) == form.optional($0) }, "a parameter is read as it was encoded")
    demand(repeated.allSatisfy { again?.all($0) == form.all($0) }, "and so is one that stands more than once")
    return 0
}
