import Synchronization

@testable import Stack

/// Sign-ins, refreshes, exchanges (every order causes one) and orders, of several users at the same time.
enum Load {
    /// Keeps `clientCount` clients busy for as long as `body` does its harm, lets each go on for two rounds, and then checks that
    /// everything is there that was promised to any of them.
    ///
    /// - Parameter ordersHaveKeys: whether an order that is tried again is known for the same (`Idempotency-Key`). Without, one
    ///   answer that is lost is one order too many.
    /// - Gives: what they have seen, for the figures.
    /// - Throws: the first thing that was not as it should be.
    static func run(
        on stack: FaultyStack,
        clientCount: Int = 6,
        ordersHaveKeys: Bool = true,
        _ body: @escaping @Sendable (Journal) async throws -> Void
    ) async throws -> Summary {
        let journal = Journal()
        var clients: [LoadClient] = []
        for _ in 0..<clientCount {
            clients.append(try await LoadClient(on: stack.running, journal, ordersHaveKeys: ordersHaveKeys))
        }
        var orderCount = 0
        for var client in try await keepBusy(clients, journal, while: body) {
            try await client.checkOrders()
            orderCount += client.orderCount
        }
        return Summary(journal: journal, orderCount: orderCount)
    }

    /// Has each client go round and round for as long as `body` does its harm, and twice more.
    ///
    /// - Gives: the clients as they are then.
    /// - Throws: the first thing that was not as it should be.
    static func keepBusy<Client: BusyClient>(
        _ clients: [Client],
        _ journal: Journal,
        while body: @escaping @Sendable (Journal) async throws -> Void
    ) async throws -> [Client] {
        let isOver = SharedFlag()
        return try await withThrowingTaskGroup(of: Client?.self) { group in
            for client in clients {
                group.addTask {
                    var client = client
                    while !isOver.isRaised { try await client.round() }
                    for _ in 0..<2 { try await client.round() }
                    return client
                }
            }
            group.addTask {
                try await body(journal)
                isOver.raise()
                return nil
            }
            // The first to fail ends the others.
            return try await group.reduce(into: []) { if let client = $1 { $0.append(client) } }
        }
    }

    struct Summary: CustomStringConvertible {
        let journal: Journal
        let orderCount: Int

        var description: String {
            let figures = journal.figures
            let retries = figures.retries.sorted { $0.key < $1.key }.map { "\($0.value) after \($0.key)" }
            return
                "\(figures.answers) requests answered; tried again: \(retries.joined(separator: ", ")); the longest waited "
                + "\(Int(figures.longestWait / .milliseconds(1))) ms; \(journal.refreshCount) refresh tokens, each with one "
                + "successor; \(orderCount) orders, each there once"
        }
    }
}

/// Somebody who asks for one thing after the other.
protocol BusyClient: Sendable {
    mutating func round() async throws
}

/// Up for ever once it is up.
private final class SharedFlag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
}

extension Journal {
    /// Returns after so many more answers: a moment like any other for whoever has a request under way.
    ///
    /// - Throws: `CancellationError` where a client has failed: nobody goes on to do harm then.
    func pass(_ answerCount: Int) async throws {
        var iterator = answers.makeAsyncIterator()
        for _ in 0..<answerCount { _ = await iterator.next() }
        try Task.checkCancellation()
    }
}
