import TestKit
import Testing
import Tokens

@testable import Audit

@Suite("An audit log whose disk hangs") struct HangingDiskTests {
    @Test func `nothing more is begun while somebody has waited too long, and all goes on when the disk does`()
        async throws
    {
        try await TestLog.run { test in
            let log = try await test.open(waitMax: .nanoseconds(1))
            try log.requireWritable()
            let gate = Gate()
            test.disk.hold(gate)
            async let written: Void = log.recordDurably(test.record("held"))
            await gate.arrival()
            #expect(log.state.oldestWait > .zero)
            #expect(throws: DependencyUnavailable.self) { try log.requireWritable() }
            gate.open()
            try await written
            while log.state.oldestWait > .zero { await Task.yield() }
            try log.requireWritable()
            await log.close()
        }
    }

    @Test func `who waits no longer than usual keeps nobody else from beginning`() async throws {
        try await TestLog.run { test in
            let log = try await test.open(waitMax: .seconds(3_600))
            let gate = Gate()
            test.disk.hold(gate)
            async let written: Void = log.recordDurably(test.record("held"))
            await gate.arrival()
            let isWritable = Result { try log.requireWritable() }
            gate.open()
            try await written
            await log.close()
            try isWritable.get()
        }
    }

    @Test func `heads that hang keep no record waiting`() async throws {
        try await TestLog.run { test in
            try await test.write { log in
                let gate = Gate()
                test.disk.hold(gate, suffix: ".heads")
                try await log.recordDurably(test.record("first"))
                await gate.arrival()
                for index in 0..<10 { try await log.recordDurably(test.record("\(index)")) }
                #expect(log.state.sequence == 11 && log.state.headSequence == 0)
                gate.open()
            }
            let report = try await test.verify()
            #expect(report.finding == nil && report.lastHead?.lastSequence == 11)
        }
    }
}
