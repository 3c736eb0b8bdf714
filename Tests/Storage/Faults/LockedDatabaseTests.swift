#if os(Linux)
    import CFaultyDisk
    import Testing

    @testable import Storage

    @Suite("A database that another process keeps locked")
    struct LockedDatabaseTests {
        /// The byte of the `-shm` that SQLite's writers lock.
        private static let writeLock: off_t = 120

        @Test func `writes are refused after the busy time, reads go on, and writing does when the other lets go`()
            async throws
        {
            try await withFolder { folder in
                var file = SQLiteFile(path: folder + "/test.sqlite")
                file.busyTimeoutMilliseconds = 50
                let database = try await SQLiteDatabase.open(file, migrations: [.accounts])
                try await database.add("ada")
                let holder = faulty_lock_hold(file.path + "-shm", Self.writeLock)
                try #require(holder > 0)
                for name in ["bea", "cyd"] {
                    await #expect(throws: StorageError.busy(path: file.path)) { try await database.add(name) }
                }
                #expect(try await database.names() == ["ada"])
                faulty_lock_release(holder)
                try await database.add("dan")
                #expect(try await database.names() == ["ada", "dan"])
                await database.close()
            }
        }

        @Test func `opening one is refused after the busy time, and works when the other lets go`() async throws {
            try await withFolder { folder in
                var file = SQLiteFile(path: folder + "/test.sqlite")
                file.busyTimeoutMilliseconds = 50
                let database = try await SQLiteDatabase.open(file, migrations: [.accounts])
                let holder = faulty_lock_hold(file.path + "-shm", Self.writeLock)
                try #require(holder > 0)
                await #expect(throws: StorageError.busy(path: file.path)) {
                    try await SQLiteDatabase.open(file, migrations: [.accounts])
                }
                faulty_lock_release(holder)
                await (try SQLiteDatabase.open(file, migrations: [.accounts])).close()
                await database.close()
            }
        }
    }
#endif
