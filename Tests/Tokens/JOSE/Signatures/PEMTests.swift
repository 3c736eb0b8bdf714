import Crypto
import CryptoExtras
import TestKit
import Testing

@testable import Tokens

@Suite("Keys as PEM files, RFC 7468 §10 and §13")
struct PEMTests {
    @Test(arguments: Algorithm.all)
    func `a private key that is written is read, and written the same again`(algorithm: Algorithm) throws {
        let key = try SharedKeys.own(algorithm)
        let file = try key.exposePrivateKeyPEM()
        let again = try SigningKey(algorithm: algorithm, privateKeyPEM: file)
        #expect(again.keyID == key.keyID)
        #expect(try again.exposePrivateKeyPEM() == file)
        #expect(file.exposed.hasSuffix("-\n") && "\(file)".contains("redacted"))
    }

    @Test(arguments: Algorithm.all)
    func `a public key that is written is read, and written the same again`(algorithm: Algorithm) throws {
        let key = try SharedKeys.own(algorithm).verificationKey
        let again = try VerificationKey(pem: key.pem, algorithm: algorithm)
        #expect(again.jwk == key.jwk)
        #expect(try again.pem == key.pem)
        #expect(
            try VerificationKey(pem: key.pem, algorithm: algorithm, keyID: "mine").jwk == key.jwk.with("kid", "mine")
        )
    }

    /// Made by OpenSSL 3.0: `openssl genpkey … | openssl pkey -pubout`.
    private static let openSSL: [(Algorithm, [String])] = [
        (
            .es256,
            [
                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEupH0aI6yz0XAnrScpApDu0XPL6IK",
                "PmT8Ii8OpWzzPacyxIB0IN6PoIU+UmkeUfkU0toDCFznDz8/LH8b8k13mw==",
            ]
        ),
        (
            .es384,
            [
                "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAExeJASbpttw01Cjx0CG3qP82zMXmKMf5F",
                "4Z6L/7619aHehxVkPRlF240aqzMfjLShJ8sXKchc7jNscMcwk7iJslm8C9Pc8Aw3",
                "5lYK6EImK6bEXmLz9/ExJ1wPnaG4QQ05",
            ]
        ),
        (.ed25519, ["MCowBQYDK2VwAyEAjESzbCN0qC4h7frNtzavmri9XZdDYlDmE0IF9o1KIjk="]),
        (.rs256, rsa),
        (.ps256, rsa),
    ]
    private static let rsa = [
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA9uzFWA/9GXX118miQLDV",
        "PUrZYtp0o0irntjspnfa/p5Sn8VA/diOtCvlLSOZjxCjNjUg7B/mJSZDIHCVzmak",
        "J1IwB8+s5IpIdq9EICyzpffLE8ePqSv6iKQ0dbt3mWH9t4nM5f2i5IkAHlXKGDTM",
        "10Z7acXOEVSfMc058eSBv+Odu7Or9J9rUoi5DQ7CnK/LqaK/8yPW88Fx9EQcRiQe",
        "dXjUXTXg/y7U/q8zDuioIh7OyRfTrie4mz629zePQtLAS2bsGwEA1mUwFdSNLdPr",
        "VKGsjmxKI0nffJrtZfYTF0SGKwsxDFD1ODrffe0z7AbXxCIrutPz/tZGml5X+D17",
        "3QIDAQAB",
    ]

    @Test(arguments: openSSL)
    func `what OpenSSL wrote is read, and we write it as OpenSSL does`(algorithm: Algorithm, lines: [String]) throws {
        let file = Self.file("PUBLIC KEY", lines)
        #expect(try VerificationKey(pem: file, algorithm: algorithm).pem == file)
    }

    @Test func `what swift-crypto wrote is read, and we write it as swift-crypto does`() throws {
        let rsa = try _RSA.Signing.PrivateKey(derRepresentation: SharedKeys.own(.rs256).exposePrivateKeyDER())
        for (algorithm, file) in [
            (Algorithm.es256, P256.Signing.PrivateKey().pemRepresentation),
            (.es384, P384.Signing.PrivateKey().pemRepresentation),
            (.ed25519, Curve25519.Signing.PrivateKey().pemRepresentation), (.ps256, rsa.pkcs8PEMRepresentation),
            (.rs256, rsa.pkcs8PEMRepresentation),
        ] {
            let key = try SigningKey(algorithm: algorithm, privateKeyPEM: Credential(file))
            let line = file.hasSuffix("\n") ? file : file + "\n"
            #expect(try key.exposePrivateKeyPEM().exposed == line, "\(algorithm.name)")
        }
    }

    /// The documents that Python's cryptography 48 writes for the keys of these RFCs, by their SHA-256.
    @Test(
        arguments: [
            (
                RFC8037.ed25519, "06ceb2d515aec734d9d42561d1f7f467f53926837e85229814fcf218056240ae",
                "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9"
            ),
            (
                RFC9964.mlDSA65, "86b56e03756187800be470c04fd24a07a59604bb09dbd5935e89c1e7a6f98006",
                "74a967da48075517e7e93c468a90724f4e96ce11ff30c3288c4b708583d711e0"
            ),
        ]
    )
    func `the documents that we write ourselves are those of others, RFC 8410, RFC 9881`(
        example: ExampleJWS,
        privateKey: String,
        publicKey: String
    ) throws {
        let key = try SigningKey(privateJWK: example.privateJWK)
        let file = try key.verificationKey.pem.split(separator: "\n").dropFirst().dropLast().joined()
        let url = file.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        #expect(Self.digest(try key.exposePrivateKeyDER()) == privateKey)
        #expect(Self.digest(try #require(Base64URL.decode(url))) == publicKey)
    }

    @Test(arguments: [
        ("a public key", "PUBLIC KEY"), ("SEC 1", "EC PRIVATE KEY"), ("PKCS #1", "RSA PRIVATE KEY"),
        ("an encrypted key", "ENCRYPTED PRIVATE KEY"), ("a certificate", "CERTIFICATE"), ("something else", "SECRET"),
    ])
    func `a file of another kind is refused, and the way out is told`(kind: String, label: String) throws {
        let file = try SharedKeys.own(.es256).exposePrivateKeyPEM().exposed
        let other = file.replacing("PRIVATE KEY-", with: "\(label)-")
        let error = #expect(throws: UnsoundKey.self) {
            try SigningKey(algorithm: .es256, privateKeyPEM: Credential(other))
        }
        #expect(error?.description.contains("openssl pkcs8 -topk8 -nocrypt") == true)
        #expect(error?.description.contains(label) == (label != "SECRET"))
    }

    @Test func `a private key is no public one, and neither is of another algorithm`() throws {
        for algorithm in Algorithm.all {
            let key = try SharedKeys.own(algorithm)
            let file = try key.exposePrivateKeyPEM()
            let error = #expect(throws: UnsoundKey.self) {
                try VerificationKey(pem: file.exposed, algorithm: algorithm)
            }
            #expect(error?.description.contains("openssl pkey -pubout") == true)
            for other in Algorithm.all where other != algorithm {
                if [algorithm, other].allSatisfy({ [.ps256, .rs256].contains($0) }) { continue }
                #expect(throws: (any Error).self) { try SigningKey(algorithm: other, privateKeyPEM: file) }
                #expect(throws: (any Error).self) {
                    try VerificationKey(pem: key.verificationKey.pem, algorithm: other)
                }
            }
        }
    }

    @Test func `what is no such file is refused`() throws {
        let good = try SharedKeys.own(.es256).verificationKey.pem
        #expect(throws: Never.self) { try VerificationKey(pem: good, algorithm: .es256) }
        let lines = good.split(separator: "\n").map(String.init)
        for (name, text) in [
            ("nothing", ""), ("no PEM", "secret"), ("no end", lines.dropLast().joined(separator: "\n")),
            ("no begin", lines.dropFirst().joined(separator: "\n")), ("two keys", good + good),
            ("no content", Self.file("PUBLIC KEY", [])), ("a letter less", good.replacing("MFkw", with: "MFk")),
            ("another letter", good.replacing("MFkw", with: "MFkx")),
            ("no base64", good.replacing("MFkw", with: "MF*w")),
            ("half of it", Self.file("PUBLIC KEY", [lines[1]])),
        ] {
            #expect(throws: (any Error).self, "\(name)") { try VerificationKey(pem: text, algorithm: .es256) }
        }
    }

    /// In parts, so that no line of this file looks like a key.
    private static func file(_ label: String, _ lines: [String]) -> String {
        (["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
