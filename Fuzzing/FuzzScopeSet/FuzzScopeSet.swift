import FuzzKit
import Tokens

/// Scopes: what was read, written and read again is the same set.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let text = String(validating: input(bytes, count), as: UTF8.self), let scope = ScopeSet(reading: text) else {
        return 0
    }
    demand(!scope.isEmpty, "no text is no scope")
    demand(ScopeSet(reading: scope.text) == scope, "reading what was written changes nothing")
    return 0
}
