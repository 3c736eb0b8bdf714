import Foundation
import Logging
import TestKit
import Tokens

@testable import Audit

/// A service's log in a folder of its own, and everything that is done with it.
struct TestLog: Sendable {
    static let service = "orders-api"

    let folder: String
    let key: SigningKey
    let clock = MovableClock(base: FixedClock(NumericDate(1_795_299_643)))
    let disk = TestDisk()
    var settings: AuditSettings

    static func run(
        fileBytesMax: Int64 = 67_108_864,
        retentionDays: Int64 = 90,
        _ body: (TestLog) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try await body(TestLog(folder, fileBytesMax: fileBytesMax, retentionDays: retentionDays))
        }
    }

    private init(_ folder: String, fileBytesMax: Int64, retentionDays: Int64) throws {
        self.folder = folder
        key = try SharedKeys.own(.es256)
        settings = AuditSettings(
            folder: folder + "/audit",
            headsFolder: folder + "/heads",
            retentionDays: retentionDays,
            fileBytesMax: fileBytesMax
        )
    }

    func open(
        key other: SigningKey? = nil,
        waitingMax: Int = AuditTiming.waitingMax,
        waitMax: Duration = AuditTiming.waitMax
    ) async throws(AuditLogFailure) -> AuditLog {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try await AuditLog.open(
            settings,
            service: Self.service,
            key: other ?? key,
            clock: clock,
            logger: logger,
            disk: disk,
            waitingMax: waitingMax,
            waitMax: waitMax
        )
    }

    /// Opens the log, lets `body` write, and closes it.
    func write(_ body: (AuditLog) async throws -> Void) async throws {
        let log = try await open()
        do { try await body(log) } catch {
            await log.close()
            throw error
        }
        await log.close()
    }

    /// Writes so many records, each before the next.
    func write(count: Int) async throws {
        try await write { log in
            for index in 0..<count { try await log.recordDurably(record("\(index)")) }
        }
    }

    func record(_ subject: String, _ event: AuditEvent = .tokenIssue) -> AuditRecord {
        var record = AuditRecord(event, service: Self.service, trace: TraceContext(), time: clock.nowMilliseconds())
        record.subject = subject
        return record
    }

    func verify(keysFolder: String? = nil, everyHead: Bool = true) async throws -> AuditReport {
        try await AuditVerifier(
            folder: settings.folder,
            headsFolder: settings.headsFolder,
            keysFolder: keysFolder,
            everyHead: everyHead
        ).verify(service: Self.service)
    }

    var subjects: [String?] {
        get throws {
            var subjects: [String?] = []
            try AuditReader(folder: settings.folder).forEach { entry in
                subjects.append(entry.record.subject)
                return true
            }
            return subjects
        }
    }

    /// The paths of its files, the oldest first.
    var files: [String] {
        get throws { try AuditFolder(settings.folder).files(of: Self.service).map(\.path) }
    }

    /// Of those heads that speak of files before the last one.
    var closedHeads: [AuditFile] {
        get throws { try AuditFolder(settings.headsFolder, suffix: "heads").files(of: Self.service) }
    }

    var headsPath: String { settings.headsFolder + "/orders-api.heads" }

    /// The lines of a file, each with its line feed.
    func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { $0 + "\n" }
    }

    func replace(_ path: String, _ lines: [String]) throws {
        try Data(lines.joined().utf8).write(to: URL(filePath: path))
    }

    /// The last file's lines, changed by somebody who may write there.
    func tamper(_ change: (inout [String]) throws -> Void) throws {
        let path = try files.last ?? ""
        var lines = try lines(path)
        try change(&lines)
        try replace(path, lines)
    }
}
