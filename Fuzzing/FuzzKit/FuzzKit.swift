/// What the fuzzer made up.
public func input(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: bytes, count: count))
}

/// Ends the process when `holds` is false: to the fuzzer, a finding like any crash.
public func demand(_ holds: @autoclosure () -> Bool, _ property: StaticString) {
    guard holds() else { fatalError("does not hold: \(property)") }
}
