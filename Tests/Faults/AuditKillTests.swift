import Audit
import Subprocess
import TestKit
import Testing
import Tokens

@testable import Stack

extension Faults {
    @Suite("An audit log through kill -9", .timeLimit(.minutes(60))) struct AuditKillTests {
        private static let issuers: [StackService] = [.identityProvider, .tokenExchange]
        private static let answersBetween = 1...40

        @Test func `whoever is killed: no token is in anybody's hands without its record, and every chain is whole`()
            async throws
        {
            var chance = Chance.generator("audit through kill -9")
            var victims = Self.issuers
            while victims.count < Extent.count(16, long: 500) { victims.append(chance.pick(Self.issuers)) }
            let moments = victims.map { _ in Int.random(in: Self.answersBetween, using: &chance) }
            try await FaultyStack.run(Self.issuers) { stack in
                let journal = Journal()
                var clients: [TokenCollector] = []
                for _ in 0..<6 { clients.append(try await TokenCollector(on: stack.running, journal)) }
                _ = try await Load.keepBusy(clients, journal) { [victims] journal in
                    for (victim, answerCount) in zip(victims, moments) {
                        try await journal.pass(answerCount)
                        try await stack.kill(victim)
                        try await stack.launch(victim)
                    }
                    for service in Self.issuers { try await stack.waitUntilReady(service) }
                }
                for service in Self.issuers { #expect(try await stack.stop(service) == .exited(0)) }
                let audit = try await AuditFiles(of: Self.issuers, in: stack.plan.folder)
                #expect(journal.receipts.unrecorded(in: audit.records).isEmpty)
                #expect(audit.findings.isEmpty)
                #expect(audit.reports.allSatisfy { $0.lastHead?.isClosed == true && $0.uncoveredCount == 0 })
                Figures.print(
                    "audit through kill -9",
                    "\(victims.count) kills; \(journal.receipts.count) tokens received, each in one of "
                        + "\(audit.records.count) records; \(audit.cutCount) half lines cut at a restart"
                )
            }
        }
    }
}
