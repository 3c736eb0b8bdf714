import TestKit
import Testing
import Tokens

@Suite("base64url, RFC 7515 §2")
struct Base64URLTests {
    @Test(arguments: [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")])
    func `RFC 4648's examples, without their padding`(plain: String, encoded: String) {
        #expect(Base64URL.encode(plain.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test(arguments: [
        ("padding", "Zm8=", "Zm8"), ("plus", "Zm+v", "Zm-v"), ("slash", "Zm/v", "Zm_v"),
        ("white space", "Zm 9v", "Zm9v"),
        ("a line break", "Zm9v\n", "Zm9v"), ("one letter too many", "Zm9vZ", "Zm9vZg"),
        ("two bits left over", "Zm9", "Zm8"),
        ("four bits left over", "Zh", "Zg"), ("a letter beyond ASCII", "Zm9é", "Zm9v"), ("a NUL", "Zm9\0", "Zm9v"),
    ])
    func `only the canonical text is read`(flaw: String, text: String, canonical: String) {
        #expect(Base64URL.decode(text) == nil)
        #expect(Base64URL.decode(canonical) != nil)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `bytes come back, and no other text gives them`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = random.bytes(countMax: 70)
        let text = Base64URL.encode(bytes)
        #expect(Base64URL.decode(text) == bytes)
        for index in text.indices {
            var changed = text
            changed.replaceSubrange(index...index, with: [random.pick(Array("Aa0-_+/=. é"))])
            guard changed != text, let decoded = Base64URL.decode(changed) else { continue }
            #expect(decoded != bytes)
        }
    }
}
