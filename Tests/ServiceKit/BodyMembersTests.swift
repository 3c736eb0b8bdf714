import ServiceKit
import Testing
import Tokens

@Suite("Members of a JSON body")
struct BodyMembersTests {
    private let body: JSONObject = ["text": "four", "number": 4, "nothing": .null]

    @Test func `a member that nobody asks for is refused`() throws {
        _ = try BodyMembers(of: body, allowed: ["text", "number", "nothing", "more"])
        #expect(throws: Refusal.bodyMalformed) { try BodyMembers(of: body, allowed: ["text", "number"]) }
    }

    @Test(arguments: [
        ("text", 4...4, true), ("text", 5...9, false), ("text", 1...3, false), ("number", 1...9, false),
        ("missing", 0...9, false),
    ])
    func `text has a type and a length`(name: String, range: ClosedRange<Int>, isRead: Bool) throws {
        let members = try BodyMembers(of: body, allowed: ["text", "number", "nothing"])
        if isRead {
            #expect(try members.text(name, range) == "four")
        } else {
            #expect(throws: Refusal.bodyMalformed) { try members.text(name, range) }
        }
    }

    @Test(arguments: ["a\u{0}b", "a\nb", "\u{7F}", "\u{85}"])
    func `a control character is refused, any other is not`(text: String) throws {
        let members = try BodyMembers(of: ["bad": .string(text), "good": "Ω 😀"], allowed: ["bad", "good"])
        #expect(throws: Refusal.bodyMalformed) { try members.text("bad", 0...9) }
        #expect(try members.text("good", 0...9) == "Ω 😀")
    }

    @Test func `a length is counted so that no letter can carry a thousand accents`() throws {
        let letter = "a" + String(repeating: "\u{301}", count: 1_000)
        let members = try BodyMembers(of: ["text": .string(letter)], allowed: ["text"])
        #expect(letter.count == 1)
        #expect(throws: Refusal.bodyMalformed) { try members.text("text", 1...100) }
    }

    @Test func `what may be missing may be null, but not of another type`() throws {
        let members = try BodyMembers(of: body, allowed: ["text", "number", "nothing"])
        #expect(try members.optionalText("missing", 1...9) == nil)
        #expect(try members.optionalText("nothing", 1...9) == nil)
        #expect(throws: Refusal.bodyMalformed) { try members.optionalText("number", 1...9) }
    }

    @Test(arguments: [
        ("number", 1...4, true), ("number", 5...9, false), ("number", 1...3, false), ("text", 1...9, false),
    ])
    func `an integer has a range`(name: String, range: ClosedRange<Int64>, isRead: Bool) throws {
        let members = try BodyMembers(of: body, allowed: ["text", "number", "nothing"])
        if isRead {
            #expect(try members.integer(name, range) == 4)
        } else {
            #expect(throws: Refusal.bodyMalformed) { try members.integer(name, range) }
        }
    }
}
