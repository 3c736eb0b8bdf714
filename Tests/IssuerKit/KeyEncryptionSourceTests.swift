import Foundation
import IssuerKit
import ServiceKit
import TestKit
import Testing
import Tokens

@Suite("Where the key-encryption key is")
struct KeyEncryptionSourceTests {
    static let uri = "pkcs11:token=gatehouse;object=kek?module-path=/m.so&pin-source=file:/run/secrets/pin"

    private func read(_ values: [String: String], mount: SecretMount) throws -> KeyEncryptionSource {
        let keys = values.map { ("keys.encryptionKey\($0.key)", $0.value) }
        return try KeyEncryptionSource(
            reading: SettingsReader(values: Dictionary(uniqueKeysWithValues: keys)),
            mount: mount
        )
    }

    @Test func `each of the three settings says it alone`() async throws {
        try await withTemporaryFolder { folder in
            let mount = SecretMount(credentialsDirectory: folder)
            let path = try ScratchIssuer.writeKey(Credential.random().exposed, in: URL(filePath: folder))
            let name = URL(filePath: path).lastPathComponent
            #expect(try read(["File": path], mount: mount) == .file(SecretFile(path: path, mount: mount)))
            #expect(try read(["Mount": name], mount: mount) == .file(SecretFile(path: path, mount: mount)))
            #expect(try read(["URI": Self.uri], mount: mount) == .token(try PKCS11URI(Self.uri)))
        }
    }

    @Test(arguments: [
        ([:], "File"), (["File": "/etc/hostname", "Mount": "kek"], "Mount"), (["Mount": "kek", "URI": uri], "URI"),
        (["File": "/etc/hostname", "URI": uri], "URI"), (["File": "/nowhere/kek"], "File"), (["Mount": "kek"], "Mount"),
        (["Mount": "../kek"], "Mount"), (["Mount": ".."], "Mount"), (["Mount": "a/b"], "Mount"),
        (["URI": "/etc/kek"], "URI"),
    ])
    func `none, two or one of the wrong form stop the start`(values: [String: String], named key: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try read(values, mount: SecretMount(credentialsDirectory: "/nowhere"))
        }
        #expect(error?.key == "keys.encryptionKey\(key)")
        #expect(error?.fix.isEmpty == false)
    }

    @Test func `a PIN in the URI is refused and not repeated`() throws {
        let error = #expect(throws: SettingsError.self) {
            try read(["URI": Self.uri + "&pin-value=4711"], mount: .ofThisProcess)
        }
        #expect(error?.fix.contains("pin-source=file:") == true)
        #expect(error?.description.contains("4711") == false)
    }

    @Test func `secrets are mounted where systemd says, else where Docker puts them`() {
        for (directory, path) in [
            ("/run/credentials/x.service", "/run/credentials/x.service/kek"), (nil, "/run/secrets/kek"),
        ] {
            let error = #expect(throws: SettingsError.self) {
                try read(["Mount": "kek"], mount: SecretMount(credentialsDirectory: directory))
            }
            #expect(error?.problem == "\(path) cannot be read")
        }
    }

    @Test(arguments: [0o400, 0o440, 0o444, 0o644])
    func `a mounted secret may be read by others, a file elsewhere by nobody else`(mode: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = try ScratchIssuer.writeKey(Credential.random().exposed, in: URL(filePath: folder), mode: mode)
            _ = try KeyEncryption(.file(SecretFile(path: path, mount: SecretMount(credentialsDirectory: folder))))
            guard mode & 0o077 != 0 else { return }
            // Empty: what a service may have been told that was told nothing.
            for mount in ["/run/secrets", folder + "/deeper", "", "/"] {
                let elsewhere = SecretFile(path: path, mount: SecretMount(credentialsDirectory: mount))
                #expect(throws: KeyEncryptionFault.readableByOthers(file: path)) { try KeyEncryption(.file(elsewhere)) }
            }
        }
    }

    @Test(arguments: [0o420, 0o602, 0o666])
    func `a mounted secret that others can replace is refused`(mode: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = try ScratchIssuer.writeKey(Credential.random().exposed, in: URL(filePath: folder), mode: mode)
            let file = SecretFile(path: path, mount: SecretMount(credentialsDirectory: folder))
            #expect(throws: KeyEncryptionFault.writableByOthers(file: path)) { try KeyEncryption(.file(file)) }
        }
    }

    @Test func `what is too long, or no file, is not read`() async throws {
        try await withTemporaryFolder { folder in
            let padded = Credential.random().exposed + String(repeating: " ", count: 1_024 - 43)
            _ = try KeyEncryption(keyFile: ScratchIssuer.writeKey(padded, in: URL(filePath: folder)))
            let path = try ScratchIssuer.writeKey(padded + " ", in: URL(filePath: folder))
            #expect(throws: KeyEncryptionFault.unreadable(file: path)) { try KeyEncryption(keyFile: path) }
            #expect(throws: KeyEncryptionFault.unreadable(file: "/dev/zero")) {
                try KeyEncryption(keyFile: "/dev/zero")
            }
        }
    }
}
