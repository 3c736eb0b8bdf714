import Foundation
import TestKit
import Testing
import Tokens

@testable import Audit

@Suite("Tampering with an audit log") struct AuditVerifierTests {
    /// Ten records in one file; heads speak of its beginning, the 1st, 5th, again the 5th, 6th and 10th.
    private func run(_ body: (TestLog) async throws -> Void) async throws {
        try await TestLog.run { test in
            try await test.write(count: 5)
            try await test.write(count: 5)
            #expect(try await test.verify().finding == nil)
            try await body(test)
        }
    }

    private func expect(
        _ kind: AuditFinding.Kind,
        line: Int?,
        sequence: Int64?,
        after change: @escaping (inout [String]) throws -> Void
    ) async throws {
        try await run { test in
            try test.tamper(change)
            let finding = try await test.verify().finding
            #expect(finding?.kind == kind)
            #expect(finding?.line == line)
            #expect(finding?.sequence == sequence)
            #expect(finding?.file == (try test.files.last))
        }
    }

    @Test(arguments: [1, 5, 10])
    func `one byte changed is found, wherever it is`(line: Int) async throws {
        for place in [10, 60, 200] {
            try await expect(.edited, line: line, sequence: Int64(line)) { lines in
                var bytes = Array(lines[line - 1].utf8)
                bytes[place] ^= 1
                lines[line - 1] = String(decoding: bytes, as: UTF8.self)
            }
        }
    }

    @Test func `another number is an edit too`() async throws {
        for number in [2, 9, 77] {
            try await expect(.edited, line: 5, sequence: 5) { lines in
                lines[4] = lines[4].replacing("\"seq\":5,", with: "\"seq\":\(number),")
            }
        }
    }

    @Test func `an inserted record is found, also one with a good hash`() async throws {
        try await expect(.inserted, line: 5, sequence: 5) {
            $0.insert($0[4].replacing("\"subject\":\"4\"", with: "\"subject\":\"x\""), at: 4)
        }
        try await expect(.inserted, line: 6, sequence: 5) { $0.insert($0[4], at: 5) }
        try await expect(.inserted, line: 8, sequence: 2) { $0.insert($0[1], at: 7) }
        try await expect(.inserted, line: 3, sequence: 3) { lines in
            let chain = try #require(AuditLine(Array(lines[1].dropLast().utf8))).chain
            lines.insert(chained(.minimal, to: chain), at: 2)
        }
    }

    @Test(arguments: [1, 5, 9])
    func `a removed record is found`(line: Int) async throws {
        try await expect(.removed, line: line, sequence: Int64(line)) { $0.remove(at: line - 1) }
    }

    @Test func `two records in each other's place are found`() async throws {
        try await expect(.reordered, line: 3, sequence: 3) { $0.swapAt(2, 3) }
        try await expect(.reordered, line: 3, sequence: 3) { $0.swapAt(2, 8) }
    }

    @Test(arguments: [1, 2, 5, 9])
    func `a tail that was cut off is found, at a head and between two`(count: Int) async throws {
        try await expect(.tailCutOff, line: 10 - count, sequence: Int64(11 - count)) { $0.removeLast(count) }
    }

    @Test func `a line cut within is half a line, and the tail is missing`() async throws {
        try await expect(.tailCutOff, line: 10, sequence: 10) { $0[9] = String($0[9].dropLast(3)) }
    }

    @Test func `a removed file is found, the last one and one between`() async throws {
        for (index, kind, sequence) in [
            (2, AuditFinding.Kind.tailCutOff, 3), (1, .fileMissing, 2), (0, .fileMissing, 1),
        ] {
            try await TestLog.run(fileBytesMax: 1) { test in
                try await test.write(count: 3)
                #expect(try await test.verify().finding == nil)
                try FileManager.default.removeItem(atPath: try test.files[index])
                let finding = try await test.verify().finding
                #expect(finding?.kind == kind)
                #expect(finding?.sequence == Int64(sequence))
            }
        }
    }

    @Test func `all files removed are found by the heads alone`() async throws {
        try await run { test in
            try FileManager.default.removeItem(atPath: try test.files[0])
            #expect(try await test.verify().finding?.kind == .tailCutOff)
        }
    }

