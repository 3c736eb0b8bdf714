import CPKCS11
import Foundation
import Storage
import TestKit
import Testing
import Tokens

@testable import IssuerKit

/// One at a time: see `SoftToken`.
@Suite("A key-encryption key in a PKCS#11 token (SoftHSM 2)", .serialized)
struct PKCS11KeyTests {
    @Test func `what was sealed in the token opens there, under its own label, and unchanged`() async throws {
        try await SoftToken.with { token in
            try token.makeKey()
            let source = KeyEncryptionSource.token(try token.uri())
            let sealing = try KeyEncryption(source)
            let plain = [UInt8](repeating: 5, count: 2_400)  // An RSA key of 4096 bits.
            var sealed = try sealing.seal(plain, label: "a")
            #expect(sealed.count == plain.count + 28)
            #expect(try sealing.seal(plain, label: "a") != sealed)
            #expect(try sealing.open(sealed, label: "a") == plain)
            #expect(try KeyEncryption(source).open(sealed, label: "a") == plain)
            #expect(throws: KeyEncryptionFault.wrongKey(source: source, label: "b")) {
                try sealing.open(sealed, label: "b")
            }
            sealed[100] ^= 1
            #expect(throws: KeyEncryptionFault.wrongKey(source: source, label: "a")) {
                try sealing.open(sealed, label: "a")
            }
            #expect(try sealing.open(sealing.seal([], label: ""), label: "").isEmpty)
        }
    }

    @Test func `a key ring opens, signs, rotates and restarts with its key-encryption key in the token`() async throws {
        let issuer = try await ScratchIssuer()
        try await SoftToken.with { token in
            try token.makeKey()
            let sealing = try KeyEncryption(.token(try token.uri()))
            let first = try await issuer.ring([.es256, .rs256], sealing: sealing).signingKey(.es256)
            try await issuer.reopen()
            let ring = try await issuer.ring([.es256, .rs256], sealing: KeyEncryption(.token(try token.uri())))
            let key = try ring.signingKey(.es256)
            #expect(key.keyID == first.keyID)
            _ = try await TestIssuer(key: first).validator().verify(TestIssuer(key: key).mint(), from: .unproven)
            let successor = try #require(try await ring.rotate(.es256).first?.announced.keyID)
            issuer.clock.advance(bySeconds: 250)
            #expect(try ring.signingKey(.es256).keyID == successor)
        }
    }

    @Test func `another key of the same token is told apart from a token that is away`() async throws {
        let issuer = try await ScratchIssuer()
        try await SoftToken.with { token in
            try token.makeKey(object: "kek")
            try token.makeKey(object: "other")
            let sealing = try KeyEncryption(.token(try token.uri()))
            let keyID = try await issuer.ring(sealing: sealing).signingKey(.es256).keyID
            let other = KeyEncryptionSource.token(try token.uri(object: "other"))
            await #expect(throws: KeyEncryptionFault.wrongKey(source: other, label: "signing-key/\(keyID)")) {
                try await issuer.ring(sealing: KeyEncryption(other))
            }
            let file = KeyEncryptionSource.file(SecretFile(path: issuer.keyFile))
            await #expect(throws: KeyEncryptionFault.wrongKey(source: file, label: "signing-key/\(keyID)")) {
                try await issuer.ring()
            }
            #expect(try await issuer.ring(sealing: sealing).signingKey(.es256).keyID == keyID)
        }
    }

    @Test(
        arguments: [
            (.extractable, 32, [CKA_EXTRACTABLE: true]), (.readable, 32, [CKA_SENSITIVE: false]), (.notAES256, 16, [:]),
            (.needsNoPIN, 32, [CKA_PRIVATE: false]),
            (.useless, 32, [CKA_DECRYPT: false]), (.useless, 32, [CKA_ENCRYPT: false]),
        ] as [(PKCS11KeyFlaw, CK_ULONG, [CK_ATTRIBUTE_TYPE: Bool])]
    )
    func `a key that could be given up, or does not serve, is refused with the reason`(
        flaw: PKCS11KeyFlaw,
        byteCount: CK_ULONG,
        changes: [CK_ATTRIBUTE_TYPE: Bool]
    ) async throws {
        try await SoftToken.with { token in
            try token.makeKey(object: "unfit", byteCount: byteCount, changes)
            let uri = try token.uri(object: "unfit")
            #expect(throws: KeyEncryptionFault.keyUnfit(uri, flaw)) { try KeyEncryption(.token(uri)) }
            try token.makeKey(object: "fit")
            _ = try KeyEncryption(.token(token.uri(object: "fit")))
        }
    }

    @Test func `a key or token that is not there, or there twice, is named`() async throws {
        try await SoftToken.with { token in
            try token.makeKey(object: "twice")
            try token.makeKey(object: "twice")
            let missing = try token.uri(object: "none")
            #expect(throws: KeyEncryptionFault.keyMissing(missing)) { try KeyEncryption(.token(missing)) }
            let ambiguous = try token.uri(object: "twice")
            #expect(throws: KeyEncryptionFault.keyAmbiguous(ambiguous)) { try KeyEncryption(.token(ambiguous)) }
            let elsewhere = try token.uri(token: "gatehouse")
            #expect(throws: KeyEncryptionFault.tokenMissing(elsewhere)) { try KeyEncryption(.token(elsewhere)) }
        }
    }

    @Test func `a wrong PIN is refused without being said, a PIN that others can read is not tried`() async throws {
        try await SoftToken.with { token in
            try token.makeKey()
            let uri = try token.uri()
            try token.write(pin: "wrong-5678")
            let fault = #expect(throws: KeyEncryptionFault.self) { try KeyEncryption(.token(uri)) }
            #expect(fault == .pinWrong(uri))
            #expect(fault?.description.contains("5678") == false)
            try token.write(pin: SoftToken.pin, mode: 0o644)
            #expect(throws: KeyEncryptionFault.readableByOthers(file: token.pinFile)) { try KeyEncryption(.token(uri)) }
            try token.write(pin: SoftToken.pin)
            _ = try KeyEncryption(.token(uri))
        }
    }

    @Test func `a PIN that was wrong once is not tried again before a restart`() async throws {
        try await SoftToken.with { token in
            try token.makeKey()
            let uri = try token.uri()
            let sealing = try KeyEncryption(.token(uri))
            try token.write(pin: "wrong-5678")
            try token.closeAllSessions()
            #expect(throws: KeyEncryptionFault.pinWrong(uri)) { try sealing.seal([1], label: "a") }
            try token.write(pin: SoftToken.pin)
            #expect(throws: KeyEncryptionFault.pinWrong(uri)) { try sealing.seal([1], label: "a") }
            _ = try KeyEncryption(.token(uri)).seal([1], label: "a")
        }
    }

    @Test func `the last try of a PIN is left to a human`() {
        #expect(PKCS11Session.mayTryPIN(CKF_LOGIN_REQUIRED | CKF_USER_PIN_COUNT_LOW))
        #expect(!PKCS11Session.mayTryPIN(CKF_LOGIN_REQUIRED | CKF_USER_PIN_FINAL_TRY))
        #expect(!PKCS11Session.mayTryPIN(CKF_LOGIN_REQUIRED | CKF_USER_PIN_LOCKED))
    }

    @Test func `a module that is not there, or is none, is named with what the loader said`() async throws {
        try await SoftToken.with { token in
            for path in ["/nowhere/module.so", token.pinFile] {
                let fault = #expect(throws: KeyEncryptionFault.self) {
                    try KeyEncryption(.token(token.uri(module: path)))
                }
                #expect(fault?.description.contains("module \(path) cannot be used: \(path)") == true)
            }
        }
    }

    @Test func `a session that died is opened again`() async throws {
        try await SoftToken.with { token in
            try token.makeKey()
            let sealing = try KeyEncryption(.token(try token.uri()))
            let sealed = try sealing.seal([1, 2, 3], label: "a")
            try token.closeAllSessions()
            #expect(try sealing.open(sealed, label: "a") == [1, 2, 3])
            try token.closeAllSessions()
            #expect(try sealing.seal([1, 2, 3], label: "a") != sealed)
        }
    }

    @Test func `a token that was taken out is a fault of its own, and serves again when it is back`() async throws {
        try await SoftToken.with { token in
            try token.makeKey()
            let uri = try token.uri()
            let sealing = try KeyEncryption(.token(uri))
            let sealed = try sealing.seal([1, 2, 3], label: "a")
            try token.whileAway {
                #expect(throws: KeyEncryptionFault.tokenMissing(uri)) { try sealing.open(sealed, label: "a") }
                #expect(throws: KeyEncryptionFault.tokenMissing(uri)) { try sealing.seal([1], label: "a") }
            }
            #expect(try sealing.open(sealed, label: "a") == [1, 2, 3])
        }
    }

    @Test func `a token that is out of order is named with the call that failed`() async throws {
        try await SoftToken.with { token in
            try token.makeKey()
            let uri = try token.uri()
            let sealing = try KeyEncryption(.token(uri))
            let sealed = try sealing.seal([1, 2, 3], label: "a")
            try token.breakDown()
            let error = PKCS11Error(function: "C_Initialize", code: CKR_GENERAL_ERROR)
            #expect(throws: KeyEncryptionFault.tokenFailing(uri, error)) { try sealing.open(sealed, label: "a") }
            #expect("\(error)" == "C_Initialize returned 0x5")
        }
    }

    @Test func `many that seal and open at once take turns`() async throws {
        try await SoftToken.with { token in
            try token.makeKey()
            let sealing = try KeyEncryption(.token(try token.uri()))
            try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for index in 0..<UInt8(100) {
                    group.addTask { try sealing.open(sealing.seal([index], label: "a"), label: "a") }
                }
                let opened = try await group.reduce(into: Set<UInt8>()) { $0.formUnion($1) }
                #expect(opened.count == 100)
            }
        }
    }
}
