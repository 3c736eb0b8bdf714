import IssuerKit
import Storage
import Testing
import Tokens

@Suite("Key rings in one database")
struct KeyRingNameTests {
    @Test func `each ring has keys of its own, and rotates them by itself`() async throws {
        let issuer = try await ScratchIssuer()
        let (tokens, events) = (try await issuer.ring(), try await issuer.ring(name: .events))
        try await events.rotate()
        #expect(tokens.states() == [.active])
        #expect(events.states() == [.active, .announced])
        #expect(Set(tokens.published.keys.map(\.keyID)).isDisjoint(with: events.published.keys.map(\.keyID)))
        try await issuer.reopen()
        #expect(try await issuer.ring().signingKey(.es256).keyID == (try tokens.signingKey(.es256).keyID))
        #expect(try await issuer.ring(name: .events).states() == [.active, .announced])
    }

    @Test(arguments: [(KeyRing.Name.events, KeyRing.Name.tokens), (.tokens, .events)])
    func `a key that somebody moves to another ring does not open there`(from: KeyRing.Name, to: KeyRing.Name)
        async throws
    {
        let issuer = try await ScratchIssuer()
        _ = try await issuer.ring(name: from)
        try await issuer.database.transaction { try $0.run("UPDATE signing_keys SET ring = $1", [to.rawValue]) }
        await #expect(throws: KeyEncryptionFault.self) { try await issuer.ring(name: to) }
        try await issuer.database.transaction { try $0.run("UPDATE signing_keys SET ring = $1", [from.rawValue]) }
        #expect(try await issuer.ring(name: from).states() == [.active])
    }

    @Test func `a database of before there were rings goes on with its keys as those of tokens`() async throws {
        let issuer = try await ScratchIssuer(migrations: Array(KeyRing.migrations.prefix(1)))
        let keyID = try await issuer.writeKeyOfFirstRelease()
        try await issuer.reopen()
        #expect(try await issuer.ring().signingKey(.es256).keyID == keyID)
        #expect(try await issuer.ring(name: .events).signingKey(.es256).keyID != keyID)
    }
}

extension ScratchIssuer {
    /// Gives its `kid`.
    fileprivate func writeKeyOfFirstRelease() async throws -> String {
        let key = try SigningKey.generate(.es256)
        let label = "signing-key/\(key.keyID)"
        let sealed = try KeyEncryption(keyFile: keyFile).seal(try key.exposePrivateKeyDER(), label: label)
        try await database.transaction { connection in
            try connection.run(
                "INSERT INTO signing_keys VALUES ($1, 'ES256', $2, $3, $3)",
                [key.keyID, sealed, Self.begin.secondsSinceEpoch]
            )
        }
        return key.keyID
    }
}
