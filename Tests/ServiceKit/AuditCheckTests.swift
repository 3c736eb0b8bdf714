import Audit
import Foundation
import Logging
import Telemetry
import TestKit
import Testing
import Tokens

@testable import ServiceKit

@Suite("What a service shows of its audit log")
struct AuditCheckTests {
    private let registry = PrometheusRegistry()
    private let clock = MovableClock(base: FixedClock(NumericDate(1_800_000_000)))

    private var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    private func lines() -> Set<String> {
        Set(registry.text().split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
    }

    /// A log of three records in files, closed in good order.
    private func write(_ settings: AuditSettings) async throws {
        let log = try await AuditLog.open(
            settings,
            service: "test",
            key: .generate(.es256),
            clock: clock,
            logger: logger
        )
        for _ in 0..<3 {
            let record = AuditRecord(.keyChange, service: "test", trace: TraceContext(), time: 1_800_000_000_000)
            try await log.recordDurably(record)
        }
        registry.show(log, clock: clock)
        await log.close()
        #expect(
            lines().isSuperset(of: [
                "gatehouse_audit_records_total 3", "gatehouse_audit_queued_records 0", "gatehouse_audit_unwritable 0",
                "gatehouse_audit_heads_unwritable 0", "gatehouse_audit_head_age_seconds 0",
                "gatehouse_audit_oldest_wait_seconds 0", "gatehouse_audit_retention_failing 0",
            ])
        )
        clock.advance(bySeconds: 7)
        #expect(lines().contains("gatehouse_audit_head_age_seconds 7"))
    }

    @Test(arguments: [false, true])
    func `a log that somebody has changed is shown as broken, one that nobody has touched as whole`(
        isChanged: Bool
    ) async throws {
        try await withTemporaryFolder { folder in
            let settings = AuditSettings(folder: folder + "/log", headsFolder: folder + "/heads")
            try await write(settings)
            if isChanged {
                let name = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: settings.folder)
                        .first { $0.hasSuffix(".jsonl") }
                )
                let path = "\(settings.folder)/\(name)"
                let text = try String(contentsOfFile: path, encoding: .utf8)
                try text.replacing("keyChange", with: "signInOut", maxReplacements: 1)
                    .write(toFile: path, atomically: true, encoding: .utf8)
            }
            let log = try await AuditLog.open(
                settings,
                service: "test",
                key: .generate(.es256),
                clock: clock,
                logger: logger
            )
            let check = AuditCheck(log, settings, of: "test", registry: registry, logger: logger)
            #expect(!lines().contains { $0.hasPrefix("gatehouse_audit_chain_ok") })
            await check.verify()
            #expect(lines().contains("gatehouse_audit_chain_ok \(isChanged ? 0 : 1)"))
            await log.close()
        }
    }
}
