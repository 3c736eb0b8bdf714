import FuzzKit
import Tokens

/// Strict JSON: what was read, written and read again is written as before.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let value = try? JSONReader.read(input(bytes, count)) else { return 0 }
    let written = JSONWriter.bytes(value)
    // The writer escapes in its own way, and may need more bytes for it than the bound allows a reader.
    let again = try? JSONReader.read(written, bytesMax: written.count)
    demand(again == value && again.map(JSONWriter.bytes) == written, "reading what was written changes nothing")
    return 0
}
