import GRDB
import TestKit
import Testing

@testable import Stack

extension Faults {
    @Suite("kill -9 under load", .timeLimit(.minutes(60))) struct KillTests {
        /// The answers that pass from one kill to the next: the service of before may be ready again by then, or starting, and may
        /// be the one that is hit again.
        private static let answersBetween = 1...120

        @Test func `whoever is killed: who retries goes on, and nothing that was answered is lost or doubled`()
            async throws
        {
            var chance = Chance.generator("kill -9")
            // One of each, and then whoever comes.
            var victims = StackService.all.shuffled(using: &chance)
            while victims.count < Extent.count(5, long: 100) { victims.append(chance.pick(StackService.all)) }
            let moments = victims.map { _ in Int.random(in: Self.answersBetween, using: &chance) }
            try await FaultyStack.run { stack in
                let summary = try await Load.run(on: stack) { [victims] journal in
                    for (victim, answerCount) in zip(victims, moments) {
                        try await journal.pass(answerCount)
                        try await stack.kill(victim)
                        try await stack.launch(victim)
                    }
                    for service in StackService.all { try await stack.waitUntilReady(service) }
                }
                #expect(try await Self.forkCount(in: stack.plan.folder.database(of: "identity-provider")) == 0)
                Figures.print("kill -9", "\(victims.count) kills; \(summary)")
            }
        }

        /// The generations of which a family has two: what a token leaves behind that was accepted twice.
        private static func forkCount(in path: String) async throws -> Int? {
            var configuration = Configuration()
            configuration.readonly = true
            return try await DatabaseQueue(path: path, configuration: configuration).read { database in
                let twice = "SELECT 1 FROM refresh_tokens GROUP BY family_id, generation HAVING COUNT(*) > 1"
                return try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM (\(twice))")
            }
        }
    }
}
