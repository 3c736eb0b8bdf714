#if os(Linux)
    import Foundation
    import Synchronization
    import TestKit
    import Testing

    @testable import Storage

    @Suite("Flushes that fail: nothing acknowledged is lost, nothing refused is there")
    struct FailedFlushTests {
        @Test func `a commit that cannot be flushed is refused whole, and the next is made as soon as it can`()
            async throws
        {
            try await FaultyDisk.withDatabase { disk, database in
                try await database.add("ada")
                disk.fail(.flush, of: "-wal")
                let outcomes = await database.writeTogether(["bea", "cyd"].map { name in { try $0.add(name) } })
                for outcome in outcomes { expectUnwritable(outcome) }
                #expect(disk.failureCount > 0)
                #expect(try await database.names() == ["ada"])
                disk.repair()
                try await database.add("dan")
                #expect(try await database.names() == ["ada", "dan"])
                #expect(try await disk.afterKill().names() == ["ada", "dan"])
                #expect(try await disk.afterPowerCut().names() == ["ada", "dan"])
            }
        }

        @Test func `what is to be done after the commit is not done when the flush fails`() async throws {
            try await FaultyDisk.withDatabase { disk, database in
                let done = Mutex<[String]>([])
                let write = { @Sendable (name: String) in
                    try await database.transaction { connection in
                        connection.afterCommit { done.withLock { $0.append(name) } }
                        try connection.add(name)
                    }
                }
                disk.fail(.flush, of: "-wal")
                await #expect(throws: StorageError.self) { try await write("ada") }
                disk.repair()
                try await write("bea")
                #expect(done.withLock { $0 } == ["bea"])
            }
        }

        /// The failed commit lies whole in the kernel's memory, so the next process finds it, and may build on it.
        @Test func `what is built on a commit in doubt outlives a power cut`() async throws {
            try await FaultyDisk.withDatabase { disk, database in
                try await database.add("ada")
                disk.fail(.flush, of: "-wal")
                await #expect(throws: StorageError.self) { try await database.add("bea") }
                let disk = try disk.afterKill()
                let database = try await disk.open()
                try await database.add("cyd")
                let names = try await database.names()
                #expect(names.contains("ada") && names.contains("cyd"))
                #expect(try await disk.afterPowerCut().names() == names)
                await database.close()
            }
        }

        @Test(arguments: 0..<8)
        func `whatever flushes fail, a power cut takes nothing that was acknowledged`(seed: UInt64) async throws {
            try await FaultyDisk.withDatabase(logPagesMax: 8) { disk, database in
                var (random, acknowledged) = (SeededGenerator(seed: seed), [String]())
                for step in 0..<64 {
                    disk.repair()
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: disk.fail(.flush, of: "-wal")
                    case 1, 2: disk.fail(.flush, of: ".sqlite")
                    default: break
                    }
                    let name = "account-\(100 + step)"
                    let isRead = Bool.random(using: &random)
                    if await database.addLarge(name, whileRead: isRead) { acknowledged.append(name) }
                    if step % 8 == 7 {
                        let names = try await disk.afterPowerCut().names()
                        #expect(Set(acknowledged).subtracting(names).isEmpty)
                    }
                }
                #expect(try await database.names() == acknowledged)
                disk.fail(.flush, of: ".sqlite")
                await database.close()
                disk.repair()
                #expect(try await disk.afterPowerCut().names() == acknowledged)
            }
        }
    }

    extension SQLiteDatabase {
        /// Adds an account that takes two pages of its own; if `whileRead`, somebody looks at what was before until it
        /// is acknowledged.
        ///
        /// - Gives: whether it was acknowledged.
        fileprivate func addLarge(_ name: String, whileRead: Bool) async -> Bool {
            let reader = Mutex<HeldRead?>(nil)
            defer { reader.withLock { $0?.end() } }
            do {
                try await transaction { connection in
                    if whileRead { reader.withLock { $0 = HeldRead(of: self) } }
                    let secret = [UInt8](repeating: 7, count: 6_000)
                    try connection.run("INSERT INTO accounts VALUES ($1, 0, NULL, $2)", [name, secret])
                }
                return true
            } catch {
                return false
            }
        }
    }

    /// A read that keeps looking at the database as it is now, on a thread of its own.
    private final class HeldRead: Sendable {
        private let mayEnd = DispatchSemaphore(value: 0)

        init(of database: SQLiteDatabase) {
            let began = DispatchSemaphore(value: 0)
            Task(executorPreference: OwnThread()) { [mayEnd] in
                try await database.read { connection in
                    _ = try connection.query("SELECT COUNT(*) FROM accounts")
                    began.signal()
                    mayEnd.wait()
                }
            }
            began.wait()
        }

        func end() { mayEnd.signal() }
    }

    /// Gives each job a thread of its own: a body that waits takes none from those that all tests share.
    private final class OwnThread: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
#endif
