import UnixSignals

/// Ctrl-C and SIGTERM as a way for a task to end.
enum Interruption {
    enum Outcome: Sendable { case finished, interrupted }

    /// Runs `body` until it ends or the process is asked to end; `body` is cancelled then, and waited for.
    @discardableResult
    static func race(_ body: @escaping @Sendable () async throws -> Void) async throws -> Outcome {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask {
                for await _ in signals { return .interrupted }
                return .interrupted
            }
            group.addTask {
                try await body()
                return .finished
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .finished
        }
    }
}
