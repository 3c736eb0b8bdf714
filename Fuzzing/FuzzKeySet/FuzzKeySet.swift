import FuzzKit
import Tokens

/// JWK sets: whatever is read can be written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let keys = try? KeySet(reading: input(bytes, count)) else { return 0 }
    let written = JSONWriter.bytes(keys.document)
    guard written.count <= Bounds.documentBytesMax else { return 0 }
    let again = try? KeySet(reading: written)
    demand(again.map { JSONWriter.bytes($0.document) } == written, "reading what was written changes nothing")
    return 0
}
