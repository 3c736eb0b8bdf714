import Foundation
import Testing

@testable import Stack

/// With services that are shell scripts: what a supervisor does when they do not behave.
@Suite("Supervision") struct SupervisorTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// Stays for as long as its standard input does, and writes down its process id.
    private var patient: String { "echo $$ > \(scratch.folder.path)/$(basename $0).pid; exec cat > /dev/null" }

    /// A bin folder in which the first service is `first` and every other one is patient.
    private func plan(first: String) throws -> StackPlan {
        let bin = "\(scratch.folder.path)/bin"
        let compose = "\(scratch.folder.path)/checkout/compose"
        for folder in [bin, compose] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        for (index, service) in StackService.all.enumerated() {
            let path = "\(bin)/\(service.name)"
            try PrivateFile.write("#!/bin/sh\n\(index == 0 ? first : patient)\n", to: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        }
        return try StackPlan(
            folder: scratch.folder,
            environment: .test,
            ports: .free(),
            binFolder: bin,
            composeFolder: compose
        )
    }

    private func processIDs() -> [Int32] {
        StackService.all.compactMap { service in
            (try? scratch.text("\(scratch.folder.path)/\(service.name).pid")).flatMap { Int32($0.dropLast()) }
        }
    }

    private func isGone(_ processID: Int32) -> Bool { kill(processID, 0) == -1 }

    @Test func `a service that ends is shown with the last lines of its log, and the others are stopped`() async throws
    {
        let plan = try plan(first: "echo one; echo the database is corrupt >&2; exit 3")
        let error = await #expect(throws: StackError.self) {
            try await Supervisor(plan: plan).run { _ in Issue.record("it never gets ready") }
        }
        let expected = StackError.serviceEnded(
            service: "identity-provider",
            status: "ended with exit status 3",
            lastLines: ["one", "the database is corrupt"]
        )
        #expect(error == expected)
        for processID in processIDs() { #expect(isGone(processID)) }
        #expect(!FolderLock.isHeld(scratch.folder))
    }

    @Test func `a second stack on the same folder is refused before anything starts`() async throws {
        let plan = try plan(first: patient)
        let lock = try FolderLock.acquire(scratch.folder)
        defer { _ = lock }
        await #expect(throws: StackError.alreadyRunning(folder: scratch.folder.path)) {
            try await Supervisor(plan: plan).run { _ in }
        }
        #expect(processIDs().isEmpty)
    }

    @Test func `a supervisor that is cancelled stops what it has started`() async throws {
        let plan = try plan(first: patient)
        let running = Task { try await Supervisor(plan: plan).run { _ in } }
        let deadline = ContinuousClock.now + .seconds(120)
        while processIDs().count < StackService.all.count, ContinuousClock.now < deadline { await Task.yield() }
        let started = processIDs()
        running.cancel()
        _ = await running.result
        #expect(started.count == StackService.all.count)
        for processID in started { #expect(isGone(processID)) }
    }
}
