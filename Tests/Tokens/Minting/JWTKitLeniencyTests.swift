import TestKit
import Testing
import Tokens

/// What jwt-kit 5.7 accepts and we refuse, though the issuer's own key signed it. Should a newer jwt-kit refuse one:
/// strike its row.
@Suite("Where jwt-kit is more lenient, RFC 8725 §2")
struct JWTKitLeniencyTests {
    private let issuer: TestIssuer

    init() throws { issuer = TestIssuer(key: try SharedKeys.own(.es256)) }

    private func check(_ token: Credential, _ refusal: Refusal?, _ name: String) async throws {
        let oracle = try await JWTKitOracle(verifyingWith: issuer.key.verificationKey)
        await #expect(throws: Never.self, "jwt-kit, \(name)") { try await oracle.verify(token) }
        let outcome = await Result { try await issuer.validator().verify(token) }
        #expect(outcome.refusal == refusal, "\(name)")
    }

    @Test func `both accept what is right`() async throws {
        try await check(issuer.mint(), nil, "as minted")
    }

    @Test(
        arguments: [
            ("alg none", Refusal.algorithmNotAccepted, "alg", "none"), ("no alg", .tokenMalformed, "alg", nil),
            ("another's alg", .algorithmNotAccepted, "alg", "HS256"),
            ("a key id that is not published", .keyUnknown, "kid", "unheard of"),
            ("no key id", .tokenMalformed, "kid", nil),
            ("crit", .headerParameterForbidden, "crit", ["made-up"]), ("b64", .headerParameterForbidden, "b64", false),
            ("a key in the header", .headerParameterForbidden, "jku", "https://evil.example"),
            ("another kind of token", .tokenTypeMismatch, "typ", "logout+jwt"),
        ] as [(String, Refusal, String, JSONValue?)]
    )
    func `a header that says something else`(name: String, refusal: Refusal, member: String, value: JSONValue?)
        async throws
    {
        let header = value.map { issuer.header.with(member, $0) } ?? issuer.header.without(member)
        try await check(issuer.forge(header: header, payload: issuer.payload), refusal, name)
    }

    @Test func `a payload that can be read in two ways`() async throws {
        let header = JSONWriter.text(issuer.header)
        let payload = JSONWriter.text(issuer.payload)
        try await check(
            issuer.forge(header: header, payload: #"{"sub":"admin","# + payload.dropFirst()),
            .duplicateMember,
            "two subjects"
        )
        try await check(
            issuer.forge(header: header, payload: payload.replacing("1800000600", with: "1.8000006e9")),
            .claimMalformed,
            "an exponent"
        )
        let utf16 = payload.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        let input = "\(Base64URL.encode(header.utf8)).\(Base64URL.encode(utf16))"
        try await check(issuer.sign(input), .tokenMalformed, "UTF-16")
    }

    @Test func `a text that is another for the same token`() async throws {
        var good = ""
        while !good.hasSuffix("A") || !good.split(separator: ".")[2].contains("-") { good = try issuer.mint().exposed }
        try await check(Credential(good + "=="), .tokenMalformed, "padding")
        let parts = good.split(separator: ".")
        let plain = parts[2].replacing("-", with: "+").replacing("_", with: "/")
        try await check(Credential("\(parts[0]).\(parts[1]).\(plain)"), .tokenMalformed, "plain base64")
        // The four bits behind the last byte, which nobody reads.
        try await check(Credential(good.dropLast() + "B"), .tokenMalformed, "bits left over")
    }
}
