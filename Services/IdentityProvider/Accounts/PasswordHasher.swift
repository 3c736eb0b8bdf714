import NIOPosix
import Synchronization
import Tokens

/// Hashes passwords with Argon2id (RFC 9106 §3.1), on threads of its own.
///
/// One hash takes about 20 ms and 19 MiB on purpose. On an event loop it would stop every other request of that loop, and
/// without a bound a flood of sign-ins would take all memory: so there are few threads, a short queue, and then 503.
final class PasswordHasher: Sendable {
    private let parameters: Argon2Parameters
    private let pool: NIOThreadPool
    private let pendingMax: Int
    private let pending = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)

    /// - Parameters:
    ///   - threadCount: hashes at the same time; each holds `parameters.memoryKiB`.
    ///   - waitingMax: hashes that may wait for a thread. The last one waits for `waitingMax / threadCount` times 20 ms.
    init(parameters: Argon2Parameters = .house, threadCount: Int = 2, waitingMax: Int = 64) {
        self.parameters = parameters
        pendingMax = threadCount + waitingMax
        pool = NIOThreadPool(numberOfThreads: threadCount)
        pool.start()
    }

    /// Hashes and comparisons so far, for metrics and tests.
    var workCount: Int { finished.load(ordering: .relaxed) }

    /// A hash under today's parameters that no password has: what an unknown user's password is compared with.
    var unmatchable: String { parameters.unmatchable }

    /// The PHC string of `password` with a new random salt.
    ///
    /// - Throws: `DependencyUnavailable` when too many are waiting.
    func hash(_ password: Credential) async throws -> String {
        let parameters = parameters
        return try await work { try parameters.hash(password, salt: Argon2Parameters.randomSalt()) }
    }

    /// Whether `password` is the one behind a PHC string.
    ///
    /// - Throws: `DependencyUnavailable` when too many are waiting; `Argon2Failure` for a string that is no hash.
    func verify(_ password: Credential, against hash: String) async throws -> Bool {
        try await work { try Argon2Parameters.verify(password, against: hash) }
    }

    /// Whether a stored hash was made with today's parameters.
    func isCurrent(_ hash: String) -> Bool { hash.hasPrefix(parameters.prefix) }

    /// Ends the threads, after the last request.
    func shutdown() async throws { try await pool.shutdownGracefully() }

    private func work<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        defer { pending.wrappingSubtract(1, ordering: .relaxed) }
        guard pending.wrappingAdd(1, ordering: .relaxed).newValue <= pendingMax else {
            throw DependencyUnavailable("password hashing")
        }
        defer { finished.wrappingAdd(1, ordering: .relaxed) }
        return try await pool.runIfActive(body)
    }
}
