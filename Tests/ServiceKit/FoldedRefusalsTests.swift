import Audit
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Tokens

@testable import ServiceKit

/// A log on a disk that can be taken away.
private final class FailingDisk: AuditSink {
    let isAway = Atomic(false)
    let memory = AuditMemory()

    func record(_ record: AuditRecord) throws(DependencyUnavailable) {
        if isAway.load(ordering: .relaxed) { throw DependencyUnavailable("audit log") }
        memory.record(record)
    }
    func recordDurably(_ record: AuditRecord) async throws(DependencyUnavailable) { try self.record(record) }
    func requireWritable() {}
}

@Suite("What strangers are refused again and again")
struct FoldedRefusalsTests {
    private static let noon: Int64 = 1_800_000_000_000

    private let kept = AuditMemory()
    private let log: FoldedRefusals

    init() {
        let clock = FixedClock(NumericDate(Self.noon / 1_000))
        log = FoldedRefusals(kept, clock: clock, logger: Logger(label: "test"))
    }

    private func refused(
        _ reason: Refusal = .resourceNotFound,
        from address: String = "192.0.2.1",
        after seconds: Int64 = 0
    ) -> AuditRecord {
        var record = AuditRecord(.request, .denied, service: "test", trace: TraceContext())
        record.reason = .refusal(reason)
        record.peer.address = address
        record.time = Self.noon + seconds * 1_000
        return record
    }

    private var repeated: [String] { kept.records.compactMap { $0.details["repeated"] } }

    @Test func `the first twenty are kept as they are, and the others are one record when the minute is over`() throws {
        for _ in 0..<20 { try log.record(refused()) }
        #expect(kept.records.count == 20 && repeated.isEmpty)
        for _ in 0..<1_000 { try log.record(refused()) }
        let last = refused(after: 59)
        try log.record(last)
        #expect(kept.records.count == 20)
        try log.record(refused(after: 60))
        #expect(kept.records.count == 22)
        #expect(repeated == ["1001"])
        #expect(kept.records[20].trace == last.trace && kept.records[20].reason == .refusal(.resourceNotFound))
    }

    @Test func `each network and each reason has its own twenty; an IPv6 network has them once`() throws {
        for number in 0..<20 {
            try log.record(refused())
            try log.record(refused(from: "192.0.2.2"))
            try log.record(refused(.bodyMalformed))
            try log.record(refused(from: "2001:db8::\(number)"))
        }
        #expect(kept.records.count == 80)
        try log.record(refused(from: "2001:db8:0:1::1"))
        #expect(kept.records.count == 80)
    }

    @Test(arguments: ["allowed", "a token", "a certificate", "another event"])
    func `what says more than that a stranger was refused is never folded`(what: String) throws {
        var record = refused()
        switch what {
        case "allowed": (record.outcome, record.reason) = (.allowed, nil)
        case "a token": record.presented = [AuditToken(.access, tokenID: "t")]
        case "a certificate": record.peer.certificate = "thumbprint"
        default: record.event = .access
        }
        for _ in 0..<50 { try log.record(record) }
        #expect(kept.records.count == 50)
    }

    @Test func `however many networks come, a minute has a bounded number of records, and none is forgotten`() throws {
        for host in 0..<10_000 { try log.record(refused(from: "10.0.\(host / 250).\(host % 250)")) }
        #expect(kept.records.count == 220)
        try log.record(refused(from: "192.0.2.1", after: 60))
        let shared = try #require(kept.records.first { $0.details["repeated"] != nil })
        #expect(repeated == ["\(10_000 - 220)"] && shared.peer.address == nil)
    }

    @Test func `many networks that all repeat share what all strangers have`() throws {
        for host in 0..<100 { for _ in 0..<20 { try log.record(refused(from: "192.0.2.\(host)")) } }
        #expect(kept.records.count == FoldedRefusals.countMax)
    }

    @Test func `a service that stops writes what it has folded`() async throws {
        for _ in 0..<23 { try log.record(refused()) }
        let group = ServiceGroup(services: [log], logger: Logger(label: "test"))
        async let running: Void = group.run()
        await group.triggerGracefulShutdown()
        try await running
        #expect(repeated == ["3"])
    }

    @Test func `what the disk does not take is written later`() throws {
        let disk = FailingDisk()
        let log = FoldedRefusals(disk, clock: FixedClock(NumericDate(0)), logger: Logger(label: "test"))
        for _ in 0..<23 { try log.record(refused()) }
        disk.isAway.store(true, ordering: .relaxed)
        #expect(throws: DependencyUnavailable.self) { try log.record(refused(after: 60)) }
        disk.isAway.store(false, ordering: .relaxed)
        try log.record(refused(after: 61))
        #expect(disk.memory.records.compactMap { $0.details["repeated"] } == ["3"])
    }
}
