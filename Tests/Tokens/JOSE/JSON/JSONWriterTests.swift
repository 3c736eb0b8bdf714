import TestKit
import Testing
import Tokens

@Suite("JSON, written")
struct JSONWriterTests {
    @Test func `the shortest text, members in their order`() {
        let object: JSONObject = [
            "b": [1, true, .null], "a": ["text": "é\"\\\n\u{1F}/"], "c": .decimal("1e300"), "d": [:],
        ]
        #expect(JSONWriter.text(object) == #"{"b":[1,true,null],"a":{"text":"é\"\\\u000a\u001f/"},"c":1e300,"d":{}}"#)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `what is written is read as it was, and written the same again`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let value = random.json(depth: 0)
        let written = JSONWriter.bytes(value)
        let read = try JSONReader.read(written)
        #expect(read == value)
        #expect(JSONWriter.bytes(read) == written)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `a damaged text is refused or read; it never traps`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = JSONWriter.bytes(random.json(depth: 0))
        for _ in 0..<3 {
            let index = Int.random(in: bytes.indices, using: &random)
            bytes[index] = random.pick(Array("\"\\{}[]:,0-9eEtu. \0".utf8) + [0x80, 0xFF, 0xED])
        }
        guard let read = try? JSONReader.read(bytes) else { return }
        #expect((try? JSONReader.read(JSONWriter.bytes(read))) == read)
    }
}

extension SeededGenerator {
    fileprivate mutating func json(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth < 4 ? 7 : 5), using: &self) {
        case 0: return .null
        case 1: return .bool(.random(using: &self))
        case 2: return .integer(.random(in: .min ... .max, using: &self))
        case 3: return .decimal(pick(["0.5", "1e3", "-2E-7", "9223372036854775808"]))
        case 4: return .string(text())
        case 5: return .array((0..<Int.random(in: 0..<4, using: &self)).map { _ in json(depth: depth + 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<5, using: &self) { object[text()] = json(depth: depth + 1) }
            return .object(object)
        }
    }
}
