import Foundation
import Testing
import Tokens

@testable import Stack

@Suite("The data folder") struct DataFolderTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func `secrets are made once, for their owner alone, each another`() throws {
        let folder = scratch.folder
        let issuers = ["identity-provider", "token-exchange"]
        try Secrets.prepare(in: folder, issuers: issuers)
        let files = [folder.operatorKey, folder.demoPassword] + issuers.map(folder.keyEncryptionKey)
        let first = try files.map(folder.readSecret)
        try Secrets.prepare(in: folder, issuers: issuers)
        #expect(try files.map(folder.readSecret) == first)
        #expect(Set(first).count == files.count)
        for file in files { #expect(try scratch.mode(file) == 0o600) }
        let audit = StackService.all.map { folder.auditKey(of: $0.name) }
        for file in audit { #expect(try scratch.mode(file) == 0o600) }
        #expect(Set(try audit.map(scratch.text)).count == StackService.all.count)
        for secret in first { #expect(Base64URL.decode(secret.exposed)?.count == 32) }
    }

    @Test func `a relative path, and one with a slash at its end, mean the same folder`() {
        let absolute = FileManager.default.currentDirectoryPath + "/.gatehouse"
        #expect(DataFolder(".gatehouse").path == absolute)
        #expect(DataFolder(".gatehouse/").path == absolute)
    }

    @Test func `a file is written whole or not at all`() throws {
        let path = scratch.folder.operatorKey
        try PrivateFile.write("first", to: path)
        try PrivateFile.write("second", to: path)
        #expect(try scratch.text(path) == "second")
        #expect(throws: (any Error).self) { try PrivateFile.write("x", to: "\(scratch.folder.path)/missing/file") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.secrets) == ["operator-key"])
    }

    @Test func `one stack at a time runs on a folder`() throws {
        let folder = scratch.folder
        #expect(!FolderLock.isHeld(folder))
        try whileHeld {
            #expect(FolderLock.isHeld(folder))
            #expect(throws: StackError.alreadyRunning(folder: folder.path)) { _ = try FolderLock.acquire(folder) }
        }
        #expect(!FolderLock.isHeld(folder))
    }

    @Test func `what a stack wrote about itself is read only while it runs`() throws {
        let folder = scratch.folder
        let record = StackRecord(
            environment: .test,
            supervisor: 7,
            services: [
                StackRecord.Entry(name: "gateway", port: 8443, operationsPort: 9443, processID: 8),
                StackRecord.Entry(name: "orders-api", port: 8442, operationsPort: 9442, processID: nil),
            ]
        )
        try record.write(to: folder)
        #expect(throws: StackError.notRunning(folder: folder.path)) { try StackRecord.read(from: folder) }
        try whileHeld {
            let read = try StackRecord.read(from: folder)
            #expect(read == record)
        }
    }

    private func whileHeld(_ body: () throws -> Void) throws {
        let lock = try FolderLock.acquire(scratch.folder)
        defer { _ = lock }
        try body()
    }
}
