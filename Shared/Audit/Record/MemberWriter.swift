import Tokens

/// Writes the members of a JSON object straight into bytes: what is nil or empty is left out, what is long is cut (`AuditBounds`).
///
/// Every request passes here. A tree of JSON values first would cost three times as much.
struct MemberWriter {
    private(set) var bytes: [UInt8] = []

    /// - Parameter room: bytes of before, whose room is used again; a log writes as much in one turn as in the next.
    init(reusing room: consuming [UInt8] = []) {
        bytes = room
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func begin() { bytes.append(UInt8(ascii: "{")) }
    mutating func end() { bytes.append(UInt8(ascii: "}")) }
    mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }
    /// For one more member of an object that has ended.
    mutating func reopen() { bytes.removeLast() }

    mutating func text(_ name: StaticString, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        begin(name)
        JSONWriter.append(AuditBounds.cut(text), to: &bytes)
    }

    mutating func time(_ name: StaticString, _ milliseconds: Int64) {
        begin(name)
        bytes.append(UInt8(ascii: "\""))
        AuditTime.append(milliseconds, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func scope(_ name: StaticString, _ scope: ScopeSet) {
        if !scope.isEmpty { text(name, AuditBounds.cut(scope)) }
    }

    mutating func integer(_ name: StaticString, _ value: Int64?) {
        guard let value else { return }
        begin(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func no(_ name: StaticString) {
        begin(name)
        bytes.append(contentsOf: "false".utf8)
    }

    mutating func texts(_ name: StaticString, _ texts: some Collection<String>) {
        array(name, texts) { writer, text in JSONWriter.append(AuditBounds.cut(text), to: &writer.bytes) }
    }

    mutating func object(_ name: StaticString, _ members: (inout MemberWriter) -> Void) {
        let before = bytes.count
        begin(name)
        let empty = bytes.count + 2
        object(members)
        if bytes.count == empty { bytes.removeLast(empty - before) }
    }

    mutating func objects<Element>(
        _ name: StaticString,
        _ elements: some Collection<Element>,
        _ members: (inout MemberWriter, Element) -> Void
    ) {
        array(name, elements) { writer, element in writer.object { members(&$0, element) } }
    }

    /// A member whose name is known when it is written, and not before.
    mutating func text(named name: String, _ text: String) {
        separate()
        JSONWriter.append(AuditBounds.cut(name), to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        JSONWriter.append(AuditBounds.cut(text), to: &bytes)
    }

    private mutating func object(_ members: (inout MemberWriter) -> Void) {
        begin()
        members(&self)
        end()
    }

    private mutating func array<Element>(
        _ name: StaticString,
        _ elements: some Collection<Element>,
        _ write: (inout MemberWriter, Element) -> Void
    ) {
        guard !elements.isEmpty else { return }
        begin(name)
        bytes.append(UInt8(ascii: "["))
        for element in elements {
            separate()
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func begin(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func separate() {
        if let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") {
            bytes.append(UInt8(ascii: ","))
        }
    }
}
