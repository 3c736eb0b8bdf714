import Foundation
import TestKit
import Testing
import Tokens

@testable import Audit

@Suite("The audit log") struct AuditLogTests {
    @Test func `what is recorded is read again, in order, and found whole`() async throws {
        try await TestLog.run { test in
            let records = [test.record("alice"), .full { $0.service = TestLog.service }, test.record("bob", .access)]
            try await test.write { log in
                for record in records.dropLast() { try await log.recordDurably(record) }
                try log.record(records[2])
            }
            var entries: [AuditEntry] = []
            try AuditReader(folder: test.settings.folder, service: TestLog.service).forEach { entry in
                entries.append(entry)
                return true
            }
            #expect(entries.map(\.record) == records)
            #expect(entries.map(\.sequence) == [1, 2, 3])
            let report = try await test.verify()
            #expect(report.finding == nil)
            #expect(report.sequences == 1...3)
            #expect(report.uncoveredCount == 0)
            #expect(report.lastHead?.isClosed == true)
        }
    }

    @Test func `files and folders are their owner's alone`() async throws {
        try await TestLog.run { test in
            try await test.write(count: 1)
            let paths = try test.files + [test.headsPath, test.settings.folder, test.settings.headsFolder]
            for path in paths {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode.map { $0 & 0o077 } == 0, "\(path)")
            }
        }
    }

    @Test func `the chain goes on at the next start`() async throws {
        try await TestLog.run { test in
            try await test.write(count: 2)
            try await test.write { log in
                #expect(log.opening.details == ["lastSeq": "2"])
                try await log.recordDurably(test.record("later"))
            }
            #expect(try test.subjects == ["0", "1", "later"])
            #expect(try test.files.count == 1)
            #expect(try await test.verify().finding == nil)
        }
    }

    @Test func `one process at a time writes a log`() async throws {
        try await TestLog.run { test in
            try await test.write { _ in
                await #expect(throws: AuditLogFailure.inUse(path: test.settings.folder)) { try await test.open() }
            }
            await (try test.open()).close()
        }
    }

    @Test func `after the end nothing is taken`() async throws {
        try await TestLog.run { test in
            let log = try await test.open()
            try log.record(test.record("in time"))
            await log.close()
            #expect(throws: DependencyUnavailable.self) { try log.record(test.record("late")) }
            await #expect(throws: DependencyUnavailable.self) { try await log.recordDurably(test.record("late")) }
            #expect(try test.subjects == ["in time"])
        }
    }

    @Test(arguments: ["{\"seq\":3,\"time\":\"20", "x"])
    func `half a line that a kill has left is cut, and told`(half: String) async throws {
        try await TestLog.run { test in
            try await test.write(count: 2)
            try test.tamper { $0.append(half) }
            #expect(try await test.verify().halfLineBytes == Int64(half.utf8.count))
            try await test.write { log in
                #expect(log.opening.cutBytes == Int64(half.utf8.count))
                #expect(log.opening.details == ["lastSeq": "2", "cutBytes": "\(half.utf8.count)"])
                try await log.recordDurably(test.record("later"))
            }
            #expect(try test.subjects == ["0", "1", "later"])
            #expect(try await test.verify().finding == nil)
        }
    }

    @Test(
        arguments: [AuditBounds.lineBytesMax, AuditBounds.lineBytesMax + 1, 3 * AuditBounds.lineBytesMax],
        [true, false]
    )
    func `what is longer than half a line is no half line: it is found, and left as it is`(
        length: Int,
        isWholeFile: Bool
    ) async throws {
        try await TestLog.run { test in
            try await test.write(count: 2)
            let path = try #require(try test.files.last)
            try test.tamper { $0 = (isWholeFile ? [] : $0) + [String(repeating: "x", count: length)] }
            if length <= AuditBounds.lineBytesMax { return await (try test.open()).close() }
            await #expect(throws: AuditLogFailure.unreadable(path: path)) { try await test.open() }
            #expect(try test.lines(path).last?.utf8.count == length + 1)
            let finding = try #require(try await test.verify().finding)
            #expect(finding.kind == .edited && finding.line == (isWholeFile ? 1 : 3))
        }
    }

    @Test func `a file in which a kill left no whole record begins anew`() async throws {
        try await TestLog.run(fileBytesMax: 1) { test in
            try await test.write(count: 2)
            try test.tamper { $0 = ["{\"seq\":2"] }
            try await test.write { log in
                #expect(log.opening.sequence == 1)
                try await log.recordDurably(test.record("later"))
            }
            #expect(try test.subjects == ["0", "later"])
        }
    }

    @Test func `a log whose end is no record is left as it is`() async throws {
        try await TestLog.run { test in
            try await test.write(count: 2)
            try test.tamper { $0.append("no record\n") }
            let path = try #require(try test.files.last)
            await #expect(throws: AuditLogFailure.unreadable(path: path)) { try await test.open() }
            #expect(try test.lines(path).last == "no record\n")
            try test.tamper { $0.removeLast() }
            await (try test.open()).close()
        }
    }

    @Test func `a start finds out that the end was cut off meanwhile`() async throws {
        try await TestLog.run { test in
            try await test.write(count: 3)
            try test.tamper { $0.removeLast(2) }
            let log = try await test.open()
            await log.close()
            #expect(log.opening.missingUntil == 3)
            #expect(log.opening.details["missingUntil"] == "3")
        }
    }

    @Test func `heads come every few seconds while records come`() async throws {
        try await TestLog.run { test in
            try await test.write { log in
                for round in 0..<4 {
                    if round > 0 { test.clock.advance(bySeconds: 5) }
                    for index in 0..<5 {
                        try await log.recordDurably(test.record("\(index)"))
                    }
                    while log.state.headSequence <= round * 5 { await Task.yield() }
                }
            }
            // One at the start, one in each five seconds, and one at the end.
            #expect(try test.lines(test.headsPath).count == 6)
            #expect(try await test.verify().finding == nil)
        }
    }

    @Test func `keys that cannot be read are left as they are, and a start names the file`() async throws {
        try await TestLog.run { test in
            try await test.write(count: 1)
            let path = test.settings.headsFolder + "/orders-api.keys.json"
            let keys = try test.lines(path)
            try test.replace(path, ["{\"keys\":[{"])
            await #expect(throws: AuditLogFailure.keysUnreadable(path: path)) { try await test.open() }
            #expect(try test.lines(path) == ["{\"keys\":[{\n"])
            try test.replace(path, keys)
            await (try test.open()).close()
        }
    }

    @Test func `a new key may sign from a start on, and the old heads stay good`() async throws {
        try await TestLog.run { test in
            try await test.write(count: 1)
            let log = try await test.open(key: try SigningKey.generate(.es256))
            try await log.recordDurably(test.record("later"))
            await log.close()
            let report = try await test.verify()
            #expect(report.finding == nil)
            #expect(report.lastHead?.lastSequence == 2)
        }
    }
}
