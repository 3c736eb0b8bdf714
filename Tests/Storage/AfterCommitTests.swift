import Storage
import Synchronization
import Testing

@Suite("Database: what is done after a commit")
struct AfterCommitTests {
    /// What has been done, in order.
    private final class Deeds: Sendable {
        private let list = Mutex<[String]>([])
        var all: [String] { list.withLock { $0 } }
        func add(_ deed: String) { list.withLock { $0.append(deed) } }
    }

    @Test(arguments: Engine.allCases)
    func `it is done before the caller is answered, and then the write is there for others`(engine: Engine) async throws
    {
        try await engine.withDatabase { database in
            let deeds = Deeds()
            try await database.transaction { connection in
                try connection.add("ada")
                connection.afterCommit { deeds.add("ada") }
                #expect(deeds.all.isEmpty)
            }
            #expect(deeds.all == ["ada"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a body that throws has nothing done, and its neighbours have theirs`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let deeds = Deeds()
            await #expect(throws: Thrown()) {
                try await database.transaction { connection in
                    connection.afterCommit { deeds.add("never") }
                    throw Thrown()
                }
            }
            try await database.transaction { connection in connection.afterCommit { deeds.add("later") } }
            #expect(deeds.all == ["later"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `of many writes at once each is followed by its own, in the order of the writes`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let deeds = Deeds()
            try await withThrowingTaskGroup { group in
                for number in 0..<200 {
                    group.addTask {
                        try await database.transaction { connection in
                            let count = try connection.query("SELECT COUNT(*) AS n FROM accounts")[0].integer("n")
                            try connection.add("account \(number)")
                            connection.afterCommit { deeds.add("\(count)") }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(deeds.all == (0..<200).map(String.init))
        }
    }
}
