import TestKit
import Testing
import Tokens

@Suite("Request parameters, RFC 6749 §3.1 and §3.2")
struct FormParametersTests {
    private func read(_ text: String) throws -> FormParameters { try FormParameters(reading: Array(text.utf8)) }

    @Test func `parameters are found by name`() throws {
        let form = try read(
            "grant_type=refresh_token&scope=a+b&state=%C3%A9%20%2B&redirect_uri=https%3A%2F%2Fx%3Fa%3Db"
        )
        #expect(try form.required("grant_type") == "refresh_token")
        #expect(form.optional("state") == "é +")
        #expect(form.optional("redirect_uri") == "https://x?a=b")
        #expect(try form.scope() == ["a", "b"])
        #expect(form.optional("code") == nil)
        #expect(throws: Refusal.parameterMissing) { try form.required("code") }
    }

    @Test(arguments: ["code=", "code", "code=&code=", "&&", ""])
    func `a parameter without a value is as if it were not there`(text: String) throws {
        #expect(try read("code=1").optional("code") == "1")
        #expect(try read(text).optional("code") == nil)
    }

    @Test(arguments: [
        (Refusal.parameterDuplicated, "code=1&code=1", "code=1&mode=1"),
        (.parameterDuplicated, "code=1&c%6Fde=2", "code=1&c%6Fdf=2"),
        (.parameterDuplicated, "made_up=1&made_up=2", "made_up=1&made_up="),
        (.parameterMalformed, "code=%", "code=%25"),
        (.parameterMalformed, "code=%2", "code=%20"), (.parameterMalformed, "code=%zz", "code=zz"),
        (.parameterMalformed, "code=%+1", "code=%21"), (.parameterMalformed, "%=1", "%25=1"),
        (.parameterMalformed, "code=a%00b", "code=a%20b"), (.parameterMalformed, "co%00de=1", "code=1"),
        (.parameterMalformed, "code=a%0d%0aSet-Cookie:", "code=aSet-Cookie:"),
        (.parameterMalformed, "code=%7F", "code=%7E"),
        (.parameterMalformed, "code=%FF", "code=%C3%BF"), (.parameterMalformed, "code=%C3", "code=%C3%A9"),
        (.parameterMalformed, "code=%C0%AF", "code=/"), (.parameterMalformed, "code=%ED%A0%80", "code=%ED%9F%BF"),
    ])
    func `a flaw is refused, its repair is read`(refusal: Refusal, flawed: String, repaired: String) {
        #expect(throws: refusal) { try read(flawed) }
        #expect(throws: Never.self) { try read(repaired) }
    }

    @Test func `bytes that are not UTF-8 are refused unescaped as well`() {
        #expect(throws: Refusal.parameterMalformed) { try FormParameters(reading: [0x61, 0x3D, 0xFF]) }
    }

    @Test func `resource and audience may stand more than once, RFC 8707 §2`() throws {
        let form = try read("resource=https://a&audience=x&resource=https://b&resource=")
        #expect(form.all("resource") == ["https://a", "https://b"])
        #expect(form.all("audience") == ["x"])
        #expect(form.all("code") == [])
        #expect(form.optional("resource") == nil)
    }

    @Test(arguments: ["scope=a++b", "scope=+a", "scope=a%22b", "scope=%C3%A9", "scope=a%5Cb"])
    func `a scope of another form is refused`(text: String) throws {
        #expect(try read("scope=a+b").scope() == ["a", "b"])
        #expect(try read("scope=").scope() == nil)
        let form = try read(text)
        #expect(throws: Refusal.scopeMalformed) { try form.scope() }
    }

    @Test func `size ends at its bound`() {
        let most = "code=" + String(repeating: "a", count: Bounds.formBytesMax - 5)
        #expect(throws: Never.self) { try read(most) }
        #expect(throws: Refusal.bodyTooLarge) { try read(most + "a") }
    }

    @Test func `everything is escaped but what is unreserved, RFC 3986 §2.3`() {
        let unreserved = "ABCXYZabcxyz0189-._~"
        #expect(FormParameters.percentEncode(unreserved) == unreserved)
        #expect(
            FormParameters.percentEncode(" +&=%/?#:@*'\"\n\u{7F}é")
                == "%20%2B%26%3D%25%2F%3F%23%3A%40%2A%27%22%0A%7F%C3%A9"
        )
        #expect(FormParameters.encode(["a b": "c&d", "e": "f"]) == "a%20b=c%26d&e=f")
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `what is encoded is decoded`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let text = random.text(countMax: 40)
        let encoded = FormParameters.percentEncode(text)
        #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        let isPrintable = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        #expect((try? FormParameters.decode(encoded.utf8)) == (isPrintable ? text : nil))
        guard isPrintable else { return }
        #expect(try FormParameters([text: text, "resource": text]).optional(text) == text)
    }

    @Test func `a form prints neither its values nor its names`() throws {
        let form = try read("password=hunter2hunter2&hunter3=x&resource=hunter4")
        var dumped = ""
        dump(form, to: &dumped)
        for text in ["\(form)", String(reflecting: form), "\([form])", dumped] {
            #expect(!text.contains("hunter"))
        }
        #expect("\(form)" == "FormParameters(3)")
    }
}
