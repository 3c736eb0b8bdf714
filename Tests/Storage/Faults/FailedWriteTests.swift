#if os(Linux)
    import Foundation
    import Testing

    @testable import Storage

    @Suite("A disk that takes no more: refused, and over as soon as it does")
    struct FailedWriteTests {
        @Test(arguments: [ENOSPC, EDQUOT, EROFS, EIO])
        func `a commit that cannot be written is refused whole, and nothing has to be started again`(code: Int32)
            async throws
        {
            try await FaultyDisk.withDatabase { disk, database in
                try await database.add("ada")
                disk.fail(.write, of: "-wal", with: code)
                let outcomes = await database.writeTogether(["bea", "cyd"].map { name in { try $0.add(name) } })
                for outcome in outcomes { expectUnwritable(outcome) }
                #expect(disk.failureCount > 0)
                #expect(try await database.names() == ["ada"])
                disk.repair()
                try await database.add("dan")
                #expect(try await disk.afterKill().names() == ["ada", "dan"])
                #expect(try await disk.afterPowerCut().names() == ["ada", "dan"])
            }
        }

        @Test(arguments: [ENOSPC, EIO])
        func `while the log cannot be copied writes are refused, and go on when it can`(code: Int32) async throws {
            try await FaultyDisk.withDatabase(logPagesMax: 1) { disk, database in
                disk.fail(.write, of: ".sqlite", with: code)
                // The copy comes after the answer, so the first is acknowledged.
                try await database.add("ada")
                expectUnwritable(await #expect(throws: StorageError.self) { try await database.add("bea") })
                #expect(try await database.names() == ["ada"])
                disk.repair()
                try await database.add("cyd")
                #expect(try await disk.afterPowerCut().names() == ["ada", "cyd"])
            }
        }

        /// The kernel's own refusal, without root: no file of the process may grow beyond a bound.
        @Test func `a file that may not grow refuses what does not fit, and keeps what did`() async {
            await #expect(processExitsWith: .success) {
                try await withFolder { folder in
                    let path = folder + "/test.sqlite"
                    let database = try await SQLiteDatabase.open(path: path, migrations: [.accounts])
                    signal(SIGXFSZ, SIG_IGN)
                    var limit = rlimit()
                    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
                    limit.rlim_cur = 100_000
                    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
                    var (acknowledged, refused) = ([String](), [any Error]())
                    for number in 100..<200 {
                        do {
                            try await database.add("account-\(number)")
                            acknowledged.append("account-\(number)")
                        } catch { refused.append(error) }
                    }
                    #expect(!acknowledged.isEmpty && !refused.isEmpty)
                    for error in refused { expectUnwritable(error) }
                    #expect(try await database.names() == acknowledged)
                    limit.rlim_cur = limit.rlim_max
                    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
                    try await database.add("zoe")
                    await database.close()
                    let reopened = try await SQLiteDatabase.open(path: path, migrations: [.accounts])
                    #expect(try await reopened.names() == acknowledged + ["zoe"])
                    await reopened.close()
                }
            }
        }

        @Test func `a file made read-only is written to by who has it open, and is private again when reopened`()
            async throws
        {
            try await FaultyDisk.withDatabase { disk, database in
                try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: disk.file.path)
                try await database.add("ada")
                await database.close()
                #expect(try await disk.names() == ["ada"])
                let attributes = try FileManager.default.attributesOfItem(atPath: disk.file.path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
    }

    func expectUnwritable(_ error: (any Error)?, _ location: SourceLocation = #_sourceLocation) {
        guard case .unwritable = error as? StorageError else {
            Issue.record("expected unwritable, got \(String(describing: error))", sourceLocation: location)
            return
        }
    }
#endif
