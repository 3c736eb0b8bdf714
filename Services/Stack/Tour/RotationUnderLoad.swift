import Audit
import Synchronization
import Tokens

/// 6: the signing keys of both issuers are replaced while orders are placed and read; no request notices.
struct RotationUnderLoad: Scenario {
    static let number = 6
    static let title = "The signing keys are rotated while requests run: none fails"

    func run(on stack: RunningStack, telling story: Story) async throws {
        let before = try await keyIDs(stack)
        story.says("Published before: \(Self.short(before)).")
        let traffic = Traffic(stack: stack, user: try await stack.makeUser("hal"))
        let after = try await traffic.during {
            for issuer in [StackService.identityProvider, .tokenExchange] {
                try await stack.operate("POST", "keys/rotate", on: issuer).requireSuccess("rotating the keys")
            }
            let announced = try await keyIDs(stack)
            try require(
                before.isStrictSubset(of: announced),
                "new keys are announced first",
                seen: Self.short(announced)
            )
            story.says("Rotated. Announced, not signing yet: \(Self.short(announced.subtracting(before))).")
            return try await passTheRetirement(of: before, on: stack, during: traffic)
        }
        story.says(
            "Time passed, in steps of \(Self.stepSeconds) s; the old keys retired, then went. Now: \(Self.short(after))."
        )
        let counts = traffic.counts
        let failures = try await describe(counts.failures, on: stack)
        try require(
            counts.failures.isEmpty && counts.reads > 0 && counts.orders > 0,
            "requests ran all the while and none failed",
            seen: "\(counts.reads) reads, \(counts.orders) orders, failures: \(failures)"
        )
        story.says("Meanwhile \(counts.reads) reads and \(counts.orders) orders were answered; failures: 0.")
        let user = try await stack.makeUser("ida")
        try story.token("a token under the new key", user.accessToken, on: stack)
    }

    /// Below the skew that validators allow, so that no service is too far ahead of another.
    private static let stepSeconds: Int64 = 5
    private static let stepsMax = 1_000

    /// A step for each round of requests: none takes longer than the tokens that it makes live.
    private func passTheRetirement(
        of old: Set<String>,
        on stack: RunningStack,
        during traffic: Traffic
    ) async throws -> Set<String> {
        for await _ in traffic.rounds.prefix(Self.stepsMax) {
            try await stack.advance(seconds: Self.stepSeconds)
            let published = try await keyIDs(stack)
            if published.isDisjoint(with: old) { return published }
        }
        throw ScenarioFailure(expectation: "the old keys go", seen: "they stay")
    }

    /// What the first of them were, and which decision each comes from.
    private func describe(_ failures: [Traffic.Failure], on stack: RunningStack) async throws -> [String] {
        var texts: [String] = []
        for failure in failures.prefix(3) {
            let cause = try await stack.story(of: failure.transactionID, until: [StackService.gateway.name]).cause
            let reason = cause.map { "\($0.service) \($0.event) \($0.reason?.name ?? "")" } ?? "no record"
            texts.append("\(failure.request) \(failure.status): \(reason)")
        }
        return texts
    }

    /// The keys with which tokens of both issuers are checked.
    private func keyIDs(_ stack: RunningStack) async throws -> Set<String> {
        var ids: Set<String> = []
        for issuer in [StackService.identityProvider, .tokenExchange] {
            ids.formUnion(try await stack.keySet(of: issuer).keys.map(\.keyID))
        }
        return ids
    }

    private static func short(_ keyIDs: Set<String>) -> String {
        keyIDs.map { $0.prefix(6) + "…" }.sorted().joined(separator: " ")
    }
}

/// A user who orders and reads without a pause, and refreshes in time.
private final class Traffic: Sendable {
    struct Counts: Sendable {
        var reads = 0
        var orders = 0
        var failures: [Failure] = []
    }

    struct Failure: Sendable {
        let request: String
        let status: Int
        let transactionID: String

        init(_ request: String, _ answer: Answer) {
            (self.request, status) = (request, answer.status)
            transactionID = answer.header(HeaderName.transactionID) ?? ""
        }
    }

    /// One tick for each round, for whoever waits at that moment; ends when nobody orders any more.
    let rounds: AsyncStream<Void>
    private let tick: AsyncStream<Void>.Continuation
    private let stack: RunningStack
    private let user: SignedInUser
    private let state = Mutex(Counts())

    init(stack: RunningStack, user: SignedInUser) {
        self.stack = stack
        self.user = user
        (rounds, tick) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var counts: Counts { state.withLock { $0 } }

    /// Keeps requests running for as long as `body` does.
    func during<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let finished = Atomic(false)
            group.addTask { [self] in try await keepOrdering { finished.load(ordering: .relaxed) } }
            defer { finished.store(true, ordering: .relaxed) }
            let result = try await body()
            finished.store(true, ordering: .relaxed)
            try await group.waitForAll()
            return result
        }
    }

    private func keepOrdering(until isFinished: @Sendable () -> Bool) async throws {
        defer { tick.finish() }
        var user = user
        var signedInAt = stack.clock.now()
        while !isFinished() {
            if stack.clock.now().seconds(since: signedInAt) > user.tokens.lifetimeSeconds / 2 {
                user = try await stack.refreshed(user)
                signedInAt = stack.clock.now()
            }
            let order = try await stack.placeOrder("lamp", user.accessToken)
            let read = try await stack.listOrders(user.accessToken)
            state.withLock { counts in
                counts.orders += 1
                counts.reads += 1
                if order.status != 201 { counts.failures.append(Failure("order", order)) }
                if read.status != 200 { counts.failures.append(Failure("read", read)) }
            }
            tick.yield()
        }
    }
}
