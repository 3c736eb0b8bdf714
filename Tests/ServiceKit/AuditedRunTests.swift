import Audit
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Telemetry
import TestKit
import Testing
import Tokens

@testable import ServiceKit

@Suite("A service's run and its audit log") struct AuditedRunTests {
    private struct Occupied: Error {}

    @Test func `the log is closed after the last decision, with a record of the stop`() async throws {
        try await run { log, recorder in
            try await recorder.record(.serviceStart) { $0.details = log.opening.details }
            try log.record(AuditRecord(.access, service: "test", trace: TraceContext()))
        } verify: { records in
            #expect(records.map(\.event) == [.serviceStart, .access, .serviceStop])
            #expect(records.allSatisfy { $0.outcome == .allowed })
        }
    }

    @Test func `a start that fails is recorded too`() async throws {
        try await run { _, _ in
            throw Occupied()
        } verify: { records in
            #expect(records.map(\.event) == [.serviceStop])
            #expect(records.map(\.outcome) == [.failed])
            #expect(records.map(\.reason) == [.fault])
        }
    }

    @Test func `an operator is told how the log is doing`() async throws {
        try await run { log, recorder in
            try await log.recordDurably(AuditRecord(.tokenIssue, service: "test", trace: TraceContext()))
            let key = Credential.random()
            let router = operationsRouter(
                AssembledService(router: .service(.problem, recordedBy: recorder)),
                operatorKey: key,
                recorder: recorder,
                metrics: PrometheusRegistry(),
                limiter: RateLimiter(clock: SystemClock()),
                clock: nil,
                shutdown: ShutdownNotice()
            )
            try await Application(router: router).test(.router) { client in
                let headers: HTTPFields = [.authorization: "Bearer \(key.exposed)"]
                let answer = try await client.execute(uri: "/ops/audit", method: .get, headers: headers)
                let state = try JSONReader.readObject(Array(answer.body.readableBytesView))
                #expect(state["seq"] == 1)
                #expect(state["unwritableSince"] == .null)
                #expect(try await client.execute(uri: "/ops/audit", method: .get).status == .unauthorized)
            }
        } verify: { records in
            // Of the two questions, each is a decision of its own.
            #expect(records.map(\.event) == [.tokenIssue, .operation, .operation, .serviceStop])
        }
    }

    private func run(
        _ body: (AuditLog, DecisionRecorder) async throws -> Void,
        verify: ([AuditRecord]) throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            var common = try CommonSettings.test(TLSFiles.selfSigned(in: folder))
            common.audit = AuditSettings(folder: folder + "/audit", headsFolder: folder + "/heads")
            do {
                try await withAuditLog(common, of: "test", SystemClock(), Logger(label: "test")) { log in
                    try await body(log, .test(log, clock: SystemClock()))
                }
            } catch is Occupied {}
            var records: [AuditRecord] = []
            try AuditReader(folder: common.audit.folder).forEach { entry in
                records.append(entry.record)
                return true
            }
            try verify(records)
            let report = try await AuditVerifier(folder: common.audit.folder, headsFolder: common.audit.headsFolder)
                .verify(service: "test")
            #expect(report.finding == nil)
            #expect(report.lastHead?.isClosed == true)
        }
    }
}
