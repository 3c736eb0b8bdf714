import Crypto
import Foundation
import IssuerKit
import Storage
import Testing
import Tokens

@Suite("Sealing")
struct SealingTests {
    @Test func `what was sealed opens under its own label, also through a symbolic link`() async throws {
        let issuer = try await ScratchIssuer()
        let sealed = try KeyEncryption(keyFile: issuer.keyFile).seal([1, 2, 3], label: "a")
        let link = issuer.folder.appending(path: "link.kek").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: issuer.keyFile)
        #expect(try KeyEncryption(keyFile: link).open(sealed, label: "a") == [1, 2, 3])
    }

    @Test func `a sealed value moved to another place, or changed, does not open`() async throws {
        let issuer = try await ScratchIssuer()
        let sealing = try KeyEncryption(keyFile: issuer.keyFile)
        let source = KeyEncryptionSource.file(SecretFile(path: issuer.keyFile))
        var sealed = try sealing.seal([1, 2, 3], label: "a")
        #expect(throws: KeyEncryptionFault.wrongKey(source: source, label: "b")) {
            try sealing.open(sealed, label: "b")
        }
        sealed[12] ^= 1
        #expect(throws: KeyEncryptionFault.wrongKey(source: source, label: "a")) {
            try sealing.open(sealed, label: "a")
        }
        #expect(throws: KeyEncryptionFault.wrongKey(source: source, label: "a")) {
            try sealing.open([], label: "a")
        }
    }

    @Test(arguments: [0o640, 0o604, 0o666])
    func `a key file that others can read is refused with the fix`(mode: Int) async throws {
        let issuer = try await ScratchIssuer()
        let file = try ScratchIssuer.writeKey(Credential.random().exposed, in: issuer.folder, mode: mode)
        let fault = #expect(throws: KeyEncryptionFault.self) { try KeyEncryption(keyFile: file) }
        #expect(fault == .readableByOthers(file: file))
        #expect(fault?.description.hasSuffix("chmod 600 \(file)") == true)
    }

    @Test(arguments: [0o600, 0o400])
    func `a key file of the owner alone is taken, a line end included`(mode: Int) async throws {
        let issuer = try await ScratchIssuer()
        let text = Credential.random().exposed + "\n"
        let file = try ScratchIssuer.writeKey(text, in: issuer.folder, mode: mode)
        _ = try KeyEncryption(keyFile: file)
    }

    @Test(arguments: ["", "too short", Credential.random(byteCount: 16).exposed])
    func `a file without 32 bytes of base64url is no key`(text: String) async throws {
        let issuer = try await ScratchIssuer()
        let file = try ScratchIssuer.writeKey(text, in: issuer.folder)
        #expect(throws: KeyEncryptionFault.notAKey(file: file)) { try KeyEncryption(keyFile: file) }
    }

    @Test func `a missing key file is named`() {
        #expect(throws: KeyEncryptionFault.unreadable(file: "/nowhere/kek")) {
            try KeyEncryption(keyFile: "/nowhere/kek")
        }
    }

    @Test func `a private key is not readable in the database`() async throws {
        let issuer = try await ScratchIssuer()
        let der = try await issuer.ring().signingKey(.es256).exposePrivateKeyDER()
        let sealed = try await issuer.database.read {
            try $0.query("SELECT sealed_private_key FROM signing_keys").first?.blob("sealed_private_key")
        }
        #expect(try #require(sealed).count == der.count + 28)
        #expect(try !#require(sealed).contains(der.suffix(16)))
    }

    @Test func `a secret is the same at every start and another for every name`() async throws {
        let issuer = try await ScratchIssuer()
        let sealing = try KeyEncryption(keyFile: issuer.keyFile)
        let first = try await SealedSecret.find("refresh-successor", database: issuer.database, sealing: sealing)
        try await issuer.reopen()
        let again = try await SealedSecret.find("refresh-successor", database: issuer.database, sealing: sealing)
        let other = try await SealedSecret.find("other", database: issuer.database, sealing: sealing)
        #expect(first == again)
        #expect(first != other)
        #expect(first.bitCount == 256)
    }

    @Test func `a secret does not open under another key-encryption key`() async throws {
        let issuer = try await ScratchIssuer()
        let sealing = try KeyEncryption(keyFile: issuer.keyFile)
        _ = try await SealedSecret.find("refresh-successor", database: issuer.database, sealing: sealing)
        let file = try ScratchIssuer.writeKey(Credential.random().exposed, in: issuer.folder)
        let source = KeyEncryptionSource.file(SecretFile(path: file))
        let other = try KeyEncryption(source)
        await #expect(throws: KeyEncryptionFault.wrongKey(source: source, label: "secret/refresh-successor")) {
            try await SealedSecret.find("refresh-successor", database: issuer.database, sealing: other)
        }
    }
}
