import Foundation
import TestKit
import Testing
import Tokens

@testable import Audit

@Suite("What somebody does to an audit log while its service is stopped") struct StoppedLogTests {
    /// As `ServiceProcess` does it: the first record says how the log was found.
    private func start(_ test: TestLog, count: Int = 2) async throws {
        try await test.write { log in
            var record = test.record("start", .serviceStart)
            record.details = log.opening.details
            try await log.recordDurably(record)
            for index in 1..<count { try await log.recordDurably(test.record("\(index)")) }
        }
    }

    /// A line that follows the last one, as anybody can compute it.
    private func forge(_ test: TestLog) throws {
        try test.tamper { lines in
            let last = try #require(AuditLine(Array((lines.last ?? "").dropLast().utf8)))
            var writer = MemberWriter()
            _ = last.chain.adding(test.record("mallory"), beginsFile: false, to: &writer)
            lines.append(String(decoding: writer.bytes, as: UTF8.self))
        }
    }

    @Test(arguments: [false, true])
    func `records that are appended after a stop stay found, whatever the next start signs`(
        isStarted: Bool
    ) async throws {
        try await TestLog.run { test in
            try await start(test)
            try await start(test)
            #expect(try await test.verify().finding == nil)
            try forge(test)
            if isStarted {
                let log = try await test.open()
                #expect(log.opening.unsignedFrom == 5)
                #expect(log.opening.details["unsignedFrom"] == "5" && !log.opening.isAsSigned)
                await log.close()
                try await start(test)
            }
            let finding = try #require(try await test.verify().finding)
            #expect(finding.kind == .appended && finding.line == 5 && finding.sequence == 5)
        }
    }

    @Test func `the last record written anew is told by the start`() async throws {
        try await TestLog.run { test in
            try await start(test)
            try test.tamper { $0.removeLast() }
            try forge(test)
            let log = try await test.open()
            await log.close()
            #expect(log.opening.unsignedFrom == 2)
            #expect(try await test.verify().finding?.kind == .rewritten)
        }
    }

    @Test func `heads that were taken away stay missed, whatever the next start signs`() async throws {
        try await TestLog.run { test in
            try await start(test)
            try FileManager.default.removeItem(atPath: test.headsPath)
            let log = try await test.open()
            await log.close()
            #expect(log.opening.isHeadMissing)
            // Killed before its first record: the next one says it.
            try await start(test)
            try await start(test)
            let finding = try #require(try await test.verify().finding)
            #expect(finding.kind == .headsMissing && finding.line == 3 && finding.sequence == 3)
        }
    }

    @Test func `a kill after a start is no reason for suspicion`() async throws {
        try await TestLog.run { test in
            try await start(test)
            let heads = try test.lines(test.headsPath)
            try await start(test)
            // Of the second run only the head of its start is left, and its records.
            try test.replace(test.headsPath, heads + [test.lines(test.headsPath)[heads.count]])
            #expect(try await test.verify().finding == nil)
            try await test.write { log in #expect(log.opening.isAsSigned) }
            #expect(try await test.verify().finding == nil)
        }
    }
}
