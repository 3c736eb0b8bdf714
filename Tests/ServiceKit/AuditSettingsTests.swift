import Audit
import Foundation
import TestKit
import Testing
import Tokens

@testable import ServiceKit

@Suite("Settings of the audit log") struct AuditSettingsTests {
    private static let good = ["audit.folder": "data/audit/orders-api", "audit.headsFolder": "data/audit-heads"]

    @Test func `what is not said has its default`() throws {
        let settings = try AuditSettings(reading: SettingsReader(values: Self.good))
        #expect(settings.folder == "data/audit/orders-api")
        #expect(settings.headsFolder == "data/audit-heads")
        #expect(settings.headSeconds == 5)
        #expect(settings.retentionDays == 90)
        #expect(settings.fileBytesMax == 67_108_864)
    }

    @Test(
        arguments: [
            ("audit.folder", ""), ("audit.headsFolder", ""), ("audit.headsFolder", "data/audit/orders-api"),
            ("audit.headSeconds", "0"), ("audit.headSeconds", "3601"), ("audit.retentionDays", "0"),
            ("audit.fileBytesMax", "1000"),
        ]
    )
    func `a value that cannot be stops the start and is named`(key: String, value: String) {
        let values = Self.good.merging([key: value]) { $1 }
        let error = #expect(throws: SettingsError.self) { try AuditSettings(reading: SettingsReader(values: values)) }
        #expect(error?.key == key)
        #expect(error?.fix.isEmpty == false)
    }

    @Test func `without a key nothing starts, and the way to make one is said`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/audit.pem"
            let settings = SettingsReader(values: ["audit.signingKeyFile": path])
            func expectRefusal() {
                let error = #expect(throws: SettingsError.self) { try SigningKey(ofAuditLog: settings) }
                #expect(error?.key == "audit.signingKeyFile")
                #expect(error?.fix.contains("openssl genpkey -algorithm EC") == true)
            }
            expectRefusal()
            for text in ["", "no key", try SigningKey.generate(.ed25519).exposePrivateKeyPEM().exposed] {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
                expectRefusal()
            }
            let key = try SigningKey.generate(.es256)
            try key.exposePrivateKeyPEM().exposed.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try SigningKey(ofAuditLog: settings).keyID == key.keyID)
        }
    }
}
