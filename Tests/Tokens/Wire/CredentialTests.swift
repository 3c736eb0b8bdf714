import Testing
import Tokens

@Suite("Credentials cannot be printed")
struct CredentialTests {
    struct LoginFailed: Error { let password: Credential }

    @Test(arguments: ["correct horse battery staple", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"])
    func `whichever way it is printed, it is redacted`(secret: String) {
        let credential = Credential(secret)
        var dumped = ""
        dump(credential, to: &dumped)
        dump(LoginFailed(password: credential), to: &dumped)
        var printed = ""
        print(credential, [credential], ["password": credential], Optional(credential) as Any, to: &printed)
        debugPrint(credential, (1, credential), LoginFailed(password: credential), to: &printed)
        let mirrored = Mirror(reflecting: credential).children.map { "\($0.value)" }.joined()
        let texts = [
            dumped, printed, mirrored, "\(credential)", String(reflecting: credential), String(describing: credential),
            "\(LoginFailed(password: credential))", String(reflecting: LoginFailed(password: credential)),
            (LoginFailed(password: credential) as any Error).localizedText,
        ]
        for text in texts { #expect(!text.contains(secret.prefix(8)) && !text.contains(secret.suffix(8))) }
        #expect("\(credential)" == "[redacted \(credential.fingerprint)]")
        #expect(credential.exposed == secret)
    }

    @Test func `a long one leaves a fingerprint, a short one nothing to test guesses against`() {
        let token = Credential(String(repeating: "a", count: 32))
        #expect(token.fingerprint == "3ba3f5f4")
        #expect(Credential(String(repeating: "a", count: 31)).fingerprint == "--------")
        #expect(Credential("hunter2").fingerprint == Credential("").fingerprint)
    }

    @Test func `it matches itself alone`() {
        let credential = Credential("abc")
        #expect(credential.matches(Credential("abc")))
        for other in ["", "ab", "abcd", "abd", "ABC", "abc\0"] { #expect(!credential.matches(Credential(other))) }
        // Swift calls these equal; a secret is its bytes.
        #expect(!Credential("\u{212A}").matches(Credential("K")))
        #expect(Credential("abc").digest.prefix(4) == [0xBA, 0x78, 0x16, 0xBF])
    }

    @Test func `a random one is 256 bits, and never the same`() {
        let credentials = (0..<100).map { _ in Credential.random() }
        #expect(Set(credentials).count == 100)
        #expect(credentials.allSatisfy { Base64URL.decode($0.exposed)?.count == 32 })
        #expect(Base64URL.decode(Credential.random(byteCount: 16).exposed)?.count == 16)
    }
}

extension Error {
    /// What a logger makes of an error that it knows nothing about.
    fileprivate var localizedText: String { "\(self)" }
}
