import TestKit
import Testing
import Tokens

@testable import Audit

@Suite("Group commit of audit records") struct GroupCommitTests {
    @Test func `who comes while the disk is busy shares the next flush`() async throws {
        try await TestLog.run { test in
            try await test.write { log in
                let gate = Gate()
                test.disk.hold(gate)
                try await withThrowingTaskGroup { tasks in
                    tasks.addTask { try await log.recordDurably(test.record("first")) }
                    await gate.arrival()
                    for index in 0..<100 {
                        tasks.addTask { try await log.recordDurably(test.record("\(index)")) }
                    }
                    while log.state.waitingCount < 100 { await Task.yield() }
                    gate.open()
                    try await tasks.waitForAll()
                }
                #expect(test.disk.flushCount == 2)
                #expect(log.state.sequence == 101)
            }
            #expect(try await test.verify().finding == nil)
        }
    }

    @Test func `a record that may trail waits for nobody, and one that may not takes it along`() async throws {
        try await TestLog.run { test in
            try await test.write { log in
                for index in 0..<10 { try log.record(test.record("\(index)", .access)) }
                try await log.recordDurably(test.record("last"))
                #expect(log.state.sequence == 11)
                #expect(test.disk.flushCount <= 2)
            }
        }
    }

    @Test func `a record that trails is written soon, without anybody who waits`() async throws {
        try await TestLog.run { test in
            try await test.write { log in
                try log.record(test.record("alone", .access))
                while log.state.sequence < 1 { await Task.yield() }
            }
        }
    }
}
