import Foundation
import TestKit
import Testing
import Tokens

@testable import Audit

@Suite("Rotation and retention of audit files") struct RetentionTests {
    private static let day: Int64 = 86_400

    @Test func `a long file is followed by the next one, in one chain`() async throws {
        try await TestLog.run(fileBytesMax: 600) { test in
            try await test.write(count: 10)
            let names = try test.files.map { URL(filePath: $0).lastPathComponent }
            #expect(names.first == "orders-api-000000000001.jsonl")
            #expect(names.count > 2)
            #expect(try test.subjects.count == 10)
            let report = try await test.verify()
            #expect(report.finding == nil)
            #expect(report.fileCount == names.count)
        }
    }

    @Test func `a file of a day is followed by the next one, however short`() async throws {
        try await TestLog.run { test in
            try await test.write { log in
                for _ in 0..<3 {
                    try await log.recordDurably(test.record("alice"))
                    test.clock.advance(bySeconds: Self.day)
                }
            }
            #expect(try test.files.count == 3)
        }
    }

    @Test func `files go when their last record is too old, and the rest is found whole`() async throws {
        try await TestLog.run(retentionDays: 30) { test in
            try await test.write { log in
                for _ in 0..<40 {
                    try await log.recordDurably(test.record("alice"))
                    while log.state.headSequence != log.state.sequence { await Task.yield() }
                    test.clock.advance(bySeconds: Self.day)
                }
                try await log.recordDurably(test.record("bob"))
            }
            #expect(try (29...32).contains(test.files.count))
            let report = try await test.verify()
            #expect(report.finding == nil)
            #expect(report.sequences?.upperBound == 41)
            #expect(report.sequences?.lowerBound == report.lastHead?.firstSequence)
            // Their heads go with them.
            #expect(try (28...32).contains(test.closedHeads.count))
            #expect(try test.closedHeads.allSatisfy { $0.number >= report.lastHead?.firstSequence ?? 0 })
            #expect(try test.lines(test.headsPath).count <= 4)
        }
    }

    @Test func `a service looks at the last head of each closed file, and whoever verifies offline at all of them`()
        async throws
    {
        try await TestLog.run { test in
            try await test.write { log in
                for round in 1...3 {
                    for _ in 0..<2 {
                        try await log.recordDurably(test.record("alice"))
                        while log.state.headSequence != log.state.sequence { await Task.yield() }
                        test.clock.advance(bySeconds: 5)
                    }
                    if round < 3 { test.clock.advance(bySeconds: Self.day) }
                }
            }
            #expect(try test.closedHeads.count == 2)
            #expect(try await test.verify(everyHead: false).finding == nil)
            let path = try #require(try test.closedHeads.first).path
            let lines = try test.lines(path)
            try test.replace(path, ["no head\n"] + lines.dropFirst())
            #expect(try await test.verify(everyHead: false).finding == nil)
            let finding = try #require(try await test.verify().finding)
            #expect(finding.kind == .headNotSigned && finding.file == path && finding.line == 1)
            try test.replace(path, lines.dropLast() + ["no head\n"])
            #expect(try await test.verify(everyHead: false).finding?.kind == .headNotSigned)
        }
    }

    @Test func `a file whose age nobody can tell keeps all that follow, and that is told until it is mended`()
        async throws
    {
        try await TestLog.run(retentionDays: 1) { test in
            try await test.write { log in
                for _ in 0..<3 {
                    try await log.recordDurably(test.record("alice"))
                    while log.state.headSequence != log.state.sequence { await Task.yield() }
                    test.clock.advance(bySeconds: Self.day)
                }
            }
            let path = try #require(try test.files.first)
            let lines = try test.lines(path)
            try test.replace(path, ["no record\n"])
            try await test.write { log in
                test.clock.advance(bySeconds: 3 * Self.day)
                try await log.recordDurably(test.record("bob"))
                while log.state.retentionFailingSince == nil { await Task.yield() }
                #expect(try test.files.contains(path))
                try test.replace(path, lines)
                test.clock.advance(bySeconds: AuditRetention.secondsBetweenLooks)
                try await log.recordDurably(test.record("carol"))
                while log.state.retentionFailingSince != nil { await Task.yield() }
            }
            #expect(try !test.files.contains(path))
            #expect(try await test.verify().finding == nil)
        }
    }

    @Test func `a file that somebody else removes is missed, also after another start`() async throws {
        try await TestLog.run(fileBytesMax: 1) { test in
            try await test.write(count: 3)
            #expect(try await test.verify().finding == nil)
            try FileManager.default.removeItem(atPath: try test.files[0])
            #expect(try await test.verify().finding?.kind == .fileMissing)
            try await test.write(count: 1)
            let finding = try #require(try await test.verify().finding)
            #expect(finding.kind == .fileMissing)
            #expect(finding.sequence == 1)
        }
    }
}
