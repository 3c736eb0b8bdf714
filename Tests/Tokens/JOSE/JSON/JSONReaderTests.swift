import TestKit
import Testing
import Tokens

@Suite("Strict JSON, RFC 8259")
struct JSONReaderTests {
    typealias Failure = JSONReader.Failure

    @Test(arguments: [
        // Names, RFC 8259 §4.
        (Failure.duplicateMember, #"{"aud":1,"aud":1}"#, #"{"aud":1,"aue":1}"#),
        (.duplicateMember, #"{"aud":1,"\u0061ud":1}"#, #"{"aud":1,"\u0062ud":1}"#),
        (.duplicateMember, #"[{"a":{"b":1,"b":2}}]"#, #"[{"a":{"b":1,"c":2}}]"#),
        (.malformed, "{1:1}", #"{"1":1}"#), (.malformed, #"{"a":1,}"#, #"{"a":1}"#), (.malformed, "[1,]", "[1]"),
        (.malformed, #"{"a" 1}"#, #"{"a":1}"#), (.malformed, #"{"a":1"#, #"{"a":1}"#), (.malformed, "[1", "[1]"),
        // Numbers, RFC 8259 §6.
        (.malformed, "01", "1"), (.malformed, "-01", "-1"), (.malformed, "+1", "1"), (.malformed, "1.", "1.0"),
        (.malformed, ".5", "0.5"), (.malformed, "1e", "1e3"), (.malformed, "1e+", "1e+3"), (.malformed, "-", "-0"),
        (.malformed, "NaN", "null"), (.malformed, "0x10", "10"), (.malformed, "--1", "-1"),
        // Strings, RFC 8259 §7.
        (.malformed, "\"\u{1}\"", #""\u0001""#), (.malformed, "\"a\nb\"", #""a\nb""#),
        (.malformed, "\"\\n\u{0}\"", #""\n\u0000""#),
        (.malformed, #""\x41""#, #""\u0041""#), (.malformed, #""\u004""#, #""\u0041""#),
        (.malformed, #""open"#, #""open""#),
        (.malformed, #""\ud800""#, #""\ud83d\ude00""#), (.malformed, #""\ude00""#, #""\ud83d\ude00""#),
        (.malformed, #""\ud83dx""#, #""\ud83d\ude00""#), (.malformed, #""\ud83d\u0041""#, #""\ud83d\ude00""#),
        (.malformed, "'a'", #""a""#), (.malformed, #""\"#, #""\\""#), (.malformed, #""\u+041""#, #""\u0041""#),
        // The document, RFC 8259 §2 and §8.1.
        (.malformed, "\u{FEFF}{}", "{}"), (.malformed, "{}x", "{}"), (.malformed, "{}{}", "{}"),
        (.malformed, "{}\0", "{} \n\t\r"),
        (.malformed, "", "{}"), (.malformed, "tru", "true"), (.malformed, "True", "true"), (.malformed, "/**/1", "1"),
        (.malformed, "\u{A0}1", " 1"),
    ])
    func `a flaw is refused, its repair is read`(failure: Failure, flawed: String, repaired: String) throws {
        #expect(throws: failure) { try JSONReader.read(Array(flawed.utf8)) }
        #expect(throws: Never.self) { try JSONReader.read(Array(repaired.utf8)) }
    }

    @Test(arguments: [
        ("UTF-16", [0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D]), ("UTF-16 without a mark", [0x7B, 0x00, 0x7D, 0x00]),
        ("a lone continuation byte", [0x22, 0x80, 0x22]), ("an overlong slash", [0x22, 0xC0, 0xAF, 0x22]),
        ("an encoded surrogate", [0x22, 0xED, 0xA0, 0x80, 0x22]),
        ("beyond U+10FFFF", [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22]),
        ("cut short behind an escape", [0x22, 0x5C, 0x6E, 0xC3, 0x22]),
    ])
    func `only UTF-8 is read`(form: String, bytes: [UInt8]) {
        #expect(throws: Failure.self) { try JSONReader.read(bytes) }
        #expect(throws: Never.self) { try JSONReader.read([0x22, 0xC3, 0xA9, 0x22]) }
    }

    @Test func `an integer is an integer only as it stands`() throws {
        func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }
        #expect(try read("9223372036854775807") == .integer(.max))
        #expect(try read("-9223372036854775808") == .integer(.min))
        #expect(try read("9223372036854775808") == .decimal("9223372036854775808"))
        #expect(try read("1e3") == .decimal("1e3"))
        #expect(try read("1.0") == .decimal("1.0"))
        #expect(try read("-0") == 0)
    }

    @Test func `escapes give the characters that they stand for`() throws {
        let value = try JSONReader.read(Array(#""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00é""#.utf8))
        #expect(value == .string("\"\\/\u{8}\u{C}\n\r\té😀é"))
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
    func `nesting ends at its bound`(open: String, close: String) throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSONReader.read(nested(Bounds.jsonDepthMax)) }
        #expect(throws: Failure.tooDeep) { try JSONReader.read(nested(Bounds.jsonDepthMax + 1)) }
        #expect(throws: Failure.tooDeep) { try JSONReader.read(Array(repeating: UInt8(ascii: "["), count: 60_000)) }
    }

    @Test func `size ends at its bound`() throws {
        #expect(throws: Never.self) { try JSONReader.read(Array("\"ab\"".utf8), bytesMax: 4) }
        #expect(throws: Failure.tooLarge) { try JSONReader.read(Array("\"ab\"".utf8), bytesMax: 3) }
        func elements(_ count: Int) -> [UInt8] {
            Array("[\(repeatElement("1", count: count).joined(separator: ","))]".utf8)
        }
        #expect(throws: Never.self) { try JSONReader.read(elements(Bounds.jsonElementsMax)) }
        #expect(throws: Failure.tooLarge) { try JSONReader.read(elements(Bounds.jsonElementsMax + 1)) }
        func members(_ count: Int) -> [UInt8] {
            Array("{\((0..<count).map { "\"m\($0)\":1" }.joined(separator: ","))}".utf8)
        }
        #expect(throws: Never.self) { try JSONReader.read(members(Bounds.jsonElementsMax)) }
        #expect(throws: Failure.tooLarge) { try JSONReader.read(members(Bounds.jsonElementsMax + 1)) }
    }

    @Test func `an object is asked for, an object is given`() throws {
        #expect(try JSONReader.readObject(Array("{}".utf8)) == [:])
        #expect(throws: Failure.malformed) { try JSONReader.readObject(Array("[]".utf8)) }
    }
}
