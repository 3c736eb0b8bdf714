import Dispatch
import TestKit
import Testing
import Tokens

@testable import Audit

@Suite("An audit log whose disk takes nothing") struct UnwritableDiskTests {
    /// A spent refresh token came back, and took a session with it.
    private func reuse(_ test: TestLog) -> AuditRecord {
        var record = test.record("refused", .tokenRefresh)
        (record.outcome, record.reason, record.status) = (.denied, .refusal(.refreshTokenReused), 400)
        record.revoked = [.session("session-1")]
        return record
    }

    @Test(arguments: [[.full], [.flushFails], [.halfWritten], [.halfWritten, .uncuttable]] as [Set<TestDisk.Fault>])
    func `who waits is told, nothing is issued, and it heals by itself`(faults: Set<TestDisk.Fault>) async throws {
        try await TestLog.run { test in
            try await test.write { log in
                try await log.recordDurably(test.record("before"))
                try log.requireWritable()
                test.disk.fail(faults)
                let reuse = reuse(test)
                await #expect(throws: DependencyUnavailable.self) { try await log.recordDurably(reuse) }
                #expect(throws: DependencyUnavailable.self) { try log.requireWritable() }
                #expect(log.state.unwritableSince == test.clock.now())
                try log.record(test.record("trailing", .access))
                test.disk.heal()
                while log.state.unwritableSince != nil { await Task.yield() }
                try log.requireWritable()
                try await log.recordDurably(test.record("after"))
            }
            var outcomes: [String?: AuditOutcome] = [:]
            var answers: [String?: String] = [:]
            try AuditReader(folder: test.settings.folder).forEach { entry in
                outcomes[entry.record.subject] = entry.record.outcome
                answers[entry.record.subject] = entry.record.details["answered"]
                return true
            }
            // It was decided, and what it did is done; its caller has read something else, which is told to whoever reads the log.
            #expect(outcomes == ["before": .allowed, "refused": .denied, "trailing": .allowed, "after": .allowed])
            #expect(answers == ["refused": "503"])
            #expect(try test.subjects == ["before", "refused", "trailing", "after"])
            #expect(try await test.verify().finding == nil)
        }
    }

    @Test func `records that trail wait up to a bound, and then it says so`() async throws {
        try await TestLog.run { test in
            let log = try await test.open(waitingMax: 10)
            test.disk.fail([.full])
            await #expect(throws: DependencyUnavailable.self) { try await log.recordDurably(test.record("refused")) }
            var takenCount = 0
            #expect(throws: DependencyUnavailable.self) {
                while takenCount < 100 {
                    try log.record(test.record("\(takenCount)", .access))
                    takenCount += 1
                }
            }
            #expect((9...11).contains(takenCount))
            test.disk.heal()
            await log.close()
            #expect(try test.subjects == ["refused"] + (0..<takenCount).map { "\($0)" })
        }
    }

    @Test(arguments: [100, 10_000])
    func `what waits has a bound in bytes, however long strangers' texts are`(length: Int) throws {
        let queue = AuditQueue(waitingMax: 1_000, bytesMax: 100_000)
        var record = AuditRecord(.access, .denied, service: TestLog.service, trace: TraceContext())
        record.asked.scope = [String(repeating: "x", count: length)]
        var takenCount = 0
        #expect(throws: DependencyUnavailable.self) {
            while takenCount < 1_000 {
                try queue.append(record)
                takenCount += 1
            }
        }
        #expect(takenCount == 100_000 / (AuditTiming.recordBytesUsual + length))
        // What was taken out makes room again.
        guard case .write(let group) = queue.next(gathering: .seconds(0), idle: .seconds(0)) else { return }
        #expect(group.count == takenCount)
        try queue.append(record)
    }

    @Test func `heads that cannot be written stop nothing, and are told`() async throws {
        try await TestLog.run { test in
            try await test.write { log in
                test.disk.fail([.full], suffix: ".heads")
                try await log.recordDurably(test.record("first"))
                while log.state.headsUnwritableSince == nil { await Task.yield() }
                try log.requireWritable()
                test.disk.heal()
                test.clock.advance(bySeconds: 5)
                try await log.recordDurably(test.record("second"))
                while log.state.headsUnwritableSince != nil { await Task.yield() }
            }
            #expect(try await test.verify().finding == nil)
        }
    }

    @Test func `a log that ends on a full disk ends all the same`() async throws {
        try await TestLog.run { test in
            let log = try await test.open()
            test.disk.fail([.full])
            try log.record(test.record("lost", .access))
            await log.close()
            #expect(try test.subjects.isEmpty)
        }
    }
}
