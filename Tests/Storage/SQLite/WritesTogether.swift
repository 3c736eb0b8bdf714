import Dispatch
import Storage

extension SQLiteDatabase {
    /// Holds the writer in a body of its own, which adds `gate`, until all of these wait, then lets go.
    ///
    /// - Gives: what each of them threw, in order.
    func writeTogether(
        _ bodies: [@Sendable (any SQLConnection) throws -> Void],
        closing: Bool = false
    ) async -> [(any Error)?] {
        let entered = AsyncStream.makeStream(of: Void.self)
        let gate = DispatchSemaphore(value: 0)
        async let gated: Void = transaction {
            entered.continuation.finish()
            gate.wait()
            try $0.add("gate")
        }
        for await _ in entered.stream {}
        let outcomes = await withTaskGroup(of: (Int, (any Error)?).self) { group in
            for (index, body) in bodies.enumerated() {
                group.addTask { (index, await self.outcome(of: body)) }
            }
            while waitingCount < bodies.count { await Task.yield() }
            async let closed: Void? = closing ? close() : nil
            gate.signal()
            _ = await closed
            return await group.reduce(into: Array(repeating: nil, count: bodies.count)) { $0[$1.0] = $1.1 }
        }
        _ = try? await gated
        return outcomes
    }

    private func outcome(of body: @escaping @Sendable (any SQLConnection) throws -> Void) async -> (any Error)? {
        do {
            try await transaction(body)
            return nil
        } catch {
            return error
        }
    }
}
