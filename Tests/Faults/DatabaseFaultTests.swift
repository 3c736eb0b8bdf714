import Foundation
import GRDB
import Subprocess
import Testing
import Tokens

@testable import Stack

extension Faults {
    @Suite("A database that fails", .timeLimit(.minutes(10))) struct DatabaseFaultTests {
        /// The two that keep what others rely on, and a write of each.
        private static let keepers: [StackService] = [.identityProvider, .ordersAPI]

        @Test
        func
            `what cannot be made durable is never answered with success; reads go on, and writes when the disk is back`()
            async throws
        {
            try await FaultyStack.run(onBrokenDisk: Self.keepers, holding: ".sqlite") { stack, disk in
                var witness = try await Witness(on: stack.running)
                for fault in BrokenDisk.Fault.allCases {
                    try disk.set(fault)
                    try await witness.writesAreRefused("\(fault)")
                    try await witness.readsGoOn("\(fault)")
                    try disk.set(nil)
                    try await witness.writesSucceed("after \(fault)")
                }
                // What was answered with success is there, and nothing else, also for a process that reads it all from the disk.
                for service in Self.keepers {
                    try await stack.kill(service)
                    try await stack.start(service)
                }
                try await witness.readsGoOn("after a kill")
                try await witness.writesSucceed("after a kill")
            }
        }

        @Test func `locked by another process: 503 for writes, reads go on, and all is well when it lets go`()
            async throws
        {
            try await FaultyStack.run { stack in
                var witness = try await Witness(on: stack.running)
                var locks: [DatabaseLock] = []
                for service in Self.keepers {
                    locks.append(try await DatabaseLock(stack.plan.folder.database(of: service.name)))
                }
                try await witness.writesAreRefused("locked")
                try await witness.readsGoOn("locked")
                for lock in locks { try await lock.release() }
                try await witness.writesSucceed("after the lock")
            }
        }

        @Test func `damaged at the start: the service says which file, and starts when that is repaired`() async throws
        {
            try await FaultyStack.run { stack in
                var witness = try await Witness(on: stack.running)
                for service in Self.keepers {
                    #expect(try await stack.stop(service) == .exited(0))
                    let file = URL(filePath: stack.plan.folder.database(of: service.name))
                    let whole = try Data(contentsOf: file)
                    for (damage, bytes) in [
                        ("overwritten", Data(repeating: 0x5A, count: whole.count)), ("cut off", whole.prefix(300)),
                    ] {
                        try bytes.write(to: file)
                        let error = await #expect(throws: StackError.self, "\(service.name), \(damage)") {
                            try await stack.start(service)
                        }
                        let words = "\(file.path(percentEncoded: false)) is not a database, or is damaged"
                        #expect("\(error as Any)".contains(words), "\(service.name), \(damage)")
                        #expect(try Data(contentsOf: file) == bytes, "nobody's file is written over")
                    }
                    try whole.write(to: file)
                    try await stack.start(service)
                }
                try await witness.readsGoOn("after the repair")
                try await witness.writesSucceed("after the repair")
            }
        }

        @Test func `on a read-only disk at the start: the service says so, and starts when it can write`() async throws
        {
            try await FaultyStack.run(onBrokenDisk: Self.keepers, holding: ".sqlite") { stack, disk in
                var witness = try await Witness(on: stack.running)
                for service in Self.keepers {
                    #expect(try await stack.stop(service) == .exited(0))
                    try disk.set(.readOnly)
                    let error = await #expect(throws: StackError.self) { try await stack.start(service) }
                    #expect("\(error as Any)".contains(stack.plan.folder.database(of: service.name)), "\(service.name)")
                    try disk.set(nil)
                    try await stack.start(service)
                }
                try await witness.writesSucceed("on a disk that can be written")
            }
        }
    }
}

/// Another process that has begun to write, and does not come to an end.
private struct DatabaseLock {
    private let queue: DatabaseQueue

    init(_ path: String) async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try await queue.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    }

    func release() async throws { try await queue.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") } }
}

/// A user who writes at the provider (a refresh) and at Orders (an order), and knows what was answered with success.
private struct Witness {
    private let stack: RunningStack
    private var user: SignedInUser
    private var orderIDs: Set<String> = []

    init(on stack: RunningStack) async throws {
        self.stack = stack
        user = try await stack.makeUser("witness")
        try await writesSucceed("before")
    }

    mutating func writesSucceed(_ moment: String) async throws {
        user = try await stack.refreshed(user)
        let placed = try await stack.placeOrder("lamp", user.accessToken)
        #expect(placed.status == 201, "\(moment)")
        orderIDs.insert(try #require(placed.json?["id"]?.string))
    }

    /// At the same time: each waits for as long as the services wait for a lock.
    func writesAreRefused(_ moment: String) async throws {
        async let refresh = stack.refresh(user.refreshToken())
        async let order = stack.placeOrder("lamp", user.accessToken)
        for answer in [try await refresh, try await order] {
            #expect(answer.summary == "503 temporarily_unavailable", "\(moment)")
            #expect(answer.header("retry-after") != nil, "\(moment)")
        }
    }

    /// A read at Orders, and one at the provider, which opens a page from its database's keys.
    func readsGoOn(_ moment: String) async throws {
        let orders = try await stack.listOrders(user.accessToken)
        let ids = orders.json?["orders"]?.array?.compactMap { $0.object?["id"]?.string } ?? []
        #expect(orders.status == 200 && Set(ids) == orderIDs, "\(moment)")
        #expect(try await stack.introspect(user.accessToken, as: .ordersAPI).json?["active"] == true, "\(moment)")
    }
}
