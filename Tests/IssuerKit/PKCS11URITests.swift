import TestKit
import Testing

@testable import IssuerKit

@Suite("pkcs11: URI, RFC 7512")
struct PKCS11URITests {
    static let query = "?module-path=/usr/lib/m.so&pin-source=file:/run/secrets/pin"

    @Test func `it names token, key, module and PIN file, RFC 7512 §2.3, §2.4`() throws {
        let text = "pkcs11:token=The%20Gate%3Bhouse;object=k%c3%a4k;id=%00%ff;type=secret-key\(Self.query)"
        let uri = try PKCS11URI(text)
        #expect(uri.tokenLabel == "The Gate;house")
        #expect(uri.objectLabel == "käk")
        #expect(uri.objectID == [0, 255])
        #expect(uri.modulePath == "/usr/lib/m.so")
        #expect(uri.pinPath == "/run/secrets/pin")
        #expect(uri.description == text)
    }

    @Test(arguments: ["object=kek", "id=%01", "object=kek;id=%01"])
    func `a key is named by its label, its id, or both`(key: String) throws {
        _ = try PKCS11URI("pkcs11:token=t;\(key)\(Self.query)")
    }

    @Test func `a file: of three slashes is the same path`() throws {
        let uri = try PKCS11URI("pkcs11:token=t;id=%01?module-path=/m&pin-source=file:///p")
        #expect(uri.pinPath == "/p")
    }

    @Test(arguments: [
        "", "pkcs11:", "token=t;object=k\(query)", "pkcs11:object=k\(query)", "pkcs11:token=t\(query)",
        "pkcs11:token=t;object=k", "pkcs11:token=t;object=k?module-path=/m",
        "pkcs11:token=t;object=k?pin-source=file:/p",
        "pkcs11:token=t;object=k;type=private\(query)",
        // Twice, unknown, in the wrong half, without value.
        "pkcs11:token=t;token=t;object=k\(query)", "pkcs11:token=t;object=k;serial=1\(query)",
        "pkcs11:token=t;object=k\(query)&pin-source=file:/p", "pkcs11:token=t;object=k\(query)&slot-id=1",
        "pkcs11:token=t;object=k;module-path=/m?pin-source=file:/p", "pkcs11:token=;object=k\(query)",
        "pkcs11:token;object=k\(query)",
        // Bad encodings: no digits, cut off, no UTF-8, a zero byte.
        "pkcs11:token=%zz;object=k\(query)", "pkcs11:token=t;object=%4", "pkcs11:token=%ff;object=k\(query)",
        "pkcs11:token=t;object=k?module-path=/m%00.so&pin-source=file:/p",
        // Paths that somebody else's folder or variables would complete, commands, other hosts.
        "pkcs11:token=t;object=k?module-path=m.so&pin-source=file:/p",
        "pkcs11:token=t;object=k?module-path=/m&pin-source=file:p",
        "pkcs11:token=t;object=k?module-path=/m&pin-source=/p",
        "pkcs11:token=t;object=k?module-path=/m&pin-source=%7Ccat%20/p",
        "pkcs11:token=t;object=k?module-path=/m&pin-source=file://host/p",
        "pkcs11:token=t;object=k\(query)" + String(repeating: "&", count: 2_048),
    ])
    func `anything else is refused with a form to follow`(text: String) {
        let flaw = #expect(throws: PKCS11URIFlaw.self) { try PKCS11URI(text) }
        #expect(flaw?.fix.hasPrefix("write it like pkcs11:") == true)
    }

    @Test func `no change of it does more than be refused`() {
        var generator = SeededGenerator(seed: 7512)
        let bytes = Array("pkcs11:token=t;object=%6b;id=%00\(Self.query)".utf8)
        for _ in 0..<2_000 {
            var changed = bytes
            for _ in 0..<3 {
                changed[generator.pick(Array(bytes.indices))] = generator.pick(Array("%;&?=/ |\u{0}é1f".utf8))
            }
            let uri = try? PKCS11URI(String(decoding: changed, as: UTF8.self))
            #expect(uri == nil || uri?.modulePath.hasPrefix("/") == true && uri?.pinPath.hasPrefix("/") == true)
        }
    }

    @Test(arguments: ["1234", "%zz", ""])
    func `a PIN in the URI is refused, whatever else is wrong with it, RFC 7512 §2.4`(pin: String) {
        let flaw = #expect(throws: PKCS11URIFlaw.self) {
            try PKCS11URI("pkcs11:token=t;object=k\(Self.query)&pin-value=\(pin)")
        }
        #expect(flaw?.problem == "it holds a PIN")
    }
}
