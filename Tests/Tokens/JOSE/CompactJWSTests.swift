import TestKit
import Testing

@testable import Tokens

@Suite("Compact form, RFC 7515 §7.1")
struct CompactJWSTests {
    @Test(arguments: [
        ("two parts", "e30.e30"), ("four parts", "e30.e30.AA.AA"), ("five parts", "e30.e30.AA.AA.AA"),
        ("one part", "e30"),
        ("nothing", ""), ("dots alone", ".."), ("padding", "e30=.e30.AA"), ("a space before", " e30.e30.AA"),
        ("a line break behind", "e30.e30.AA\n"), ("a payload in plain base64", "e30.e3+/.AA"),
        ("bits left over", "e30.e30.AB"),
        ("a header that is no object", "W10.e30.AA"), ("a header that is empty", ".e30.AA"),
        ("a header without alg", "e30.e30.AA"),
    ])
    func `what has not this form is malformed`(form: String, text: String) {
        #expect(throws: Refusal.tokenMalformed) { try UnverifiedJWS(Array(text.utf8)) }
    }

    @Test func `three parts are taken apart as received`() throws {
        let header = Base64URL.encode(#" {"kid":"1", "alg":"ES256" } "#.utf8)
        let jws = try UnverifiedJWS(Array("\(header).e30.AAE".utf8))
        #expect(Array(jws.signingInput) == Array("\(header).e30".utf8))
        #expect(jws.payload == Array("{}".utf8))
        #expect(jws.signature == [0, 1])
        #expect(jws.header == (try JOSEHeader(Array(#"{"alg":"ES256","kid":"1"}"#.utf8))))
    }

    @Test func `length ends at its bound`() throws {
        let header = Base64URL.encode(#"{"alg":"ES256","kid":"1"}"#.utf8)
        func token(bytes: Int) -> [UInt8] {
            let rest = bytes - header.utf8.count - 2
            return Array("\(header).\(String(repeating: "A", count: rest)).".utf8)
        }
        let length = Bounds.tokenBytesMax - (Bounds.tokenBytesMax - header.utf8.count - 2) % 4
        #expect(throws: Never.self) { try UnverifiedJWS(token(bytes: length)) }
        #expect(throws: Refusal.tokenTooLarge) { try UnverifiedJWS(token(bytes: length + 4)) }
        func headed(_ spaces: Int) -> [UInt8] {
            let text = #"{"alg":"ES256","kid":"1"}"# + String(repeating: " ", count: spaces)
            return Array("\(Base64URL.encode(text.utf8)).e30.".utf8)
        }
        #expect(throws: Never.self) { try UnverifiedJWS(headed(700)) }
        #expect(throws: Refusal.tokenMalformed) { try UnverifiedJWS(headed(800)) }
    }

    @Test(arguments: [
        ("at+jwt", "at+jwt"), ("AT+JWT", "at+jwt"), ("application/at+jwt", "at+jwt"), ("Application/AT+jwt", "at+jwt"),
        ("JWT", "jwt"), ("application/application/jwt", "application/jwt"), ("", ""),
    ])
    func `typ is a media type: its case and its prefix do not count`(written: String, read: String) throws {
        let header: JSONObject = ["alg": "ES256", "kid": "1", "typ": .string(written)]
        #expect(try JOSEHeader(JSONWriter.bytes(header)).type == read)
    }

    @Test func `a key in the header is read where the kind of token has one, and forbidden where not`() throws {
        let own: JSONObject = ["alg": "ES256", "typ": "dpop+jwt", "jwk": ["kty": "EC"]]
        let header = try JOSEHeader(JSONWriter.bytes(own), embedsKey: true)
        #expect(header.embeddedKey == ["kty": "EC"] && header.keyID == "" && header.type == "dpop+jwt")
        #expect(throws: Refusal.headerParameterForbidden) { try JOSEHeader(JSONWriter.bytes(own)) }
        let named: JSONObject = ["alg": "ES256", "typ": "at+jwt", "kid": "1"]
        #expect(try JOSEHeader(JSONWriter.bytes(named)).embeddedKey == nil)
        #expect(throws: Refusal.tokenMalformed) { try JOSEHeader(JSONWriter.bytes(named), embedsKey: true) }
        for wrong in [.null, "x", [], 1] as [JSONValue] {
            let bytes = JSONWriter.bytes(own.with("jwk", wrong))
            #expect(throws: Refusal.tokenMalformed) { try JOSEHeader(bytes, embedsKey: true) }
        }
    }
}
