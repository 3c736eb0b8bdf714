import Audit
import Synchronization
import Testing
import Tokens

@testable import ServiceKit

/// A log whose disk is away, which it has not noticed yet.
private struct LateLog: AuditSink {
    func record(_ record: AuditRecord) throws(DependencyUnavailable) { throw DependencyUnavailable("audit log") }
    func recordDurably(_ record: AuditRecord) async throws(DependencyUnavailable) {
        throw DependencyUnavailable("audit log")
    }
    func requireWritable() {}
}

private final class Hearer: DecisionObserver {
    private let heard = Mutex<[AuditRecord]>([])
    var records: [AuditRecord] { heard.withLock { $0 } }
    func observe(_ record: AuditRecord) { heard.withLock { $0.append(record) } }
}

@Suite("A decision whose record is late") struct LateRecordTests {
    private let hearer = Hearer()

    private func recorder(_ audit: any AuditSink) -> DecisionRecorder {
        DecisionRecorder(
            service: "test",
            audit: audit,
            clock: SystemClock(),
            peers: FixedPeer(peer: nil),
            observers: [hearer]
        )
    }

    @Test(arguments: [true, false])
    func `who counts is told once, in time or not: what was taken back is taken back`(isLate: Bool) async throws {
        let recorder = recorder(isLate ? LateLog() : AuditMemory())
        do {
            try await recorder.record(.revocation) { $0.revoked = [.session("session-1")] }
            #expect(!isLate)
        } catch { #expect(isLate) }
        #expect(hearer.records.map(\.outcome) == [.allowed])
        #expect(hearer.records.first?.revoked == [.session("session-1")])
    }

    @Test func `of what trails and is not taken nobody is told, for there is no record`() async throws {
        let recorder = recorder(LateLog())
        await #expect(throws: DependencyUnavailable.self) { try await recorder.record(.serviceStart) { _ in } }
        #expect(hearer.records.isEmpty)
    }
}
