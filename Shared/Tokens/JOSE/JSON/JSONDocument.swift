/// What stands where: the values of a `JSONDocument`, each read when it is asked for.
extension JSONDocument {
    /// Whether two strings are the same text, however either is escaped.
    func isSameText(_ left: Int, _ right: Int) -> Bool {
        let (one, other) = (nodes[left], nodes[right])
        if one.kind == .string, other.kind == .string {
            guard one.range.count == other.range.count else { return false }
            let (start, otherStart) = (Int(one.start), Int(other.start))
            for offset in 0..<one.range.count where bytes[start + offset] != bytes[otherStart + offset] { return false }
            return true
        }
        return text(left).utf8.elementsEqual(text(right).utf8)
    }

    /// The text of a string, or of a number as written.
    func text(_ index: Int) -> String {
        let node = nodes[index]
        guard node.kind != .escapedString else { return unescaped[Int(node.start)] }
        return bytes.withUnsafeBufferPointer { String(decoding: $0[node.range], as: UTF8.self) }
    }

    /// The value of an integer; nil for one beyond 64 bits.
    func integer(_ index: Int) -> Int64? {
        let digits = bytes[nodes[index].range]
        let isNegative = digits.first == UInt8(ascii: "-")
        var value: Int64 = 0
        for digit in isNegative ? digits.dropFirst() : digits {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let unit = Int64(digit - UInt8(ascii: "0"))
            let (sum, carry) =
                isNegative ? tens.subtractingReportingOverflow(unit) : tens.addingReportingOverflow(unit)
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The value of member `name` of the object at `object`; nil where there is none.
    ///
    /// - Parameter likely: the place of a name of this object from which to look first.
    func member(_ name: StaticString, of object: Int, from likely: Int) -> Int? {
        let text = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        let sketch = JSONNode.sketch(text)
        let end = Int(nodes[object].next)
        return find(text, sketch, from: likely, to: end) ?? find(text, sketch, from: object + 1, to: likely)
    }

    private func find(_ text: UnsafeBufferPointer<UInt8>, _ sketch: UInt32, from start: Int, to end: Int) -> Int? {
        let nodes = nodes.span
        var index = start
        while index < end {
            // Most names differ in their sketch already.
            if nodes[index].sketch == sketch, isText(index, text) { return index + 1 }
            index = Int(nodes[index + 1].next)
        }
        return nil
    }

    /// How many members the object at `object` has.
    func memberCount(of object: Int) -> Int {
        var count = 0
        var name = object + 1
        while name < Int(nodes[object].next) {
            count += 1
            name = Int(nodes[name + 1].next)
        }
        return count
    }

    /// The value with all that it contains.
    func value(_ index: Int) -> JSONValue {
        let node = nodes[index]
        switch node.kind {
        case .null: return .null
        case .yes: return .bool(true)
        case .no: return .bool(false)
        case .integer: return integer(index).map { .integer($0) } ?? .decimal(text(index))
        case .decimal: return .decimal(text(index))
        case .string, .escapedString: return .string(text(index))
        case .array: return .array(elements(of: index).map(value))
        case .object: return .object(object(index))
        }
    }

    /// The object at `index` with all that it contains.
    func object(_ index: Int) -> JSONObject {
        var object = JSONObject()
        var name = index + 1
        while name < Int(nodes[index].next) {
            object.append(text(name), value(name + 1))
            name = Int(nodes[name + 1].next)
        }
        return object
    }

    /// The elements of the array at `array`.
    func elements(of array: Int) -> [Int] {
        var elements: [Int] = []
        var index = array + 1
        while index < Int(nodes[array].next) {
            elements.append(index)
            index = Int(nodes[index].next)
        }
        return elements
    }

    private func isText(_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let node = nodes[index]
        guard node.kind == .string else { return unescaped[Int(node.start)].utf8.elementsEqual(text) }
        return node.range.count == text.count && bytes[node.range].elementsEqual(text)
    }
}

extension JSONNode {
    /// Where the text of a plain string or a number stands.
    var range: Range<Int> { Int(start)..<Int(end) }
}
