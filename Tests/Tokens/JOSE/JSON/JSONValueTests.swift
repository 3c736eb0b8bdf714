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
