import TestKit
import Testing
import Tokens

@testable import Audit

@Suite("Searching and following an audit log") struct AuditReaderTests {
    @Test(
        arguments: [
            { $0.subject = "user-alice" }, { $0.subject = "user-bob" }, { $0.clientID = "orders-api" },
            { $0.clientID = "reports" }, { $0.clientID = "gateway" }, { $0.service = "token-exchange" },
            { $0.event = .tokenExchange }, { $0.outcome = .denied }, { $0.reason = .refusal(.tokenExpired) },
            { $0.tokenID = "id-access" }, { $0.tokenID = "token-1" }, { $0.since = 1_795_299_643_123 },
            { $0.until = 1_795_299_643_124 },
        ] as [@Sendable (inout AuditFilter) -> Void]
    )
    func `every condition finds the record, and not the other one`(set: @Sendable (inout AuditFilter) -> Void) {
        var filter = AuditFilter()
        set(&filter)
        #expect(filter.matches(.full()))
        let other = AuditRecord(.access, service: "users-api", trace: TraceContext(), time: filter.until ?? 0)
        #expect(!filter.matches(other))
        #expect(AuditFilter().matches(other))
    }

    @Test func `a request is found by its id`() {
        let (one, other) = (AuditRecord.full(), AuditRecord.full())
        var filter = AuditFilter()
        filter.transactionID = one.trace.transactionID
        #expect(filter.matches(one))
        #expect(!filter.matches(other))
    }

    @Test func `a search stops where it is told to`() async throws {
        try await TestLog.run { test in
            try await test.write(count: 5)
            var count = 0
            try AuditReader(folder: test.settings.folder).forEach { _ in
                count += 1
                return count < 2
            }
            #expect(count == 2)
        }
    }

    @Test func `a line that is no record is counted and passed over`() async throws {
        try await TestLog.run { test in
            try await test.write(count: 3)
            try test.tamper { $0[1] = "no record\n" }
            #expect(try AuditReader(folder: test.settings.folder).forEach { _ in true } == 1)
            #expect(try test.subjects == ["0", "2"])
        }
    }

    @Test func `new records are followed across files, each once`() async throws {
        try await TestLog.run(fileBytesMax: 600) { test in
            try await test.write(count: 2)
            var follower = try AuditFollower(folder: test.settings.folder, service: TestLog.service)
            #expect(try follower.poll().isEmpty)
            var followed: [AuditEntry] = []
            try await test.write { log in
                for index in 0..<10 {
                    try await log.recordDurably(test.record("new \(index)"))
                    if index.isMultiple(of: 3) { followed += try follower.poll() }
                }
            }
            followed += try follower.poll()
            #expect(followed.map(\.sequence) == Array(3...12))
            #expect(try test.files.count > 2)
        }
    }

    @Test func `a log that does not exist yet is followed from its first record`() async throws {
        try await TestLog.run { test in
            var follower = try AuditFollower(folder: test.settings.folder, service: TestLog.service)
            try await test.write(count: 2)
            #expect(try follower.poll().map(\.record.subject) == ["0", "1"])
        }
    }
}
