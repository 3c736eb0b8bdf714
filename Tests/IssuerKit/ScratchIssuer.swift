import Audit
import Foundation
import IssuerKit
import ServiceKit
import Storage
import Synchronization
import Tokens

/// One issuer's database and key-encryption key in a folder of their own, and a clock that stands until it is moved.
final class ScratchIssuer: Sendable {
    static let begin = NumericDate(1_800_000_000)
    static let migrations = KeyRing.migrations + SecurityEvents.migrations

    let clock = MovableClock(base: FixedClock(begin))
    let folder: URL
    let keyFile: String
    private let opened: Mutex<any Database>
    var database: any Database { opened.withLock { $0 } }

    init(migrations: [Migration] = ScratchIssuer.migrations) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "issuer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        keyFile = try Self.writeKey(Credential.random().exposed, in: folder)
        opened = Mutex(try await Self.openDatabase(folder, migrations))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Writes a key file; gives its path.
    static func writeKey(_ text: String, in folder: URL, mode: Int = 0o600) throws -> String {
        let path = folder.appending(path: "\(UUID().uuidString).kek").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    private static func openDatabase(_ folder: URL, _ migrations: [Migration]) async throws -> any Database {
        try await SQLiteDatabase.open(path: folder.appending(path: "issuer.sqlite").path, migrations: migrations)
    }

    /// What a restart does.
    func reopen() async throws {
        await database.close()
        let database = try await Self.openDatabase(folder, Self.migrations)
        opened.withLock { $0 = database }
    }

    /// One more replica of the issuer: connections and memory of its own, the same database and clock.
    var replica: @Sendable () async throws -> KeyRing {
        let (folder, keyFile, clock) = (folder.path, keyFile, clock)
        return { try await Self.replica(folder: folder, keyFile: keyFile, clock: clock) }
    }

    static func replica(folder: String, keyFile: String, clock: any WallClock) async throws -> KeyRing {
        try await KeyRing.open(
            database: try await openDatabase(URL(filePath: folder), migrations),
            sealing: try KeyEncryption(keyFile: keyFile),
            algorithms: [.es256],
            periods: try .short,
            clock: clock,
            journal: KeyJournal(.test())
        )
    }

    func ring(
        _ algorithms: [Algorithm] = [.es256],
        periods: KeyPeriods? = nil,
        sealing: KeyEncryption? = nil,
        name: KeyRing.Name = .tokens,
        audit: any AuditSink = AuditMemory()
    ) async throws -> KeyRing {
        try await KeyRing.open(
            database: database,
            sealing: try sealing ?? KeyEncryption(keyFile: keyFile),
            algorithms: algorithms,
            periods: try periods ?? .short,
            clock: clock,
            journal: KeyJournal(.test(audit)),
            name: name
        )
    }
}

extension KeyPeriods {
    /// Announced for 250 s, active for 2000 s, retired for 740 s.
    static var short: KeyPeriods {
        get throws {
            try KeyPeriods(keySetCacheSeconds: 120, longestTokenLifetimeSeconds: 600, activeSeconds: 2_000)
        }
    }
}

extension KeyEncryption {
    init(keyFile: String) throws { try self.init(.file(SecretFile(path: keyFile))) }
}

extension KeyRing {
    func states(_ algorithm: Algorithm = .es256) -> [KeyState] {
        list().filter { $0.life.algorithm == algorithm }.map(\.state)
    }
}