    @Test func `a chain that was written anew is whole, and not the one that was signed`() async throws {
        try await expect(.rewritten, line: 5, sequence: 5) { lines in
            var chain = AuditChain.beginning
            lines = try lines.enumerated().map { index, line in
                let old = try #require(AuditLine(Array(line.dropLast().utf8)))
                var record = try AuditRecord(reading: old.document)
                if index == 3 { record.subject = "mallory" }
                let new = chained(record, to: chain)
                chain = try #require(AuditLine(Array(new.dropLast().utf8))).chain
                return new
            }
        }
    }

    @Test func `a head of another key is none`() async throws {
        try await run { test in
            let folder = test.settings.headsFolder
            try FileManager.default.createDirectory(atPath: test.folder + "/forged", withIntermediateDirectories: true)
            let forger = try await AuditHeads(
                AuditSettings(folder: "", headsFolder: test.folder + "/forged"),
                service: TestLog.service,
                key: try SigningKey.generate(.es256),
                disk: SystemDisk()
            )
            try forger.sign(AuditPlace(chain: .beginning, fileSequence: 1), now: test.clock.now())
            forger.close()
            let forged = try test.lines(test.folder + "/forged/orders-api.heads")
            let heads = try test.lines(test.headsPath)
            try test.replace(test.headsPath, heads + forged)
            let finding = try await test.verify().finding
            #expect(
                finding
                    == AuditFinding(
                        kind: .headNotSigned,
                        file: folder + "/orders-api.heads",
                        line: heads.count + 1,
                        sequence: nil
                    )
            )
            try test.replace(test.headsPath, heads)
            #expect(try await test.verify().finding == nil)
        }
    }

    @Test func `a log written anew and signed with another key is found by keys kept elsewhere, and by nothing here`()
        async throws
    {
        try await run { test in
            let kept = test.folder + "/kept"
            try FileManager.default.copyItem(atPath: test.settings.headsFolder, toPath: kept)
            let report = try await test.verify(keysFolder: kept)
            #expect(report.finding == nil && report.lastKey == KeyThumbprint(of: test.key.verificationKey))

            try FileManager.default.removeItem(atPath: test.settings.folder)
            try FileManager.default.removeItem(atPath: test.settings.headsFolder)
            let forger = try SigningKey.generate(.es256)
            let log = try await test.open(key: forger)
            try await log.recordDurably(test.record("mallory"))
            await log.close()
            #expect(try await test.verify(keysFolder: kept).finding?.kind == .headNotSigned)
            let believed = try await test.verify()
            #expect(believed.finding == nil && believed.lastKey == KeyThumbprint(of: forger.verificationKey))
        }
    }

    @Test func `keys that are named and not there are no keys`() async throws {
        try await run { test in
            let path = test.folder + "/orders-api.keys.json"
            await #expect(throws: AuditLogFailure.keysUnreadable(path: path)) {
                try await test.verify(keysFolder: test.folder)
            }
        }
    }

    @Test func `records without a head are told`() async throws {
        try await run { test in
            try FileManager.default.removeItem(atPath: test.headsPath)
            #expect(try await test.verify().finding?.kind == .headsMissing)
        }
    }

    @Test func `what no head covers is counted`() async throws {
        try await run { test in
            let heads = try test.lines(test.headsPath)
            try test.replace(test.headsPath, Array(heads.prefix(4)))
            let report = try await test.verify()
            #expect(report.finding == nil)
            #expect(report.uncoveredCount == 5)
        }
    }

    @Test func `a log without records is whole when it was signed, and one without anything is missed`() async throws {
        try await TestLog.run { test in
            #expect(try await test.verify().finding?.kind == .headsMissing)
            try await test.write(count: 0)
            #expect(try await test.verify().finding == nil)
        }
    }

    /// A line that follows `chain`, as anybody can compute it.
    private func chained(_ record: AuditRecord, to chain: AuditChain) -> String {
        var writer = MemberWriter()
        _ = chain.adding(record, beginsFile: chain.sequence == 0, to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
