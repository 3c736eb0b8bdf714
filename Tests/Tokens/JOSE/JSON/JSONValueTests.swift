import TestKit
import Testing
import Tokens

@Suite("JSON values")
struct JSONValueTests {
    @Test func `objects are equal in any order, and only with the same members`() {
        let object: JSONObject = ["a": 1, "b": "two"]
        #expect(object == ["b": "two", "a": 1])
        #expect(object != ["a": 1])
        #expect(object != ["a": 1, "b": "two", "c": .null])
        #expect(object != ["a": 1, "b": 2])
    }

    @Test func `assigning replaces, and nil removes`() {
        var object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object.members.map(\.name) == ["a", "b"])
        #expect(object["a"] == 3)
        object["a"] = nil
        object["c"] = nil
        #expect(object == ["b": 2])
    }

    @Test func `a value is what it is, and nothing is converted`() {
        let text: JSONValue = "1"
        #expect(
            text.string == "1" && text.integer == nil && text.bool == nil && text.array == nil && text.object == nil
        )
        #expect((1 as JSONValue).integer == 1 && (1 as JSONValue).string == nil && (1 as JSONValue).bool == nil)
        #expect(JSONValue.decimal("1.0").integer == nil)
        #expect((true as JSONValue).bool == true && (true as JSONValue).integer == nil)
        #expect((["a", "b"] as JSONValue).strings == ["a", "b"])
        #expect((["a", 1] as JSONValue).strings == nil)
    }
}

@Suite("Texts that look alike, RFC 8259 §8.3")
struct ExactTextTests {
    @Test func `are two texts, as names and as values`() {
        let kelvin: JSONValue = "O\u{212A}P"
        #expect(kelvin != "OKP")
        #expect(JSONValue.string("OKP") == "OKP")
        let object: JSONObject = ["\u{212A}": 1]
        #expect(object["K"] == nil)
        #expect(object["\u{212A}"] == 1)
    }

    @Test func `two keys whose ids look alike are two keys`() throws {
        let jwk = try SharedKeys.own(.es256).verificationKey.jwk
        let set: JSONObject = [
            "keys": [.object(jwk.with("kid", "K")), .object(jwk.with("kid", "\u{212A}"))]
        ]
        let keys = try KeySet(reading: JSONWriter.bytes(set))
        #expect(keys.keys.count == 2)
        #expect(keys["K"]?.keyID.utf8.count == 1)
    }

    @Test(arguments: ["1,\"admin\":true", "", "1", "x", "\"1\""])
    func `a decimal that is none writes nothing of its own`(text: String) {
        #expect(JSONWriter.text(["a": .decimal(text)] as JSONObject) == #"{"a":null}"#)
        #expect(JSONWriter.text(["a": .decimal("1.50")] as JSONObject) == #"{"a":1.50}"#)
    }
}
